"""Readers of indicators: what was counted, reported and published by year and place, and how each stands by its target."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from anlan.apps.indicators import rules
from anlan.apps.indicators.choices import FigureState, How, Kind, ReportState, Span, Standing
from anlan.apps.indicators.kinds import INDICATORS, PEOPLE, Counted, Indicator, in_order
from anlan.apps.indicators.models import PublishedFigure, ReportedFigure, Target, YearReport
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.kit.scope import current

VIEWS = "indicators.view_reportedfigure"
COUNTY = 6
#: Where no target says when the plan began, so many years are counted back.
BACK = 4


@dataclass(frozen=True)
class Figure:
    """A figure that was reported and signed, or published: of what, where, for which period, whose word it is."""

    value: float
    kind: Kind
    months: int
    at: datetime
    source: str
    url: str
    by: str = ""

    @property
    def whole(self) -> bool:
        """Return whether it tells of a whole year."""
        return self.months == rules.WHOLE_YEAR


@dataclass(frozen=True)
class Value:
    """The value of a year: where it comes from, how old it is, what it counts, and what else is said of the same year."""

    year: int
    amount: float
    kind: Kind
    whole: bool
    at: datetime
    source: str = ""
    url: str = ""
    months: int = rules.WHOLE_YEAR
    rows: tuple[Counted, ...] = ()
    base: float | None = None
    beside: Value | None = None

    @property
    def parts(self) -> float:
        """Return the sum of what was counted."""
        return sum(row.part for row in self.rows)

    @property
    def wholes(self) -> float:
        """Return the sum of the wholes that it is told by."""
        return sum(row.whole for row in self.rows)


@dataclass
class Line:
    """An indicator as it stands in an area."""

    indicator: Indicator
    target: Target | None
    goal: rules.Goal | None
    series: list[Value]
    ahead: rules.Forecast | None
    standing: Standing
    #: Its records are not shown to the viewer, or not all of them.
    hidden: bool = False
    #: The newest value that is held against the target.
    judged: Value | None = None

    @property
    def value(self) -> Value | None:
        """Return the newest value."""
        return self.series[-1] if self.series else None

    @property
    def attained(self) -> float | None:
        """Return how much of the way from the base to the goal is gone, in percent."""
        return self.goal.attained(self.judged.amount) if self.goal and self.judged else None

    @property
    def short(self) -> float | None:
        """Return by how much the newest value that is judged falls short of the goal."""
        return self.goal.short(self.judged.amount) if self.goal and self.judged else None


def targets() -> dict[str, Target]:
    """Return the last target of each indicator."""
    return {row.indicator: row for row in Target.objects.order_by("year")}


def reported() -> QuerySet[Any]:
    """Return the reported figures that the viewer may read."""
    return readable(ReportedFigure, VIEWS)


def figures_to_sign(permission: str) -> QuerySet[Any]:
    """Return the figures that somebody else has entered and that the viewer may sign, the oldest first."""
    rows = readable(ReportedFigure, permission).filter(state=FigureState.ENTERED)
    return rows.exclude(entered_by=current().actor).order_by("entered_at", "id")


def reports_to_sign(permission: str) -> QuerySet[Any]:
    """Return the reports that somebody else has drawn up and that the viewer may sign, the oldest first."""
    rows = readable(YearReport, permission).filter(state=ReportState.DRAWN)
    return rows.exclude(drawn_by=current().actor).order_by("drawn_at", "id")


def in_force_beside(row: ReportedFigure) -> ReportedFigure | None:
    """Return the figure that is in force for the same period as another, if any."""
    same = {"subject": row.subject, "area": row.area, "year": row.year, "months": row.months}
    found: ReportedFigure | None = ReportedFigure.objects.filter(**same, state=FigureState.SIGNED).exclude(pk=row.pk).first()
    return found


def shown(needs: tuple[str, ...], area: str) -> bool:
    """Return whether the viewer holds all of some permissions over the whole of an area."""
    scope = current()
    return all(any(area.startswith(held) for held in scope.areas_for(permission)) for permission in needs)


def own_areas() -> list[str]:
    """Return the city or counties whose indicators the viewer may read, the outermost first; of a part of a county none."""
    held = current().areas_for(VIEWS)
    counties = [county.code for county in places.below("", "county")]
    whole = [city.code for city in places.below("", "city") if city.code.startswith(held)] if held else []
    return [*whole, *(code for code in counties if held and code.startswith(held))]


@dataclass
class Reading:
    """What the viewer reads of all indicators at one instant: figures are read once, each indicator's records once."""

    figures: dict[tuple[str, str, int], Figure] = field(init=False)
    targets: dict[str, Target] = field(init=False)
    people: dict[tuple[str, int], int] = field(init=False)

    def __post_init__(self) -> None:
        self.now = clock.now()
        self.year = timezone.localtime(self.now).year
        self.targets, self.figures = targets(), _figures()
        self.people = places.residents_by_year("")
        self._counted: dict[str, list[Counted]] = {}

    def since(self, one: Indicator) -> int:
        """Return the first year that is counted: the plan's first."""
        target = self.targets.get(one.code)
        return target.since if target else self.year - BACK

    def base(self, code: str, area: str, year: int) -> float | None:
        """Return a base quantity of a year; residents by the last count up to then, else by the first one after."""
        if code != PEOPLE:
            held = self.figures.get((code, area, year))
            return held.value if held and held.whole else None
        counts = sorted((y, n) for (division, y), n in self.people.items() if division == area)
        before = [n for y, n in counts if y <= year]
        return before[-1] if before else counts[0][1] if counts else None

    def counted(self, one: Indicator) -> list[Counted]:
        """Return what an indicator counts since the plan began, as far as the viewer sees; read once."""
        if one.code not in self._counted:
            since = timezone.make_aware(datetime.combine(date(self.since(one), 1, 1), time.min))
            seen = one.rows is not None and all(current().areas_for(permission) for permission in one.needs)
            self._counted[one.code] = list(one.rows(since, self.now + timedelta(microseconds=1))) if one.rows and seen else []
        return self._counted[one.code]

    def value(self, one: Indicator, area: str, year: int) -> Value | None:
        """Return the value of a year, None where nothing is known; what is said beside it hangs on it."""
        held = self.figures.get((one.code, area, year))
        told = Value(year, held.value, held.kind, held.whole, held.at, held.source, held.url, held.months) if held else None
        made = self._of_figures(one, area, year) if one.of else self._of_records(one, area, year)
        first, other = (told, made) if one.trusts_reports else (made, told)
        if first is None:
            return other
        return first if other is None else replace(first, beside=other)

    def series(self, one: Indicator, area: str) -> list[Value]:
        """Return the values of all years of which anything is known, the earliest first."""
        told = {year for subject, division, year in self.figures if subject in (one.code, one.of) and division == area}
        years = sorted(told | set(range(self.since(one), self.year + 1)))
        return [value for year in years if (value := self.value(one, area, year)) is not None]

    def line(self, one: Indicator, area: str) -> Line:
        """Return how an indicator stands in an area."""
        target, series = self.targets.get(one.code), self.series(one, area)
        hidden = bool(one.rows) and not shown(one.needs, area)
        aim = self.goal(one, area)
        last, since = (target.year, target.comparable_since or 0) if target else (self.year, 0)
        known = rules.judged([rules.Known(v.year, v.amount, v.whole) for v in series], aim, grows=one.grows)
        by = next((v for v in reversed(series) if known and v.year == known[-1].year), None)
        ahead = rules.forecast([(k.year, k.value) for k in known if k.whole and k.year >= since], last, one.most)
        standing = Standing.HIDDEN if hidden and not series else rules.standing(known, aim, last, ahead)
        return Line(one, target, aim, series, ahead, standing, hidden, by)

    def lines(self, area: str) -> list[Line]:
        """Return all indicators in an area, in the plan's order."""
        return [self.line(one, area) for one in in_order()]

    def goal(self, one: Indicator, area: str) -> rules.Goal | None:
        """Return what the plan asks of an area: of a fall the city's percentage from the area's own base."""
        target = self.targets.get(one.code)
        if target is None:
            return None
        base = self.value(one, area, target.base_year) if target.base_year else None
        value, fall = (None if number is None else float(number) for number in (target.value, target.fall))
        return rules.goal(target.sense, value, fall, base.amount if base and base.whole else None)

    def _of_figures(self, one: Indicator, area: str, year: int) -> Value | None:
        """Return a rate of two figures of statistics."""
        above = self.value(INDICATORS.get(one.of), area, year) if one.of in INDICATORS else None
        held = self.figures.get((one.of, area, year))
        over = self.base(one.base, area, year)
        part, at, url, source = (
            (above.amount, above.at, above.url, above.source)
            if above
            else (held.value, held.at, held.url, held.source)
            if held
            else (None,) * 4
        )
        whole = above.whole if above else bool(held and held.whole)
        if part is None or at is None or not whole or not over:
            return None
        row = Counted(str(year), area, at, part, url=url or "", note=source or "")
        amount = rules.worth(How.RATE, [row], one.factor, over)
        return None if amount is None else Value(year, amount, Kind.COMPUTED, True, at, source or "", rows=(row,), base=over)

    def _of_records(self, one: Indicator, area: str, year: int) -> Value | None:
        """Return a value counted from the records that the viewer sees, None where some of the area are not shown."""
        if one.rows is None or not shown(one.needs, area) or not self.since(one) <= year <= self.year:
            return None
        if one.span == Span.NOW and year != self.year:
            return None
        first = self.since(one) if one.span == Span.PLAN else year
        rows = tuple(
            row
            for row in self.counted(one)
            if row.area.startswith(area) and (one.span == Span.NOW or first <= _year(row.at) <= year)
        )
        over = None
        if one.how == How.RATE:
            bases = [self.base(one.base, area, y) for y in range(first, year + 1)]
            over = None if None in bases else sum(base for base in bases if base)
        amount = rules.worth(one.how, rows, one.factor, over)
        if amount is None:
            return None
        at = max(min(row.at, self.now) for row in rows)
        return Value(year, amount, Kind.COMPUTED, year < self.year, at, rows=rows, base=over, months=self._month(year))

    def _month(self, year: int) -> int:
        return timezone.localtime(self.now).month if year == self.year else rules.WHOLE_YEAR

    def by_county(self, one: Indicator) -> list[tuple[str, str, Line | None]]:
        """Return the counties with how they stand; None where the viewer may not read them."""
        own = own_areas()
        return [(c.code, str(c), self.line(one, c.code) if c.code in own else None) for c in places.below("", "county")]


def _year(at: datetime) -> int:
    return timezone.localtime(at).year


def _end(year: int, months: int) -> datetime:
    """Return the instant at which a period ended: nobody tells when its figure came out, and it is no younger than that."""
    after = date(year + months // 12, months % 12 + 1, 1)
    return timezone.make_aware(datetime.combine(after, time.min))


def _figures() -> dict[tuple[str, str, int], Figure]:
    """Return the figures in force by (of what, area, year): the signed before the published, the whole year before a part of it."""
    found: dict[tuple[str, str, int], list[Figure]] = defaultdict(list)
    for row in reported().filter(state=FigureState.SIGNED):
        held = Figure(float(row.value), Kind.REPORTED, row.months, row.signed_at, row.source, row.desk_url(), row.signed_by)
        found[row.subject, row.area, row.year].append(held)
    for row in PublishedFigure.objects.all():
        url = row.desk_url()
        held = Figure(float(row.value), Kind.PUBLISHED, row.months, _end(row.year, row.months), row.source, url)
        found[row.subject, row.division, row.year].append(held)
    return {key: max(some, key=lambda f: (f.months, f.kind == Kind.REPORTED)) for key, some in found.items()}
