"""How many stations of an area have a sum of hours that has reached a number: counted from arrays that are moved on batch by batch.

Sums are those of the slots of `windows`: the slot of an instant and those before it. An area is counted where a batch has news of it,
once a slot, as of the newest instant there; what came late or was corrected changes what was counted after it, as far as its hours reach.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from anlan.apps.telemetry.detection.waiting import Waiting
from anlan.apps.telemetry.detection.windows import LATE, STEP, Sliding, at_work
from anlan.apps.telemetry.intake.wire import fetch_packed, listed
from anlan.apps.telemetry.kinds.derivations import Count
from anlan.apps.telemetry.models import Threshold
from anlan.lib.hydrology import SlidingSums
from anlan.lib.instants import NEVER, instant

Ints = NDArray[np.int64]
#: Counted: (datastream of the area, instant) → how many.
Counted = dict[tuple[int, int], int]
#: The stations in the area of each whole that has the derived quantity.
MEMBERS = """
SELECT t.id, array_agg(s.id ORDER BY s.id) FROM telemetry_datastream t JOIN telemetry_station w ON w.id = t.station_id
JOIN telemetry_datastream s ON s.quantity = %s AND s.area >= w.area AND s.area < w.area || '~' AND coalesce(s.period, '0') <= %s
WHERE t.quantity = %s GROUP BY t.id ORDER BY t.id"""
TOLD = """
SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value FROM telemetry_reading
WHERE datastream_id = ANY('{streams}'::bigint[]) AND at > '{since}' ORDER BY datastream_id, at, version DESC"""


@dataclass
class Area:
    """An area that is counted: its datastream, who counts in it, and from how many thousandths on.

    What was told is kept by slot, as the ring keeps its totals: the newest instant of each slot, and the count there.
    """

    stream: int
    members: Ints
    limit: int
    at: Ints
    count: Ints
    head: int = NEVER


@dataclass
class Tally(Sliding):
    """The sums of every station that counts somewhere, and the areas."""

    areas: list[Area] = field(default_factory=list)

    def take(self, rows: NDArray[np.void], others: str, using: str) -> Counted:
        """Take a batch's readings in, and count every area again that they touch."""
        found: Counted = {}
        late: dict[int, dict[int, int]] = {area.stream: {} for area in self.areas}
        for slot, which, ats in self.moved_on(rows, others, using):
            for area in self.areas:
                mine = np.isin(which, area.members)
                if mine.any():
                    if slot < area.head:
                        late[area.stream][slot] = int(ats[mine].max())
                    self._tell(area, slot, int(ats[mine].max()), found)
        for area in self.areas:
            members = set(area.members.tolist()) if self.redone else set()
            for place, slot in self.redone:
                if place in members:
                    late[area.stream].setdefault(slot, self._newest(rows, place, slot))
            self._tell_again(area, late[area.stream], found)
        return found

    def _tell(self, area: Area, slot: int, at: int, found: Counted) -> None:
        """Count an area in a slot, as of an instant there or the newest that was told before; what is as it was is not told again."""
        if not self.ring.covers(slot):
            return
        count = int((self.ring.sums(slot, area.members)[0] >= area.limit).sum())
        place = slot % self.ring.rows
        known = self._slot(int(area.at[place])) == slot
        at = max(at, int(area.at[place])) if known else at
        if not (known and area.at[place] == at and area.count[place] == count):
            found[(area.stream, at)] = area.count[place] = count
            area.at[place], area.head = at, max(area.head, slot)

    def _tell_again(self, area: Area, late: dict[int, int], found: Counted) -> None:
        """Count an area again where readings came late, and after it as far as they reach."""
        reach, done = self.ring.spans[0], set()
        for first, at in sorted(late.items()):
            self._tell(area, first, at, found)
            for slot in range(first + 1, min(first + reach, area.head + 1)):
                at = int(area.at[slot % self.ring.rows])
                if slot not in done and self._slot(at) == slot:
                    done.add(slot)
                    self._tell(area, slot, at, found)

    def _slot(self, at: int) -> int:
        return -(-at // self.ring.step)

    def _newest(self, rows: NDArray[np.void], place: int, slot: int) -> int:
        ats = rows["at"][rows["stream"] == self.streams[place]].astype(np.int64)
        return int(ats[self.ring.slot_of(ats) == slot].max())


def count(code: str, how: Count, using: str, held: Waiting) -> Counted:
    """Count every area again that a batch touches, in the transaction in force."""
    rows = held.of(using, (how.of,))
    if not len(rows):
        return {}
    with at_work(f"count:{code}", using, held, partial(build, code, how, using)) as tally:
        found: Counted = tally.take(rows, held.others, using)
    return found


def build(code: str, how: Count, using: str, held: Waiting, head_at: datetime | None) -> Tally:
    """Build the arrays from stations, numbers and the readings already judged."""
    over = timedelta(hours=how.hours)
    with connections[using].cursor() as cursor:
        cursor.execute(MEMBERS, [how.of, over, code])
        members = dict(cursor.fetchall())
    rungs = Threshold.objects.filter(datastream_id__in=list(members), level=how.over)
    limits = dict(rungs.values_list("datastream_id", "value"))
    streams = np.unique(np.array([s for area in limits for s in members[area]], dtype=np.int64))
    tally = Tally(streams, SlidingSums(len(streams), [over], STEP, LATE), np.full(len(streams), NEVER, dtype=np.int64))
    tally.refill(using, held.lane, head_at)
    for area, limit in limits.items():
        at = np.full(tally.ring.rows, NEVER, dtype=np.int64)
        tally.areas.append(Area(area, np.searchsorted(streams, members[area]), round(limit * 1000), at, np.zeros_like(at)))
    if tally.ring.head is not None and tally.areas:
        since = instant((tally.ring.head - tally.ring.rows) * tally.ring.step).isoformat()
        told = fetch_packed(
            using, TOLD.format(streams=listed(list(limits)), since=since), {"stream": "i", "at": "t", "value": "f"}
        )
        for one in tally.areas:
            mine = told[told["stream"] == one.stream]
            slots = tally.ring.slot_of(mine["at"].astype(np.int64))
            one.at[slots % tally.ring.rows], one.count[slots % tally.ring.rows] = mine["at"], mine["value"]
            one.head = int(slots.max(initial=NEVER))
    return tally
