"""Hydrology in pure numbers: filling the hours between two real observations, exceedances, sums over sliding windows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

AN_HOUR = timedelta(hours=1)

#: Places of series in an array: some of them, or all.
Which = NDArray[np.int64] | slice


def digits_of(unit: str) -> int:
    """Return how many decimals a value is told with: none for cubic metres per second, two for all else."""
    return 0 if unit == "m³/s" else 2


def figure(value: float, unit: str) -> str:
    """Write a value with its unit, as everything that tells one does."""
    return f"{value:,.{digits_of(unit)}f} {unit}"


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """One value of one quantity at one station; `line` is where it stood in its file, 0 for an estimate."""

    at: datetime
    station: str
    quantity: str
    value: float
    line: int = 0
    estimated: bool = False


def densify(
    observations: Iterable[Observation],
    step: timedelta,
    longest: timedelta | None = None,
    steepest: Mapping[tuple[str, str], float] | None = None,
) -> list[Observation]:
    """Add linear estimates on the full steps between two real observations of a series, each marked estimated.

    Gaps longer than `longest` stay gaps, and so do changes faster than a series' `steepest` an hour (by station and quantity):
    one of the two is doubtful then, and what lies between would be believed. Nothing is added before the first or after the last.
    """
    series: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    made = list(observations)
    for each in sorted(made):
        series[(each.station, each.quantity)].append(each)
    seconds = step.total_seconds()
    for name, known in series.items():
        limit = (steepest or {}).get(name, math.inf)
        for a, b in zip(known, known[1:], strict=False):
            gap = b.at - a.at
            if not gap or (longest is not None and gap > longest) or abs(b.value - a.value) > limit * max(gap / AN_HOUR, 1.0):
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


class SlidingSums:
    """Sums of many series over sliding windows, as one ring of running totals: a sum is one subtraction, whatever its span.

    Time is counted in slots of `step`; a value counts in the slot that ends at or after it, and a window of a slot is that
    slot and those before it. Totals are whole thousandths, so that adding and taking away again is exact. The ring holds
    the longest window and a margin of `late` for series that lag behind the newest.
    """

    def __init__(self, series: int, windows: Sequence[timedelta], step: timedelta, late: timedelta) -> None:
        self.step = step // timedelta(microseconds=1)
        self.spans = [int(window / step) for window in windows]
        self.rows = max(self.spans) + int(late / step) + 1
        self.totals = np.zeros((self.rows, series), dtype=np.int32)
        self.head: int | None = None

    def slot_of(self, micros: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the slots of instants in microseconds: the one whose end is the first at or after the instant."""
        slots: NDArray[np.int64] = -(-micros // self.step)
        return slots

    def covers(self, slot: int) -> bool:
        """Return whether every window of a slot lies within the ring."""
        return self.head is not None and self.head - self.rows + 1 <= slot - max(self.spans) and slot <= self.head

    def advance(self, slot: int) -> None:
        """Move on to a newer slot; an older one changes nothing."""
        if self.head is None or slot - self.head >= self.rows:
            self.totals[:] = 0 if self.head is None else self.totals[self.head % self.rows].copy()
            self.head = slot
        while self.head < slot:
            self.totals[(self.head + 1) % self.rows] = self.totals[self.head % self.rows]
            self.head += 1

    def add(self, slot: int, which: Which, amounts: NDArray[np.int32]) -> None:
        """Add thousandths to a slot of the series `which` (each at most once); what is older than the ring is in no window."""
        if self.head is None or slot <= self.head - self.rows:
            return
        for each in range(slot, self.head + 1):
            self.totals[each % self.rows, which] += amounts

    def amount(self, slot: int, which: Which) -> NDArray[np.int32]:
        """Return what a slot holds; the slot before it must still be in the ring."""
        found: NDArray[np.int32] = self.totals[slot % self.rows, which] - self.totals[(slot - 1) % self.rows, which]
        return found

    def sums(self, slot: int, which: Which) -> NDArray[np.int32]:
        """Return the sums over every window that ends with `slot`, in thousandths: windows × series."""
        newest = self.totals[slot % self.rows, which]
        return np.stack([newest - self.totals[(slot - span) % self.rows, which] for span in self.spans])


def thousandths(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return values in whole thousandths, where sums are exact."""
    return np.rint(values * 1000).astype(np.int32)


def sums_at(slots: NDArray[np.int64], amounts: NDArray[np.int32], spans: Sequence[int]) -> NDArray[np.int64]:
    """Return the sums over windows of so many slots that end with each amount's own slot: windows × amounts. `slots` ascend."""
    total = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
    upto = total[np.searchsorted(slots, slots, side="right")]
    return np.stack([upto - total[np.searchsorted(slots, slots - span, side="right")] for span in spans])
