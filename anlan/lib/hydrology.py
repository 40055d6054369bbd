"""Hydrology in pure numbers: filling the hours between two real observations, exceedances, lead times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """One value of one quantity at one station; `line` is where it stood in its file, 0 for an estimate."""

    at: datetime
    station: str
    quantity: str
    value: float
    line: int = 0
    estimated: bool = False


def densify(observations: Iterable[Observation], step: timedelta, longest: timedelta | None = None) -> list[Observation]:
    """Add linear estimates on the full steps between two real observations of a series, each marked estimated.

    Gaps longer than `longest` stay gaps. Nothing is added before the first or after the last observation.
    """
    series: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    made = list(observations)
    for each in sorted(made):
        series[(each.station, each.quantity)].append(each)
    seconds = step.total_seconds()
    for known in series.values():
        for a, b in zip(known, known[1:], strict=False):
            gap = b.at - a.at
            if not gap or (longest is not None and gap > longest):
                continue
            first = a.at.timestamp() // seconds * seconds + seconds
            at = datetime.fromtimestamp(first, a.at.tzinfo)
            while at < b.at:
                share = (at - a.at) / gap
                made.append(Observation(at, a.station, a.quantity, round(a.value + share * (b.value - a.value), 3), 0, True))
                at += step
    return sorted(made)


def exceedances(points: Iterable[tuple[datetime, float]], threshold: float) -> list[tuple[datetime, datetime | None]]:
    """Return (first at or above, first below again) for every time a series exceeds a threshold."""
    found: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for at, value in points:
        if value >= threshold and since is None:
            since = at
        elif value < threshold and since is not None:
            found.append((since, at))
            since = None
    return [*found, (since, None)] if since else found
