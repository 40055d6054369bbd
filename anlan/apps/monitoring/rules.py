"""Pure decisions of monitoring: what a raw row must be, and how levels move."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.monitoring.choices import SPANS, AlarmState, Flag
from anlan.apps.monitoring.kinds import Hazard
from anlan.kit.refusals import Conflict, Refusal

FUTURE = timedelta(hours=1)
OLDEST_YEAR = 1900
LONGEST_SHELF = timedelta(hours=24)
ISA = "ISA-18.2"


@dataclass(frozen=True, slots=True)
class RawReading:
    """One row as it came in. `line` is where it stood, for messages."""

    line: int
    station: str
    quantity: str
    at: datetime | str
    value: float | str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and why, in the user's language."""

    line: int
    reason: str


def parse(row: RawReading, now: datetime) -> tuple[datetime, float] | Rejected:
    """Read a row's time and value; a time without offset, in the far future, or a value that is no number is rejected."""
    if isinstance(row.value, bool) or "\x00" in f"{row.at}{row.station}{row.quantity}":
        return Rejected(row.line, _("The value %(text)r is not a number.") % {"text": row.value})
    try:
        at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(str(row.at))
    except ValueError:
        return Rejected(row.line, _("The time %(text)r is not a date and time.") % {"text": row.at})
    if at.tzinfo is None:
        return Rejected(row.line, _("The time has no offset; write it like 2022-06-21T20:00:00+08:00."))
    if at.year < OLDEST_YEAR:
        return Rejected(row.line, _("The time lies before %(year)d.") % {"year": OLDEST_YEAR})
    if at > now + FUTURE:
        return Rejected(row.line, _("The time lies in the future."))
    try:
        value = float(row.value)
    except (TypeError, ValueError, OverflowError):
        return Rejected(row.line, _("The value %(text).40s is not a number.") % {"text": row.value})
    if not math.isfinite(value):
        return Rejected(row.line, _("The value is not a finite number."))
    low, high = SPANS.get(row.quantity, (-1e12, 1e12))  # type: ignore[call-overload]
    if value < low - 10 * abs(low) - 1 or value > high * 10:
        return Rejected(row.line, _("The value %(value)s is physically impossible.") % {"value": value})
    return at.astimezone(UTC), value


def range_flag(quantity: str, value: float) -> int:
    """Flag a value outside what the quantity can be."""
    low, high = SPANS.get(quantity, (-math.inf, math.inf))  # type: ignore[call-overload]
    return int(Flag.GOOD if low <= value <= high else Flag.RANGE)


def next_levels(
    hazard: Hazard,
    quantity: str,
    values: NDArray[np.float64],
    thresholds: Mapping[str, NDArray[np.float64]],
    levels: NDArray[np.int8],
) -> NDArray[np.int8]:
    """Move n stations' levels by n new values: up at once, down only when clear of the threshold by the hysteresis."""
    up = hazard.grade(values, thresholds)
    held = hazard.grade(values + hazard.hysteresis.get(quantity, 0.0), thresholds)
    moved: NDArray[np.int8] = np.maximum(up, np.minimum(levels, held))
    return moved


def crossed(hazard: Hazard, level: int, thresholds: Mapping[str, float]) -> float:
    """Return the lowest threshold of a station that stands for a level, nan if it has none."""
    probe = {name: np.array([value]) for name, value in thresholds.items()}
    reached = [v for v in thresholds.values() if int(hazard.grade(np.array([v]), probe)[0]) >= level]
    return min(reached, default=math.nan)


def check_open(state: str) -> None:
    """Refuse to work on an alarm that is over."""
    if state in {AlarmState.CLOSED, AlarmState.RETURNED}:
        raise Conflict(_("This alarm is over; there is nothing to answer any more."), article=ISA)


def check_shelf(hours: float) -> None:
    """Refuse to shelve an alarm for longer than a day: shelving is for nuisances, not for hiding."""
    if not 0 < hours <= LONGEST_SHELF / timedelta(hours=1):
        raise Refusal(_("An alarm may be shelved for up to 24 hours."), article=ISA, field="hours")
