"""What law tells of terms: the rule in force, the calendar, open terms, lateness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Q
from django.utils import timezone

from anlan.apps.law.choices import OPEN, TermState
from anlan.apps.law.models import Article, CalendarDay, LadderWait, Term, TermRule
from anlan.kit import clock
from anlan.kit.worlds import alias
from anlan.lib.citations import citation
from anlan.lib.ladders import Ladder
from anlan.lib.legal_terms import Calendar, Course, Pause, Standing, Unit, standing

#: How long the waits of ladders are held.
KEPT_SECONDS = 60
_ladders: dict[str, tuple[float, list[LadderWait]]] = {}


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


def ladder(code: str, at: datetime) -> Ladder:
    """Return the waits before each rung that were in force at an instant; without any in the city's pack nothing climbs.

    All are held for a minute, since everything that waits asks.
    """
    held = _ladders.get(alias())
    if held is None or not held[1] or monotonic() - held[0] > KEPT_SECONDS:
        held = _ladders[alias()] = (monotonic(), list(LadderWait.objects.all()))
    known = [one for one in held[1] if one.code == code and one.since <= timezone.localtime(at).date()]
    newest = max((one.since for one in known), default=None)
    return Ladder(tuple(timedelta(minutes=one.minutes) for one in known if one.since == newest))


def begins_anew(code: str, at: datetime) -> bool:
    """Return whether a term counts from the start again when its record is given to another; where no rule says, it does."""
    rule = rule_in_force(code, timezone.localtime(at).date())
    return rule is None or rule.restarts


def cited(text: str) -> Article | None:
    """Return the article that words such as "突发事件应对法 第七十二条" cite: the newest version, or that of the year they name."""
    found = citation(text)
    if found is None:
        return None
    rows = Article.objects.filter(law=found.law, label=found.label)
    return (rows.filter(version__year=found.year) if found.year else rows).order_by("-version").first()


def beside(article: Article) -> tuple[Article | None, Article | None]:
    """Return the articles before and after one in the same version of its law."""
    rows = Article.objects.filter(law=article.law, version=article.version)
    return (
        rows.filter(order__lt=article.order).order_by("-order").first(),
        rows.filter(order__gt=article.order).order_by("order").first(),
    )


def containing(text: str) -> Any:
    """Return the articles that hold each of these words in their text, label or law."""
    rows = Article.objects.all()
    for word in text.split():
        rows = rows.filter(Q(law__icontains=word) | Q(label__icontains=word) | Q(text__icontains=word))
    return rows


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


def basis_of(code: str, on: date) -> str:
    """Return the article on which the rule in force on a day rests, "" where the city's pack has no such rule."""
    rule = rule_in_force(code, on)
    return rule.basis if rule else ""


def due_of(record: str, record_id: Any, rule: str, otherwise: datetime) -> datetime | None:
    """Return when a record's open term runs out, None while it is paused; `otherwise` where none runs."""
    term = open_terms(record, record_id, rule).first()
    if term is None:
        return otherwise
    due: datetime | None = None if term.state == TermState.PAUSED else term.due_at
    return due


def open_terms(record: str, record_id: Any, *rules: str) -> Any:
    """Return the open terms of a record, by these rules or by any."""
    found = Term.objects.filter(record=record, record_id=str(record_id), state__in=OPEN).select_related("rule")
    return (found.filter(rule__code__in=rules) if rules else found).order_by("id")


def open_of_kind(record: str) -> Any:
    """Return the open terms of every record of a kind that the viewer may read, the first to run out first."""
    rows = Term.objects.readable().filter(record=record, state__in=OPEN).select_related("rule")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def terms_of(row: Any) -> list[Term]:
    """Return every term that ever ran on a record and that the viewer may read, the newest first."""
    ran = Term.objects.readable().filter(record=row._meta.label_lower, record_id=str(row.pk))
    return list(ran.select_related("rule").order_by("-id"))


def run_out() -> Any:
    """Return the running terms whose time is up."""
    return Term.objects.filter(state=TermState.RUNNING, due_at__lte=clock.now(), rule__lapses=False).order_by("due_at", "id")


def near() -> Any:
    """Return the running terms of which a warning is due."""
    return Term.objects.filter(state=TermState.RUNNING, warned_at=None, warn_at__lte=clock.now()).order_by("warn_at", "id")


def queue(terms: Any, most: int) -> Any:
    """Return the open ones of `terms`, the first to run out first, the paused last."""
    return terms.filter(state__in=OPEN).select_related("rule").order_by(F("due_at").asc(nulls_last=True), "id")[:most]


def pressing(terms: Any) -> dict[str, Any]:
    """Return how many of `terms` have run out, how many are about to, and when the first did or will."""
    now = clock.now()
    soon = Q(state=TermState.RUNNING, due_at__gt=now, warn_at__lte=now)
    over = Q(state=TermState.BREACHED)
    counted: dict[str, Any] = terms.order_by().aggregate(
        soon=Count("id", filter=soon), over=Count("id", filter=over), first=Min("due_at", filter=soon | over)
    )
    return counted


def lateness(terms: Any) -> list[Lateness]:
    """Return rule by rule how `terms` were kept; what ends by itself is nobody's to keep."""
    late_by = ExpressionWrapper(F("stopped_at") - F("breached_at"), output_field=DurationField())
    late = Q(state=TermState.LATE)
    counted = (
        terms.filter(rule__lapses=False)
        .order_by()
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
