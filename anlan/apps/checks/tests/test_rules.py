"""What an answer may be, what it means, what a check comes to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.checks import rules
from anlan.apps.checks.choices import AnswerKind, Gravity, Outcome, Verdict
from anlan.apps.checks.rules import Judged, Option, Question
from anlan.kit.refusals import Refusal

ON = date(2026, 6, 1)
GOOD = (Option("good", "好", "Good"), Option("fair", "一般", "Fair", Decimal(50)), Option("poor", "差", "Poor", Decimal(0)))


def q(kind: str = "yes_no", **more: Any) -> Question:
    return Question("q", kind, **more)


@pytest.mark.parametrize(
    ("question", "typed", "kept"),
    [
        (q(), "yes", "yes"),
        (q(), " NO ", "no"),
        (q(), "", ""),
        (q(optional=True), "na", "na"),
        (q("choice", options=GOOD), "fair", "fair"),
        (q("number"), "1.500", "1.5"),
        (q("number"), "1e3", "1000"),
        (q("number"), "-0.25", "-0.25"),
        (q("text"), " 完好 ", "完好"),
        (q("date"), "2026-05-01", "2026-05-01"),
    ],
)
def test_an_answer_is_kept_in_one_form(question: Question, typed: str, kept: str) -> None:
    assert rules.fitted(question, typed) == kept


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        (q(), "maybe"),
        (q(), "na"),
        (q("choice", options=GOOD), "excellent"),
        (q("number"), "three"),
        (q("number"), "NaN"),
        (q("number"), "1e12"),
        (q("number"), "0.0000001"),
        (q("number"), "-Infinity"),
        (q("text"), "x" * 2001),
        (q("date"), "yesterday"),
        (q("date"), "1066-10-14"),
        (q("photo"), "yes"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(question: Question, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.fitted(question, typed)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("question", "value", "photos", "outcome", "share"),
    [
        (q(), "yes", 0, Outcome.PASSED, 1),
        (q(), "no", 0, Outcome.FAILED, 0),
        (q(optional=True), "na", 0, Outcome.NOT_APPLICABLE, 0),
        (q(optional=True), "", 0, Outcome.NOT_APPLICABLE, 0),
        (q("choice", options=GOOD), "fair", 0, Outcome.PASSED, Decimal("0.5")),
        (q("choice", options=GOOD), "poor", 0, Outcome.FAILED, 0),
        (q("number", least=Decimal(2)), "2", 0, Outcome.PASSED, 1),
        (q("number", least=Decimal(2)), "1.99", 0, Outcome.FAILED, 0),
        (q("number", most=Decimal(2)), "2.01", 0, Outcome.FAILED, 0),
        (q("number"), "0", 0, Outcome.PASSED, 1),
        (q("date", least=Decimal(0)), "2026-06-01", 0, Outcome.PASSED, 1),  # an extinguisher that is good until today
        (q("date", least=Decimal(0)), "2026-05-31", 0, Outcome.FAILED, 0),
        (q("date", least=Decimal(-365)), "2025-06-01", 0, Outcome.PASSED, 1),  # done within a year
        (q("text", weight=Decimal(0)), "记录", 0, Outcome.NOTED, 1),
        (q("photo"), "", 1, Outcome.PASSED, 1),
    ],
)
def test_what_an_answer_means(question: Question, value: str, photos: int, outcome: Outcome, share: Any) -> None:
    assert rules.judged(question, value, photos, ON) == Judged(outcome, Decimal(share))


@pytest.mark.parametrize(
    ("question", "value", "photos", "lacks"),
    [
        (q(), "", 0, True),
        (q(), "no", 0, False),
        (q(evidence=True), "yes", 0, True),
        (q(evidence=True), "yes", 1, False),
        (q(evidence=True, optional=True), "na", 0, False),
        (q(optional=True), "", 0, False),
        (q("photo"), "", 0, True),
        (q("photo"), "", 2, False),
    ],
)
def test_what_an_item_still_lacks(question: Question, value: str, photos: int, lacks: bool) -> None:
    assert (rules.lacking(question, value, photos) is not None) is lacks


def come(pairs: list[tuple[Question, Judged]], least: int = 100, major: bool = True) -> rules.Result:
    named = [(Question(**{**vars(question), "code": str(n)}), one) for n, (question, one) in enumerate(pairs)]
    found = {question.code: one for question, one in named}
    return rules.result([question for question, _one in named], found, pass_score=Decimal(least), major_fails=major)


WELL, BAD, NA = Judged(Outcome.PASSED, Decimal(1)), Judged(Outcome.FAILED), Judged(Outcome.NOT_APPLICABLE)
MAJOR = q(gravity=Gravity.MAJOR)


@pytest.mark.parametrize(
    ("pairs", "least", "major", "score", "verdict"),
    [
        ([(q(), WELL)] * 10, 100, True, 100, Verdict.PASSED),
        ([(q(), WELL)] * 9 + [(q(), BAD)], 100, True, 90, Verdict.FAILED),
        ([(q(), WELL)] * 9 + [(q(), BAD)], 90, True, 90, Verdict.PASSED),
        ([(q(), WELL)] * 9 + [(MAJOR, BAD)], 90, True, 90, Verdict.FAILED),
        ([(q(), WELL)] * 9 + [(MAJOR, BAD)], 90, False, 90, Verdict.PASSED),
        ([(q(), WELL), (q(), NA)], 100, True, 100, Verdict.PASSED),
        ([(q(weight=Decimal(3)), WELL), (q(), BAD)], 75, True, 75, Verdict.PASSED),
        ([(q(), NA)], 0, True, None, Verdict.NONE),
        ([], 0, True, None, Verdict.NONE),
        ([(q(gravity=Gravity.MAJOR, weight=Decimal(0)), BAD)], 0, True, None, Verdict.FAILED),
    ],
)
def test_what_a_check_comes_to(pairs: Any, least: int, major: bool, score: Any, verdict: Verdict) -> None:
    found = come(pairs, least, major)
    assert (found.score, found.verdict) == (None if score is None else Decimal(score), verdict)


def test_a_score_is_rounded_down_and_the_exact_one_decides() -> None:
    found = come([(q(weight=Decimal(2999)), WELL), (q(weight=Decimal(1)), BAD)])
    assert (found.shown, found.verdict) == (Decimal("99.9"), Verdict.FAILED)
    third = come([(q(), WELL), (q(), WELL), (q(), BAD)], least=66)
    assert (third.shown, third.verdict) == (Decimal("66.6"), Verdict.PASSED)


ITEMS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(list(Gravity)),
        st.sampled_from([WELL, BAD, NA, Judged(Outcome.PASSED, Decimal("0.5"))]),
    ),
    max_size=12,
)


@given(ITEMS, st.integers(0, 100), st.booleans())
def test_a_score_lies_between_nought_and_a_hundred_and_a_better_answer_never_harms(items: Any, least: int, major: bool) -> None:
    pairs = [(q(weight=Decimal(weight), gravity=gravity), one) for weight, gravity, one in items]
    found = come(pairs, least, major)
    assert found.score is None or 0 <= found.score <= 100
    assert (found.verdict == Verdict.NONE) == (found.score is None and found.verdict != Verdict.FAILED)
    for number, (question, one) in enumerate(pairs):
        if one.outcome == Outcome.FAILED:
            better = come([*pairs[:number], (question, WELL), *pairs[number + 1 :]], least, major)
            assert (better.score or 0) >= (found.score or 0)
            assert not (found.verdict == Verdict.PASSED and better.verdict == Verdict.FAILED)
    left_out = [pair for pair in pairs if pair[1] is not NA]
    assert come(left_out, least, major) == found, "what does not apply leaves the denominator"


CODES = st.text("abcdefgh", min_size=1, max_size=5).filter(lambda code: code != "na")
OPTIONS = st.builds(
    Option, CODES, st.sampled_from(["好", "一般", "差"]), st.sampled_from(["", "Good"]), st.integers(0, 100).map(Decimal)
)


@given(st.lists(OPTIONS, unique_by=lambda option: option.code, max_size=6))
def test_choices_are_read_back_as_they_are_written(options: list[Option]) -> None:
    assert rules.options_of(rules.written(options)) == tuple(options)


@pytest.mark.parametrize("text", ["好", "a|", "a|好;a|差", "a|好||101", "a|好||x", "na|不适用", "a|好||NaN"])
def test_what_is_no_choice_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        rules.options_of(text)


def test_choices_may_be_parted_by_semicolons_of_either_width() -> None:
    assert [option.code for option in rules.options_of("a|好|Good；b｜差｜Bad｜0")] == ["a", "b"]


@pytest.mark.parametrize(("days", "until"), [(0, None), (1, date(2026, 6, 2)), (365, date(2027, 6, 1))])
def test_until_when_a_check_counts(days: int, until: date | None) -> None:
    assert rules.expires(ON, days) == until


def test_a_finding_is_due_by_its_gravity() -> None:
    days = {Gravity.MAJOR: 7, Gravity.GENERAL: 0}
    assert rules.due(ON, days, Gravity.MAJOR) == date(2026, 6, 8)
    assert rules.due(ON, days, Gravity.GENERAL) is None


def test_every_kind_of_answer_is_read() -> None:
    assert set(rules.READ) == set(AnswerKind)


def test_what_differs_between_two_versions() -> None:
    before = {"a": {"order": 1, "weight": 1}, "b": {"order": 2, "weight": 1}, "c": {"order": 3, "weight": 1}}
    after = {"d": {"order": 1, "weight": 1}, "a": {"order": 2, "weight": 2}, "c": {"order": 3, "weight": 1}}
    assert rules.changes(before, after) == [
        rules.Change("added", "d"),
        rules.Change("changed", "a", ("order", "weight")),
        rules.Change("removed", "b"),
    ]
    assert rules.changes(before, before) == []
