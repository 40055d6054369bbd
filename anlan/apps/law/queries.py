"""What law tells of terms: the rule in force, the calendar, open terms, lateness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q

from anlan.apps.law.choices import OPEN, TermState
from anlan.apps.law.models import Article, CalendarDay, Term, TermRule
from anlan.kit import clock
from anlan.lib.legal_terms import Calendar, Course, Pause, Standing, Unit, standing


@dataclass(frozen=True)
class Lateness:
    """How the terms of one rule were kept."""

    rule: TermRule
    open: int
    overdue: int
    kept: int
    late: int
    mean_late: timedelta | None
    most_late: timedelta | None

    @property
    def share(self) -> int | None:
        """Return how many of a hundred ended terms were kept, None where none has ended."""
        ended = self.kept + self.late
        return round(100 * self.kept / ended) if ended else None


def rule_in_force(code: str, on: date) -> TermRule | None:
    """Return the rule of a code that is in force on a day, None where the city's pack has none."""
    return TermRule.objects.filter(code=code, since__lte=on).order_by("-since").first()


def cited(words: str) -> Article | None:
    """Return the article that words such as "突发事件应对法 第七十二条" cite, in its newest version."""
    law, _space, label = words.partition(" ")
    return Article.objects.filter(law=law, label=label).order_by("-version").first() if label else None


def calendar() -> Calendar:
    """Return the calendar of the days that notices decide."""
    days: dict[date, bool] = dict(CalendarDay.objects.values_list("day", "works"))
    last = max(days, default=None)
    return Calendar(days, published_to=date(last.year, 12, 31) if last else None)


def stands(term: Term, at: datetime) -> Standing:
    """Return how a term stands at an instant by the facts that its row holds."""
    rule = term.rule.measure
    counts_days = rule.limit is not None and rule.limit.unit not in (Unit.MINUTES, Unit.HOURS)
    pauses = tuple(Pause(p.since, p.until) for p in term.pauses.all()) if term.pk else ()
    course = Course(term.started_at, term.set_end, pauses, term.stopped_at)
    return standing(rule, course, calendar() if counts_days else Calendar(), at)


def open_terms(record: str, record_id: Any, *rules: str) -> Any:
    """Return the open terms of a record, by these rules or by any."""
    found = Term.objects.filter(record=record, record_id=str(record_id), state__in=OPEN).select_related("rule")
    return (found.filter(rule__code__in=rules) if rules else found).order_by("id")


def run_out() -> Any:
    """Return the running terms whose time is up."""
    return Term.objects.filter(state=TermState.RUNNING, due_at__lte=clock.now(), rule__lapses=False).order_by("due_at", "id")


def near() -> Any:
    """Return the running terms of which a warning is due."""
    return Term.objects.filter(state=TermState.RUNNING, warned_at=None, warn_at__lte=clock.now()).order_by("warn_at", "id")


def lateness(terms: Any) -> list[Lateness]:
    """Return rule by rule how `terms` were kept."""
    late_by = ExpressionWrapper(F("stopped_at") - F("breached_at"), output_field=DurationField())
    late = Q(state=TermState.LATE)
    counted = (
        terms.order_by()
        .values("rule")
        .annotate(
            open=Count("id", filter=Q(state__in=OPEN)),
            overdue=Count("id", filter=Q(state=TermState.BREACHED)),
            kept=Count("id", filter=Q(state=TermState.KEPT)),
            late=Count("id", filter=late),
            mean_late=Avg(late_by, filter=late),
            most_late=Max(late_by, filter=late),
        )
    )
    rules = TermRule.objects.in_bulk([row["rule"] for row in counted])
    return sorted(
        (Lateness(**{**row, "rule": rules[row["rule"]]}) for row in counted), key=lambda one: (-one.late, one.rule.code)
    )
