"""Pure decisions of indicators: what rows are worth, what a target asks, where a trend leads, how it stands. No ORM, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from anlan.apps.indicators.choices import How, Sense, Standing
from anlan.apps.indicators.kinds import Counted

#: Fewer years tell no trend.
ENOUGH = 3
#: Student's t by degrees of freedom, 80 % in the middle; from the last on that of the normal distribution is near enough.
MIDDLE_80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372)
BEYOND_80 = 1.35
#: Below this there is no rate to go on by; above this power of e there is no number to show.
LEAST, MOST_LOG = 1e-9, 50.0
WHOLE_YEAR = 12
#: Values are sums of fractions: what is off by less than this is equal.
HAIR = 1e-9


def worth(how: str, rows: Sequence[Counted], factor: float, base: float | None = None) -> float | None:
    """Return the value that rows come to; None where nothing was counted, or the base quantity is not known."""
    if not rows:
        return None
    parts = sum(row.part for row in rows)
    if how == How.LONGEST:
        return factor * max(row.part for row in rows)
    if how == How.SUM:
        return factor * parts
    over = base if how == How.RATE else sum(row.whole for row in rows)
    return factor * parts / over if over else None


@dataclass(frozen=True)
class Goal:
    """What must hold in the plan's last year: the value asked for, and of a fall the value that it falls from."""

    sense: str
    value: float
    base: float | None = None

    def met_by(self, value: float) -> bool:
        """Return whether a value keeps the goal; "less than" does not hold for the goal itself."""
        if self.sense == Sense.AT_LEAST:
            return value >= self.value - HAIR
        return value < self.value - HAIR if self.sense == Sense.BELOW else value <= self.value + HAIR

    def short(self, value: float) -> float:
        """Return by how much a value falls short of the goal, nought where it keeps it."""
        return max(0.0, self.value - value if self.sense == Sense.AT_LEAST else value - self.value)

    def attained(self, value: float) -> float | None:
        """Return how much of the way from the base was gone, in percent; None where there is no way."""
        if self.base is None or abs(self.base - self.value) < HAIR:
            return None
        return 100 * (self.base - value) / (self.base - self.value)


def goal(sense: str, value: float | None, fall: float | None, base: float | None) -> Goal | None:
    """Return the goal: a value as it is, or a fall by so many percent from a base; None while the base is not known."""
    if fall is None:
        return None if value is None else Goal(sense, value)
    return None if base is None else Goal(sense, base * (1 - fall / 100), base)


@dataclass(frozen=True)
class Forecast:
    """Where the years lead, and the range in which four of five values fall if it goes on so."""

    year: int
    value: float
    low: float
    high: float
    years: int


def forecast(points: Iterable[tuple[int, float]], year: int, most: float | None = None) -> Forecast | None:
    """Return the value of a later year by least squares with its 80 % range of prediction; None for fewer than three years.

    What has no upper end and was never nought goes on by the same rate a year (the line is through the logarithms: it never runs below
    nought); a share, or what was nought, by the same amount, clipped to nought and `most`. Source: any textbook of regression; the range
    is t·s·√(1 + 1/n + (x−x̄)²/Sxx).
    """
    told = sorted(dict(points).items())
    if len(told) < ENOUGH or year <= told[-1][0]:
        return None
    if most is None and all(value > LEAST for _year, value in told):
        low, value, high = (exp(min(end, MOST_LOG)) for end in _line([(at, log(value)) for at, value in told], year))
    else:
        low, value, high = (max(0.0, end if most is None else min(end, most)) for end in _line(told, year))
    return Forecast(year, value, low, high, len(told))


def _line(told: Sequence[tuple[int, float]], year: int) -> tuple[float, float, float]:
    """Return the lower end, the middle and the upper end of what the line through the years gives for another one."""
    n = len(told)
    mean_x, mean_y = sum(x for x, _y in told) / n, sum(y for _x, y in told) / n
    sxx = sum((x - mean_x) ** 2 for x, _y in told)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in told) / sxx
    at = mean_y + slope * (year - mean_x)
    off = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in told)
    t = MIDDLE_80[n - 3] if n - 3 < len(MIDDLE_80) else BEYOND_80
    half = t * sqrt(off / (n - 2)) * sqrt(1 + 1 / n + (year - mean_x) ** 2 / sxx)
    return at - half, at, at + half


@dataclass(frozen=True)
class Known:
    """What is known of a year: the value, and whether the year is told whole."""

    year: int
    value: float
    whole: bool = True


def standing(series: Sequence[Known], aim: Goal | None, last: int, ahead: Forecast | None) -> Standing:
    """Return how an indicator stands: by the plan's last year once that is told, else by where the trend leads and by the newest value."""
    if not series:
        return Standing.NOTHING
    if aim is None:
        return Standing.NO_GOAL
    final = next((one for one in series if one.year == last and one.whole), None)
    if final is not None:
        return Standing.MET if aim.met_by(final.value) else Standing.MISSED
    now = aim.met_by(max(series, key=lambda one: one.year).value)
    if ahead is None:
        return Standing.COURSE if now else Standing.DANGER
    if not aim.met_by(ahead.value):
        return Standing.DANGER
    return Standing.COURSE if now and aim.met_by(ahead.low) and aim.met_by(ahead.high) else Standing.DOUBTFUL


def judged(series: Sequence[Known], aim: Goal | None, *, grows: bool) -> list[Known]:
    """Return the years by which an indicator is judged: of one that grows through the year a part of it proves no more than a miss."""
    return [
        one
        for one in series
        if one.whole or not grows or (aim is not None and aim.sense != Sense.AT_LEAST and not aim.met_by(one.value))
    ]


def differs(one: float, other: float, digits: int) -> bool:
    """Return whether two values differ as they are shown."""
    return round(one, digits) != round(other, digits)


def fault_of(year: int, months: int, value: float, this_year: int, this_month: int) -> tuple[str, str]:
    """Return which field of a reported figure is wrong and why, as a code; "" where it may be entered."""
    if not 2000 <= year <= this_year:
        return "year", "year"
    if not 1 <= months <= WHOLE_YEAR or (year == this_year and months > this_month):
        return "months", "months"
    return ("value", "value") if value < 0 else ("", "")
