"""Pure decisions of telemetry: what a raw row must be, and how levels move."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.kinds import Hazard, State, Value, falls
from anlan.lib.instants import MICROSECOND, NEVER, micros
from anlan.lib.sum_levels import NONE

FUTURE = timedelta(hours=1)
#: A clock may run ahead by so much before it counts as wrong (proposal, K-).
AHEAD = timedelta(minutes=5)
#: A forecast reaches no further.
FORECAST_REACH = timedelta(days=30)
#: What lies further ahead is no clock that runs fast but a fault; further behind it is history that somebody loads.
CLOCK_REACH = timedelta(days=1)
OLDEST_YEAR = 1900
HOUR = timedelta(hours=1)
AN_HOUR = HOUR / MICROSECOND
#: After so long a silence the last value says little of the next: it is held against the ladder like a first one.
FORGOTTEN = timedelta(days=1) // MICROSECOND
#: A sum that comes so long after the last one may be over all the time between, where nobody declared its period.
UNSUMMED = timedelta(minutes=90) // MICROSECOND


@dataclass(frozen=True, slots=True)
class RawReading:
    """One row as it came in. `line` is where it stood, for messages; `correction` lets it bring back a value told before."""

    line: int
    station: str
    quantity: str
    at: datetime | str
    value: float | str
    estimated: bool = False
    correction: bool = False
    #: As the sender says: the unit of the value, and the hours over which a sum is; "" where nothing is said.
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class RawForecast:
    """One forecast value as it came in; `issued_at` is "" where nobody said when it was made."""

    line: int
    station: str
    quantity: str
    at: Any
    value: Any
    issued_at: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and why, in the user's language; what a sender wrote may hold anything and is made printable.

    `wait`: an early row can be taken after so long a time, when its instant has come near.
    """

    line: int
    reason: str
    wait: timedelta | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", printable(self.reason))


def printable(text: str) -> str:
    """Return a text with what cannot be shown or stored (controls, half characters) replaced."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def instant_of(given: Any, now: datetime, ahead: timedelta = FUTURE) -> int | str:
    """Read a time as microseconds since 2000; one without offset, too old or in the future is told in words instead."""
    try:
        # fromisoformat stops at a NUL and says nothing
        at = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).replace("\x00", "?"))
    except ValueError:
        return _("The time %(text)r is not a date and time.") % {"text": str(given)[:40]}
    if at.tzinfo is None:
        return _("The time has no offset; write it like 2022-06-21T20:00:00+08:00.")
    if at.year < OLDEST_YEAR:
        return _("The time lies before %(year)d.") % {"year": OLDEST_YEAR}
    if at > now + ahead:
        return _("The time lies in the future.")
    return micros(at)


def period_of(given: Any) -> timedelta | None:
    """Read a period like PT1H, P1D or a number of hours; None if it is none."""
    found = re.fullmatch(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?|(\d{1,4})", str(given).strip().upper())
    if found is None:
        return None
    days, hours, minutes, plain = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours + plain, minutes=minutes) or None


def number_of(given: Any) -> float | str:
    """Read a finite number; anything else is told in words instead."""
    try:
        value = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        return _("The value %(text).40s is not a number.") % {"text": given}
    return value if math.isfinite(value) else _("The value is not a finite number.")


@dataclass(slots=True)
class Track:
    """What a datastream said last that can be believed, and since when it has said the same; instants in microseconds."""

    good_at: int = NEVER
    good_value: float = 0.0
    same_since: int = NEVER

    def follow(
        self,
        at: int,
        value: float,
        estimated: bool,
        step_limit: float,
        stuck_after: float,
        first: tuple[float, float] = (-math.inf, math.inf),
        forgotten: int = FORGOTTEN,
    ) -> int:
        """Return the flags that a possible value deserves after what came before it, and remember it if it is good.

        A first value, and one after a silence of `forgotten` (microseconds), must lie within `first`.
        """
        if not estimated and (self.good_at == NEVER or at - self.good_at > forgotten) and not first[0] <= value <= first[1]:
            return int(Flag.LADDER)
        if self.good_at == NEVER or estimated:
            self.good_at, self.good_value, self.same_since = at, value, at
            return 0
        hours = max((at - self.good_at) / AN_HOUR, 1.0)
        if abs(value - self.good_value) > step_limit * hours:
            return int(Flag.STEP)
        if value != self.good_value:
            self.same_since = at
        elif value != 0 and at - self.same_since > stuck_after:
            return int(Flag.PERSISTENCE)
        self.good_at, self.good_value = at, value
        return 0


def graded(
    hazard: Hazard, quantity: str, values: NDArray[np.float64], thresholds: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.int8]:
    """Return the level of the gravest rung that each of n values has reached; a missing threshold (nan) is never reached."""
    levels = np.zeros(len(values), dtype=np.int8)
    for name, level in hazard.ladder.items():
        if name in thresholds:
            np.maximum(levels, hazard.reached(quantity, values, thresholds[name]).view(np.int8) * np.int8(level), out=levels)
    return levels


def next_levels(
    hazard: Hazard,
    quantity: str,
    values: NDArray[np.float64],
    thresholds: Mapping[str, NDArray[np.float64]],
    levels: NDArray[np.int8],
) -> NDArray[np.int8]:
    """Move n stations' levels by n new values: up at once, down only when clear of the threshold by the hysteresis."""
    up = graded(hazard, quantity, values, thresholds)
    margin = hazard.detector.hysteresis.get(quantity, 0.0) if isinstance(hazard.detector, Value) else 0.0
    held = graded(hazard, quantity, values - margin if hazard.falls(quantity) else values + margin, thresholds)
    moved: NDArray[np.int8] = np.maximum(up, np.minimum(levels, held))
    return moved


def crossed(hazard: Hazard, quantity: str, level: int, thresholds: Mapping[str, float], value: float = math.nan) -> float:
    """Return the first threshold of a station that stands for a level or a higher one, nan if it has none; of states the one that is told."""
    if isinstance(hazard.detector, State) and value in thresholds.values():
        return value
    there = [v for name, v in thresholds.items() if hazard.ladder[name] >= level]
    return (max if hazard.falls(quantity) else min)(there, default=math.nan)


def beyond(hazard: str, quantity: str, value: float, threshold: float) -> float:
    """Return how far a value lies beyond a threshold of a hazard; negative: short of it."""
    return threshold - value if falls(hazard, quantity) else value - threshold


def level_reached(hazard: Hazard, quantity: str, value: float, thresholds: Mapping[str, float]) -> int:
    """Return the level that one value has reached."""
    return max((hazard.ladder[name] for name, limit in thresholds.items() if hazard.reached(quantity, value, limit)), default=0)


def judges_sum(hazard: Hazard, hours: int, rung: str, period: timedelta | None) -> bool:
    """Return whether a threshold of a sum judges anything: a day's sum says nothing of its wettest hour."""
    return hours in hazard.windows and rung in hazard.ladder and (period is None or period <= timedelta(hours=hours))


def limits_of_sums(
    hazard: Hazard, places: Mapping[int, int], rungs: Iterable[tuple[int, int, str, float, timedelta | None]]
) -> NDArray[np.int32]:
    """Return the limits of thresholds (datastream, hours, rung, value, period), in thousandths: windows × levels × places."""
    limits = np.full((len(hazard.windows), max(hazard.ladder.values()), len(places)), NONE, dtype=np.int32)
    for stream, hours, rung, value, period in rungs:
        if stream in places and judges_sum(hazard, hours, rung, period):
            limits[hazard.windows.index(hours), hazard.ladder[rung] - 1, places[stream]] = round(value * 1000)
    return limits
