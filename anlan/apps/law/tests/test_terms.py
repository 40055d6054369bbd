"""Terms on records: started, kept, late, paused, dropped, counted again, watched; and what a refusal leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.law import actions, queries
from anlan.apps.law.jobs import watch_terms
from anlan.apps.law.models import Article, CalendarDay, Term, TermPause
from anlan.apps.law.tests import factories
from anlan.kit import clock
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2025, 6, 17, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Qingyuan


@pytest.fixture
def matter(live: Any) -> Any:
    """Return a record to run terms on: any record does."""
    with clock.frozen(T0):
        yield factories.term("441802", 9)


def start(of: Any, *, minutes: int | None = None, **rule: Any) -> Term:
    made = factories.rule(500 + len(rule), **rule)
    end = None if minutes is None else T0 + timedelta(minutes=minutes)
    actions.start(starts=[actions.Start(made.code, of, T0, end)])
    found: Term = queries.open_terms("law.term", of.pk, made.code).get()
    return found


def after(minutes: float) -> Any:
    return clock.frozen(T0 + timedelta(minutes=minutes))


def read(term: Term) -> Term:
    return Term.objects.get(pk=term.pk)


def test_a_term_that_is_met_in_time_is_kept_and_one_that_is_not_is_late(matter: Any) -> None:
    term = start(matter)
    assert (term.due_at, term.state, term.area) == (T0 + timedelta(hours=1), "running", matter.area)
    with after(59):
        assert actions.stop(of=matter, rules=(term.rule.code,)) == 1
    assert (read(term).state, read(term).breached_at) == ("kept", None)
    second = start(matter)
    with after(75):
        actions.stop(of=matter, rules=(second.rule.code,))
    assert (read(second).state, read(second).breached_at) == ("late", second.due_at)
    (told,) = [one for one in queries.lateness(Term.objects.all()) if one.rule == term.rule]
    assert (told.kept, told.late, told.share, told.mean_late) == (1, 1, 50, timedelta(minutes=15))


def test_the_watch_warns_once_and_marks_once_what_has_run_out(matter: Any) -> None:
    term = start(matter, minutes=60, amount=None, unit="minutes", warn_before=15)

    def announced() -> list[str]:
        facts = OutboxEvent.objects.filter(name__in=["law.term_near", "law.term_breached"], payload__term=term.pk)
        return list(facts.order_by("id").values_list("name", flat=True))

    for minute, events in ((44, 0), (45, 1), (46, 1), (60, 2), (61, 2)):
        with after(minute):
            watch_terms()
        assert len(announced()) == events, minute
    assert announced() == ["law.term_near", "law.term_breached"]
    assert (read(term).state, read(term).breached_at) == ("breached", term.due_at)
    with after(62):
        actions.explain(term=term.pk, reason="道路中断 the road was cut")
    assert read(term).reason.startswith("道路中断")


def test_a_pause_moves_the_end_by_what_did_not_count(matter: Any) -> None:
    term = start(matter)
    with after(30):
        actions.pause(term=term.pk, reason="材料补正")
    assert (read(term).state, read(term).due_at) == ("paused", None)
    with after(500):
        watch_terms()
        actions.resume(term=term.pk)
    assert (read(term).state, read(term).due_at) == ("running", T0 + timedelta(minutes=530))


def test_a_term_that_the_law_does_not_let_pause_is_not_paused(matter: Any) -> None:
    term = start(matter, pausable=False)
    with assert_nothing_happened(Term, TermPause), pytest.raises((Refusal, Conflict)):
        actions.pause(term=term.pk, reason="材料补正")
    other = start(matter, pausable=True, amount=1, unit="hours")
    with after(61), assert_nothing_happened(Term, TermPause), pytest.raises(Refusal):
        actions.pause(term=other.pk, reason="材料补正")
    with assert_nothing_happened(Term, TermPause), pytest.raises(Refusal):
        actions.pause(term=other.pk, reason="  ")


def test_changed_facts_move_the_end_and_take_a_breach_back(matter: Any) -> None:
    term = start(matter)
    with after(61):
        watch_terms()
        assert read(term).state == "breached"
        actions.change_facts(of=matter, rule=term.rule.code, since=T0 + timedelta(minutes=20))
    assert (read(term).state, read(term).due_at, read(term).breached_at) == ("running", T0 + timedelta(minutes=80), None)
    with after(61):
        actions.change_facts(of=matter, rule=term.rule.code, since=T0 - timedelta(minutes=20))
    assert read(term).state == "breached"


def test_what_is_no_longer_asked_counts_as_neither_kept_nor_late(matter: Any) -> None:
    term = start(matter)
    actions.drop(of=matter)
    assert read(term).state == "dropped"
    assert not queries.lateness(Term.objects.filter(pk=term.pk))[0].kept


def test_what_ends_by_itself_is_never_overdue(matter: Any) -> None:
    term = start(matter, minutes=20, amount=None, lapses=True, unit="minutes")
    with after(30):
        watch_terms()
        assert read(term).state == "running"
        actions.stop(of=matter, rules=(term.rule.code,))
    assert read(term).state == "lapsed"
    assert not queries.lateness(Term.objects.filter(pk=term.pk)), "nobody keeps or misses what ends by itself"


def test_working_days_follow_the_calendar_of_the_pack(live: Any) -> None:
    with clock.frozen(datetime(2025, 1, 27, 2, 0, tzinfo=UTC)):  # the eve of eight days off
        matter = factories.term("441802", 9)
        term = start_at(matter, clock.now())
    assert term.due_at == datetime(2025, 2, 10, 16, 0, tzinfo=UTC)
    assert not term.provisional


def start_at(of: Any, since: datetime) -> Term:
    made = factories.rule(700, amount=5, unit="working_days")
    actions.start(starts=[actions.Start(made.code, of, since)])
    found: Term = queries.open_terms("law.term", of.pk, made.code).get()
    return found


def test_a_rule_that_the_pack_lacks_starts_nothing(matter: Any) -> None:
    with assert_nothing_happened(Term):
        assert actions.start(starts=[actions.Start("no.such_rule", matter, T0)]) == 0


def test_the_pack_brings_the_calendar_and_the_articles(live: Any) -> None:
    assert CalendarDay.objects.filter(day="2026-02-28", works=True).exists()
    assert Article.objects.count() > 4000
    cited = queries.cited("突发事件应对法 第七十二条")
    assert cited is not None and "立即启动应急响应" in cited.text
    assert queries.cited("no such law") is None
