"""Batches that wait for a lane of detection: those that came in close together are judged together, since each judgement costs the same turns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.apps.telemetry.intake.catalogue import Catalogue, of_token
from anlan.apps.telemetry.intake.wire import Statement, empty, fetch_packed, listed, run_together
from anlan.apps.telemetry.kinds.lanes import EVERY, LOCKS, SHARING, lanes_in
from anlan.apps.telemetry.models import Unjudged
from anlan.kit.worlds import alias
from anlan.lib.instants import micros

#: So many batches, of so many rows, whose readings lie within so long a time, are judged together.
MOST_TOGETHER, MOST_ROWS, LONGEST = 500, 20_000, timedelta(hours=1)
#: Bounded by time, so that the planner opens the days' partitions alone.
READ = """
SELECT datastream_id, at, version, value, flags, batch FROM telemetry_reading r
WHERE batch = ANY('{batches}'::bigint[]) AND at >= '{first}' AND at <= '{last}'"""
#: What may have been judged before is not judged again by a value that was corrected since.
NEWEST = """ AND NOT EXISTS (
    SELECT FROM telemetry_reading n WHERE n.datastream_id = r.datastream_id AND n.at = r.at AND n.version > r.version
    AND n.batch NOT IN ({others}))"""
ROW = {"stream": "i", "at": "t", "version": "h", "value": "f", "flags": "h", "batch": "i"}
LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
#: Read once the lane is locked, and before the catalogue's mark: what has come in is of datastreams that the catalogue then knows.
TAKE = """
SELECT b.id, b.first_at, b.last_at, b.corrected + b.revised > 0, b.forecasts > 0, b.wholes, u.again, u.stations
FROM telemetry_unjudged u JOIN telemetry_batch b ON b.id = u.batch WHERE u.lane = %s AND u.batch = ANY(%s) ORDER BY b.id"""
#: What is in its batches is not judged yet; of what is given for some stations alone the rest is.
UNJUDGED = "SELECT batch FROM telemetry_unjudged WHERE stations IS NULL AND lane = {lane}"
OWED = "SELECT coalesce(bit_or(lanes), 0) & %s FROM telemetry_untold"
MARK = "SELECT coalesce((SELECT token FROM telemetry_cataloguemark), '')"
#: Nobody shares the stations out anew until the commit; who just does waits for nobody who waits for him.
STILL_SHARED = "SELECT pg_try_advisory_xact_lock_shared(%s, %s)"
DONE = "DELETE FROM telemetry_unjudged WHERE lane = %s AND batch = ANY(%s)"
WIDEN = "UPDATE telemetry_batch SET first_at = least(first_at, %s), last_at = greatest(last_at, %s) WHERE id = %s"
WAITING = """
SELECT u.lane, b.id, b.accepted, b.first_at, b.last_at FROM telemetry_unjudged u JOIN telemetry_batch b ON b.id = u.batch
WHERE u.lane = ANY(%s) ORDER BY u.lane, b.id"""
Row = tuple[int, int, datetime | None, datetime | None]


class SharedAnew(Exception):
    """Another lane judges some of these stations by now, or soon: nothing of this turn may stay."""


@dataclass
class Waiting:
    """Batches under judgement as one by one lane: what is worked out from their readings is stored as of the last one."""

    lane: int
    held: Catalogue
    ids: list[int]
    first_at: datetime | None
    last_at: datetime | None
    corrected: bool
    forecasts: bool
    wholes: list[int] = field(default_factory=list)
    #: Some of it may have been judged before; of these batches only these stations are to be.
    again: bool = False
    only: dict[int, list[int]] = field(default_factory=dict)
    #: Something of the lane was found before and is to be told first.
    owed: bool = False
    _span: tuple[datetime, datetime] | None = None
    _rows: NDArray[Any] | None = field(default=None, repr=False)
    _kinds: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, dtype=np.str_), repr=False)
    _own: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool), repr=False)

    @classmethod
    def locked(cls, using: str, lane: int, ids: Sequence[int]) -> Waiting:
        """Let nobody else judge in a lane until the transaction ends; return those of some batches that it has not judged yet. One turn."""
        _lock, taken, owed, mark = run_together(
            using, [(LOCK, [LOCKS, lane]), (TAKE, [lane, [*ids]]), (OWED, [lane]), (MARK, ())]
        )
        rows = taken.fetchall()
        return cls(
            lane,
            of_token(using, str(_one(mark))),
            [row[0] for row in rows],
            min((row[1] for row in rows if row[1]), default=None),
            max((row[2] for row in rows if row[2]), default=None),
            any(row[3] for row in rows),
            any(row[4] for row in rows),
            [whole for row in rows for whole in row[5] or ()],
            any(row[6] for row in rows),
            {row[0]: row[7] for row in rows if row[7] is not None and 0 not in row[7]},
            bool(_one(owed)),
        )

    @property
    def pk(self) -> int:
        """Return the last of the batches."""
        return self.ids[-1]

    @property
    def others(self) -> str:
        """Return a sub-query of the batches that the lane has not judged and that are none of these."""
        return f"{UNJUDGED.format(lane=self.lane)} AND batch <> ALL('{listed(self.ids)}'::bigint[])"

    def rows(self, using: str) -> NDArray[Any]:
        """Return what the lane reads of the batches in order of time, datastream and version, read once for all who judge."""
        if self._rows is None:
            if self.first_at is None or self.last_at is None:
                return empty(ROW)
            span = {"first": self.first_at.isoformat(), "last": self.last_at.isoformat()}
            query = READ.format(batches=listed(self.ids), **span) + (NEWEST.format(others=self.others) if self.again else "")
            rows = fetch_packed(using, query, ROW)
            places = self.held.find(rows["stream"])
            rows, places = rows[places >= 0], places[places >= 0]
            own = self.held.lane[places] == self.lane
            mine = own | (self.held.also[places] == self.lane)
            for batch, stations in self.only.items():
                mine &= (rows["batch"] != batch) | np.isin(self.held.station[places], stations)
            rows, places, own = rows[mine], places[mine], own[mine]
            order = np.lexsort((rows["version"], rows["stream"], rows["at"]))
            self._rows, self._kinds, self._own = rows[order], self.held.quantity[places][order], own[order]
        return self._rows

    def last_read(self, using: str) -> int:
        """Return the newest instant of what the lane reads of the batches, in microseconds; where that is nothing, of the batches."""
        assert self.last_at is not None
        read = self.rows(using)["at"]
        return int(read.max()) if len(read) else micros(self.last_at)

    def touched(self, using: str) -> set[str]:
        """Return of which quantities the lane reads something of the batches."""
        self.rows(using)
        return set(np.unique(self._kinds).tolist())

    def of(self, using: str, quantities: Collection[str]) -> NDArray[Any]:
        """Return what the lane reads of some quantities, also where another one judges it."""
        rows = self.rows(using)
        return rows[np.isin(self._kinds, list(quantities))] if len(rows) else rows

    def own(self, using: str, quantities: Collection[str] | None = None) -> NDArray[Any]:
        """Return the readings that this lane judges, all or those of some quantities."""
        rows = self.rows(using)
        if not len(rows):
            return rows
        return rows[self._own if quantities is None else self._own & np.isin(self._kinds, list(quantities))]

    def widen(self, first: datetime, last: datetime) -> None:
        """Remember that readings of the last batch lie between these instants too."""
        self.first_at, self.last_at = min(self.first_at or first, first), max(self.last_at or last, last)
        self._span = (min(self._span[0], first), max(self._span[1], last)) if self._span else (first, last)
        self._rows = None

    def judged(self, using: str) -> None:
        """Take the batches from the lane; SharedAnew where it judged by what no longer holds. One turn, the last before the commit."""
        steps: list[Statement] = [(STILL_SHARED, [LOCKS, SHARING]), (DONE, [self.lane, self.ids]), (MARK, ())]
        if self._span is not None:
            steps.append((WIDEN, [*self._span, self.pk]))
        still, _done, mark, *_widened = run_together(using, steps)
        if not _one(still):
            raise SharedAnew
        if (token := str(_one(mark))) != self.held.token and of_token(using, token).sharing != self.held.sharing:
            raise SharedAnew


def _one(cursor: Any) -> Any:
    row = cursor.fetchone()
    return row[0]


def settled(using: str) -> None:
    """Wait until nobody shares the stations out anew, in the transaction in force, which holds nothing."""
    run_together(using, [("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCKS, SHARING])])


def undetected() -> list[int]:
    """Return the batches that detection has not seen wholly, oldest first."""
    return list(Unjudged.objects.using(alias()).order_by("batch").values_list("batch", flat=True).distinct())


def lanes_of(using: str, batches: Sequence[int]) -> list[int]:
    """Return the lanes that have not judged all of some batches, in their order."""
    rows = Unjudged.objects.using(using).filter(batch__in=batches).order_by("lane")
    return list(rows.values_list("lane", flat=True).distinct())


def together(lanes: int = EVERY) -> tuple[list[tuple[int, list[int]]], int]:
    """Return by lane what waits in some lanes, oldest first, in groups to be judged together; and in which of them something is to be told."""
    waiting, owed = run_together(alias(), [(WAITING, [lanes_in(lanes)]), (OWED, [lanes])])
    found = [
        (lane, group)
        for lane, rows in groupby(waiting.fetchall(), key=lambda row: row[0])
        for group in grouped(row[1:] for row in rows)
    ]
    return found, int(_one(owed))


def grouped(rows: Iterable[Row]) -> Iterator[list[int]]:
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
