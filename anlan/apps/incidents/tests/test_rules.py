"""Tests of what is decided about grades, duties, figures and the series of reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.incidents import rules
from anlan.apps.incidents.rules import Bar, Duty

#: 生产安全事故报告和调查处理条例 第三条.
ACCIDENT = [
    Bar(grade, measure, Decimal(at_least))
    for grade, bars in ((1, (30, 100, 10000)), (2, (10, 50, 5000)), (3, (3, 10, 1000)), (4, (1, 1, "0.01")))
    for measure, at_least in zip(("dead", "serious", "loss"), bars, strict=True)
]
numbers = st.none() | st.integers(0, 200)
figures = st.fixed_dictionaries({"dead": numbers, "serious": numbers, "loss": numbers, "missing": numbers})


@pytest.mark.parametrize(
    ("dead", "serious", "loss", "grade"),
    [
        (None, None, None, None),
        (0, 0, 0, None),
        (1, 0, 0, 4),
        (2, 9, 999, 4),
        (3, 0, 0, 3),
        (9, 0, 0, 3),
        (10, 0, 0, 2),
        (29, 99, 9999, 2),
        (30, 0, 0, 1),
        (0, 10, 0, 3),
        (0, 50, 0, 2),
        (1, 100, 0, 1),
        (0, 0, 5000, 2),
        (0, None, 10000, 1),
    ],
)
def test_the_worst_of_three_counts_and_the_lower_bound_lies_in(
    dead: int | None, serious: int | None, loss: int | None, grade: int | None
) -> None:
    found = rules.proposed({"dead": dead, "serious": serious, "loss": loss}, ACCIDENT)
    assert (found.grade if found else None) == grade


@given(figures, st.sampled_from(["dead", "serious", "loss"]), st.integers(0, 50))
def test_more_harm_is_never_a_lesser_grade(told: dict[str, int | None], measure: str, more: int) -> None:
    before = rules.proposed(told, ACCIDENT)
    after = rules.proposed({**told, measure: (told[measure] or 0) + more}, ACCIDENT)
    assert before is None or (after is not None and after.grade <= before.grade)


@given(figures, figures)
def test_nothing_falls_that_was_not_told_or_is_not_told_now(before: dict[str, int | None], after: dict[str, int | None]) -> None:
    for name in rules.fallen(before, after):
        assert after[name] is not None and before[name] is not None and after[name] < before[name]
    assert rules.fallen(before, before) == []


@given(figures)
def test_the_missing_make_it_never_less_grave(told: dict[str, int | None]) -> None:
    before, after = rules.proposed(told, ACCIDENT), rules.proposed(rules.if_missing_are_dead(told), ACCIDENT)
    assert before is None or (after is not None and after.grade <= before.grade)


HAPPENED = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "days", "limit", "due"),
    [
        ({"dead": 2}, 29, 30, True),
        ({"dead": 2}, 30, 30, False),
        ({"dead": 2}, 8, 7, False),
        ({"dead": 1, "loss": 9}, 1, 30, False),
        ({"dead": 2}, 0, 0, False),
    ],
)
def test_changed_casualties_are_reported_within_the_days_of_the_law(
    after: dict[str, int | None], days: int, limit: int, due: bool
) -> None:
    assert rules.to_supplement({"dead": 1}, after, HAPPENED, HAPPENED + timedelta(days=days), limit) is due


DUTIES = [
    Duty("a", "initial", "written", "county", "12"),
    Duty("phone", "initial", "phone", "county", "", 2, True),
    Duty("written", "initial", "written", "county", "", 2, True),
    Duty("up", "initial", "written", "city", "12", 3),
    Duty("daily", "follow_up", "written", "county"),
    Duty("checked", "verified", "written", "county", "11"),
    Duty("changed", "supplement", "written", "county", "12"),
]


@pytest.mark.parametrize(
    ("level", "stage", "kind", "grade", "sensitive", "found"),
    [
        ("county", "initial", "12H", None, False, ["a"]),
        ("county", "initial", "12H", 2, False, ["a", "phone", "written"]),
        ("county", "initial", "13A", 3, False, []),
        ("county", "initial", "13A", None, True, ["phone", "written"]),
        ("city", "initial", "12H", 3, False, ["up"]),
        ("city", "initial", "12H", 4, True, []),
        ("county", "follow_up", "11D01", None, False, ["daily"]),
        ("county", "verified", "12H", 1, True, []),
    ],
)
def test_who_owes_what(level: str, stage: str, kind: str, grade: int | None, sensitive: bool, found: list[str]) -> None:
    assert [duty.code for duty in rules.owed(DUTIES, level, stage, kind, grade, sensitive)] == found


@pytest.mark.parametrize(
    ("kind", "mode", "met"),
    [
        ("initial", "phone", ["phone"]),
        ("initial", "written", ["a", "phone", "written"]),
        ("follow_up", "written", ["a", "phone", "written", "daily"]),
        ("verified", "written", ["a", "phone", "written", "daily", "checked"]),
        ("supplement", "written", ["a", "phone", "written", "daily", "changed"]),
    ],
)
def test_what_a_report_meets(kind: str, mode: str, met: list[str]) -> None:
    assert [duty.code for duty in rules.answered(DUTIES, "county", kind, mode)] == met
    assert rules.answered(DUTIES, "province", kind, mode) == []


@pytest.mark.parametrize(
    ("kind", "sent", "closed", "wrong"),
    [
        ("initial", [], False, ""),
        ("initial", ["initial"], False, "begun"),
        ("follow_up", [], False, "first"),
        ("follow_up", ["initial"], False, ""),
        ("follow_up", ["initial", "final"], False, "final"),
        ("final", ["initial", "final"], True, "final"),
        ("verified", ["initial"], False, "goes_on"),
        ("verified", ["initial", "final"], True, ""),
        ("final", ["initial", "verified"], True, "ended"),
        ("supplement", ["initial"], False, "follow"),
        ("supplement", [], True, "first"),
        ("supplement", ["initial", "final", "supplement"], True, ""),
    ],
)
def test_the_series(kind: str, sent: list[str], closed: bool, wrong: str) -> None:
    assert rules.begins_with(kind, sent, closed) == wrong


@given(st.lists(st.sampled_from(["follow_up", "final"]), max_size=3, unique=True), st.booleans())
def test_what_comes_next_by_itself_may_be_written(more: list[str], closed: bool) -> None:
    for sent in ([], ["initial", *more]):
        if "final" in sent and not closed:
            continue  # a final report of what goes on is somebody's own choice
        assert rules.begins_with(rules.next_kind(sent, closed), sent, closed) == ""


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")])
def test_numbers_as_papers_write_them(number: int, words: str) -> None:
    assert rules.in_chinese_numerals(number) == words


def test_timeliness() -> None:
    at = datetime(2022, 6, 21, tzinfo=UTC)
    rows = [(late, at, at + timedelta(minutes=n)) for late, n in ((False, 30), (False, 60), (True, 150))]
    found = rules.timeliness(rows)
    assert (found.in_time, found.late, found.minutes, found.share) == (2, 1, 60, 67)
    assert rules.timeliness([]).share is None
