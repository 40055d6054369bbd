"""Writers of law: the pack's reference data; a term is started, stopped, dropped, paused, resumed, recounted and explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import events, queries
from anlan.apps.law.choices import TermState
from anlan.apps.law.models import Article, CalendarDay, Term, TermPause, TermRule
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason
from anlan.kit.lives import Move
from anlan.kit.records import Record, area_of, sector_of
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal
from anlan.lib.legal_terms import Phase

RULE = (
    "name",
    "name_en",
    "counts_from",
    "counts_from_en",
    "amount",
    "unit",
    "warn_before",
    "lapses",
    "pausable",
    "restarts",
    "who",
    "who_en",
    "basis",
    "source",
    "confidence",
)
DAY = ("works", "name", "name_en", "source", "confidence")
ARTICLE = ("rank", "chapter", "order", "text", "source")


@dataclass(frozen=True)
class Start:
    """What a term needs to start: its rule, the record it runs on, since when, and its end where the record sets it."""

    rule: str
    of: Record
    since: datetime
    end: datetime | None = None
    subject: str = ""
    subject_en: str = ""
    duty_of: str = ""
    duty_of_en: str = ""


@action("law.load", needs="law.load_pack", label=_("Load law"))
def load(deed: Deed, *, rules: list[TermRule], days: list[CalendarDay], articles: list[Article]) -> int:
    """Add what is new of a pack's rules, days and articles and take over what changed; returns how many rows are new."""
    new = len(take_in(deed, TermRule, rules, ("code", "since"), *RULE))
    new += len(take_in(deed, CalendarDay, days, ("day",), *DAY))
    return new + len(take_in(deed, Article, articles, ("law", "version", "label"), *ARTICLE))


@action("law.start", needs="law.run_term", label=_("Start terms"))
def start(deed: Deed, *, starts: Iterable[Start]) -> int:
    """Start terms on records; a rule that the city's pack does not have starts none. Returns how many run."""
    known: dict[tuple[str, Any], TermRule | None] = {}
    rows = []
    for one in starts:
        day = timezone.localtime(one.since).date()
        if (one.rule, day) not in known:
            known[one.rule, day] = queries.rule_in_force(one.rule, day)
        rule = known[one.rule, day]
        if rule is not None:
            rows.append(_row(rule, one))
    for row in rows:
        _count(row, deed.now)
    return len(deed.create_many(Term, rows)) if rows else 0


def _row(rule: TermRule, one: Start) -> Term:
    return Term(
        rule=rule,
        area=area_of(one.of) or "",
        sector=sector_of(one.of),
        record=one.of._meta.label_lower,
        record_id=str(one.of.pk),
        subject=(one.subject or str(one.of))[:200],
        subject_en=one.subject_en[:250],
        duty_of=(one.duty_of or rule.who)[:100],
        duty_of_en=(one.duty_of_en or rule.who_en)[:150],
        started_at=one.since,
        set_end=one.end,
    )


@action("law.stop", needs="law.run_term", label=_("Stop terms"))
def stop(deed: Deed, *, of: Record, rules: tuple[str, ...] = (), at: datetime | None = None) -> int:
    """Stop a record's terms: what they were for is done, in time or late, or their time is up. Returns how many were open."""
    found = list(queries.open_terms(of._meta.label_lower, of.pk, *rules))
    for term in found:
        held = deed.lock(Term, term)
        held.stopped_at = at or deed.now
        _end_pause(deed, held)
        _count(held, deed.now)
        deed.move(held, _end_of(held))
    return len(found)


def _end_of(term: Term) -> Move:
    """Return how a term that is stopped has ended."""
    if term.rule.lapses and term.due_at is not None and term.stopped_at and term.due_at <= term.stopped_at:
        return Term.life.lapse
    return Term.life.finish if term.breached_at else Term.life.keep


@action("law.drop", needs="law.run_term", label=_("Drop terms"))
def drop(deed: Deed, *, of: Record, rules: tuple[str, ...] = ()) -> int:
    """End a record's terms because what they were for is no longer asked: cancelled, or given to another unit."""
    found = list(queries.open_terms(of._meta.label_lower, of.pk, *rules))
    for term in found:
        held = deed.lock(Term, term)
        held.stopped_at = deed.now
        _end_pause(deed, held)
        deed.move(held, Term.life.drop)
    return len(found)


@action("law.change_facts", needs="law.run_term", label=_("Change the facts of a term"))
def change_facts(deed: Deed, *, of: Record, rule: str, since: datetime | None = None, end: datetime | None = None) -> int:
    """Count a record's open terms again because they began, or end, at another instant than was thought."""
    found = list(queries.open_terms(of._meta.label_lower, of.pk, rule))
    for term in found:
        held = deed.lock(Term, term)
        held.started_at, held.set_end = since or held.started_at, end or held.set_end
        _recount(deed, held)
    return len(found)


@action(
    "law.pause",
    needs="law.pause_term",
    label=_("Pause"),
    record="law.Term",
    icon="player-pause",
    moves=Term.life.pause,
    when=lambda row: row.rule.pausable,
    story=_("While it is paused nothing counts, and no day counts that the pause touches."),
)
def pause(deed: Deed, *, term: int, reason: Reason) -> Term:
    """Let a term stand still, with the reason; only where its rule allows it and before it has run out."""
    held = deed.lock(Term, term)
    _check_reason(reason)
    if not held.rule.pausable:
        raise Refusal(_("The law does not let this term be paused."), article=held.rule.basis)
    if held.due_at is not None and held.due_at <= deed.now:
        raise Refusal(_("This term has run out already."), article=held.rule.basis)
    deed.create(TermPause, area=held.area, term=held, since=deed.now, reason=reason, by=deed.actor)
    _count(held, deed.now)
    return held


@action(
    "law.resume",
    needs="law.pause_term",
    label=_("Let it run on"),
    record="law.Term",
    icon="player-play",
    moves=Term.life.resume,
)
def resume(deed: Deed, *, term: int) -> Term:
    """Let a paused term run on; its end moves by what did not count."""
    held = deed.lock(Term, term)
    _end_pause(deed, held)
    _count(held, deed.now)
    return held


@action(
    "law.explain",
    needs="law.explain_term",
    label=_("Give the reason for the delay"),
    record="law.Term",
    icon="message-exclamation",
    moves=Term.life.explain,
)
def explain(deed: Deed, *, term: int, reason: Reason) -> Term:
    """Say why a term was not kept."""
    held = deed.lock(Term, term)
    _check_reason(reason)
    held.reason = reason
    return held


@action("law.watch", needs="law.run_term", label=_("Watch a term"))
def watch(deed: Deed, *, term: int) -> Term:
    """Announce once that a term is about to run out, and that it has."""
    held = deed.lock(Term, term)
    if held.state != TermState.RUNNING:
        return held
    facts = {"term": held.pk, "rule": held.rule.code, "record": held.record, "record_id": held.record_id, "area": held.area}
    if held.warned_at is None and held.warn_at is not None and held.warn_at <= deed.now:
        held.warned_at = deed.now
        deed.emit(events.TermNear(**facts))
    _recount(deed, held)
    if held.state == TermState.BREACHED:
        deed.emit(events.TermBreached(**facts))
    return held


def _count(term: Term, now: datetime) -> Phase:
    """Work out a term's instants from its facts; returns how it stands."""
    found = queries.stands(term, now)
    term.due_at, term.warn_at, term.provisional = found.due_at, found.warn_at, found.provisional
    term.breached_at = found.breached_at
    return found.phase


def _recount(deed: Deed, term: Term) -> None:
    """Work out a term's instants and take the step that they ask for."""
    phase = _count(term, deed.now)
    if phase == Phase.BREACHED and term.state != TermState.BREACHED:
        deed.move(term, Term.life.breach)
    elif phase == Phase.RUNNING and term.state == TermState.BREACHED:
        deed.move(term, Term.life.revive)


def _end_pause(deed: Deed, term: Term) -> None:
    for one in TermPause.objects.filter(term=term, until=None):
        held = deed.lock(TermPause, one)
        held.until = max(deed.now, held.since)
        deed.save(held)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Give the reason; it is kept with the term."), field="reason")
