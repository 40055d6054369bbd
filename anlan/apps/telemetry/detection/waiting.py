"""Batches that wait for detection: those that came in close together are judged together, since each judgement costs the same turns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.apps.telemetry.intake.catalogue import catalogue
from anlan.apps.telemetry.intake.wire import empty, fetch_packed, listed
from anlan.apps.telemetry.kinds.lanes import HEAVY, LIGHT
from anlan.apps.telemetry.models import Batch
from anlan.kit import clock
from anlan.kit.worlds import alias

#: So many batches, of so many rows, whose readings lie within so long a time, are judged together.
MOST_TOGETHER, MOST_ROWS, LONGEST = 500, 20_000, timedelta(hours=1)
#: Bounded by time, so that the planner opens the days' partitions alone.
READ = """
SELECT datastream_id, at, version, value, flags, batch FROM telemetry_reading
WHERE batch = ANY('{batches}'::bigint[]) AND at >= '{first}' AND at <= '{last}'"""
ROW = {"stream": "i", "at": "t", "version": "h", "value": "f", "flags": "h", "batch": "i"}


@dataclass
class Waiting:
    """Batches under judgement as one: what is worked out from their readings is stored as of the last one."""

    ids: list[int]
    first_at: datetime | None
    last_at: datetime | None
    corrected: bool
    forecasts: bool
    lanes: int = LIGHT | HEAVY
    wholes: list[int] = field(default_factory=list)
    _rows: NDArray[Any] | None = field(default=None, repr=False)
    _kinds: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, dtype=np.str_), repr=False)

    @classmethod
    def locked(cls, using: str, ids: Sequence[int]) -> Waiting:
        """Lock those of some batches that nobody has judged yet, in one order."""
        rows = list(Batch.objects.using(using).select_for_update().filter(pk__in=ids, detected_at__isnull=True).order_by("pk"))
        return cls(
            [row.pk for row in rows],
            min((row.first_at for row in rows if row.first_at), default=None),
            max((row.last_at for row in rows if row.last_at), default=None),
            any(row.corrected or row.revised for row in rows),
            any(row.forecasts for row in rows),
            reduce(or_, (row.lanes for row in rows), 0),
            [whole for row in rows for whole in row.wholes or ()],
        )

    @property
    def pk(self) -> int:
        """Return the last of the batches."""
        return self.ids[-1]

    def rows(self, using: str) -> NDArray[Any]:
        """Return the readings of the batches in order of time, datastream and version, read once for all who judge."""
        if self._rows is None:
            if self.first_at is None or self.last_at is None:
                return empty(ROW)
            span = {"first": self.first_at.isoformat(), "last": self.last_at.isoformat()}
            rows = fetch_packed(using, READ.format(batches=listed(self.ids), **span), ROW)
            self._rows = rows = rows[np.lexsort((rows["version"], rows["stream"], rows["at"]))]
            self._kinds = catalogue(using).kinds(rows["stream"])
        return self._rows

    def touched(self, using: str) -> set[str]:
        """Return of which quantities the batches have readings."""
        self.rows(using)
        return set(np.unique(self._kinds).tolist())

    def of(self, using: str, quantities: Collection[str]) -> NDArray[Any]:
        """Return the readings of some quantities."""
        rows = self.rows(using)
        return rows[np.isin(self._kinds, list(quantities))] if len(rows) else rows

    def widen(self, using: str, first: datetime, last: datetime) -> None:
        """Remember that readings of the last batch lie between these instants too."""
        self.first_at, self.last_at = min(self.first_at or first, first), max(self.last_at or last, last)
        self._rows = None
        row = Batch.objects.using(using).get(pk=self.pk)
        row.first_at, row.last_at = min(row.first_at or first, first), max(row.last_at or last, last)
        row.save(using=using, update_fields=["first_at", "last_at"])

    def judged(self, using: str) -> None:
        """Mark the batches as judged."""
        Batch.objects.using(using).filter(pk__in=self.ids).update(detected_at=clock.now())


def undetected() -> list[int]:
    """Return the batches that detection has not seen, oldest first."""
    return list(Batch.objects.using(alias()).filter(detected_at__isnull=True).order_by("id").values_list("id", flat=True))


def together(lane: int | None = None) -> Iterator[list[int]]:
    """Return the batches that wait, oldest first, in groups to be judged together: all, or those that a lane judges."""
    rows = Batch.objects.using(alias()).filter(detected_at__isnull=True).order_by("id")
    if lane is not None:
        rows = rows.filter(lanes=LIGHT) if lane == LIGHT else rows.filter(lanes__gt=LIGHT)
    return grouped(rows.values_list("id", "accepted", "first_at", "last_at"))


def grouped(rows: Iterable[tuple[int, int, datetime | None, datetime | None]]) -> Iterator[list[int]]:
    """Group batches in their order; what spans more time, or is larger, stays by itself."""
    ids: list[int] = []
    count, first, last = 0, None, None
    for pk, accepted, begun, ended in rows:
        low = min((at for at in (first, begun) if at), default=None)
        high = max((at for at in (last, ended) if at), default=None)
        apart = low is not None and high is not None and high - low > LONGEST
        if ids and (apart or len(ids) == MOST_TOGETHER or count + accepted > MOST_ROWS):
            yield ids
            ids, count, low, high = [], 0, begun, ended
        ids.append(pk)
        count, first, last = count + accepted, low, high
    if ids:
        yield ids
