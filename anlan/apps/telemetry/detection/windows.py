"""Detection over sliding windows: the sums of every station of a hazard as arrays, moved on batch by batch.

The arrays are a process's memory of what the stored readings say. They hold as long as nobody else has judged in between
and the transaction that moved them was committed (the token in `DetectorMark` tells); else they are built anew from the
readings. Late and corrected readings are counted in the slot they belong to, and the station is judged again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import Q
from numpy.typing import NDArray

from anlan.apps.telemetry.detection.waiting import UNJUDGED, Waiting
from anlan.apps.telemetry.events import LevelMoved
from anlan.apps.telemetry.intake.wire import fetch_packed, listed
from anlan.apps.telemetry.kinds import Hazard, Sums
from anlan.apps.telemetry.models import Datastream, DetectionState, DetectorMark, Latest, Threshold
from anlan.apps.telemetry.rules import limits_of_sums
from anlan.kit.scope import Scope, current, entered
from anlan.lib.hydrology import SlidingSums, Which, thousandths
from anlan.lib.instants import MICROSECOND, NEVER, instant, micros
from anlan.lib.sum_levels import NONE, held_at, reached, stepped

STEP = timedelta(minutes=5)
#: A station that lags further behind the newest one is only counted; it is judged when its late readings arrive.
LATE = timedelta(hours=6)
#: Summed by slot where the readings lie: whoever takes over from a process that was killed reads a city's last three days.
SLOTS = """
SELECT datastream_id, date_bin('{step}', at - interval '1 us', timestamptz '2000-01-01 00:00+00') + interval '{step}',
       sum(round(value * 1000)), max(at)
FROM (SELECT DISTINCT ON (datastream_id, at) datastream_id, at, value, flags FROM telemetry_reading
      WHERE at > '{since}' AND batch NOT IN ({unjudged}) AND datastream_id = ANY('{streams}'::bigint[])
      ORDER BY datastream_id, at, version DESC) r
WHERE flags = 0 GROUP BY 1, 2"""
SLOT_TOTALS = """
SELECT w.stream, w.slot, coalesce(sum(v.value) FILTER (WHERE v.flags = 0), 0)
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS w(stream, slot, until)
LEFT JOIN LATERAL (SELECT DISTINCT ON (r.at) r.value, r.flags FROM telemetry_reading r
                   WHERE r.datastream_id = w.stream AND r.at > w.until - %s AND r.at <= w.until AND r.batch NOT IN ({others})
                     AND r.at > %s AND r.at <= %s
                   ORDER BY r.at, r.version DESC) v ON true
GROUP BY w.stream, w.slot"""
UPSERT = """
INSERT INTO telemetry_detectionstate (datastream_id, hazard, level, at, value, window_hours, clear_since, clear_to)
SELECT s, %s, l, a, v, w, c, t FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[], %s::float8[], %s::smallint[],
                                           %s::timestamptz[], %s::smallint[]) AS x(s, l, a, v, w, c, t)
ON CONFLICT (datastream_id, hazard) DO UPDATE SET level = excluded.level, at = excluded.at, value = excluded.value,
    window_hours = excluded.window_hours, clear_since = excluded.clear_since, clear_to = excluded.clear_to"""


@dataclass
class Sliding:
    """The sums of some datastreams over sliding windows, which hold what the stored readings say."""

    streams: NDArray[np.int64]
    ring: SlidingSums
    newest: NDArray[np.int64]
    token: str = field(default="", kw_only=True)
    #: How the stations were shared out when they were built.
    sharing: int = field(default=0, kw_only=True)
    #: Slots of which the latest batch changed what they held before: (place, slot).
    redone: set[tuple[int, int]] = field(default_factory=set, kw_only=True)

    def moved_on(
        self, rows: NDArray[np.void], others: str, using: str
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """Count a batch's readings, slot by slot in order of time; yields each slot, who has news there, and the newest instant of each.

        A series of which an earlier slot was counted anew has news where its newest reading lies.
        """
        self.redone = set()
        if not len(self.streams):
            return
        places = np.searchsorted(self.streams, rows["stream"])
        places[places == len(self.streams)] = 0
        mine = self.streams[places] == rows["stream"]
        rows, places = rows[mine], places[mine]
        if not len(rows):
            return
        ats = rows["at"].astype(np.int64)
        slots = self.ring.slot_of(ats)
        again = (rows["version"] > 1) | (ats <= self.newest[places])
        if self.ring.head is None:
            self.ring.advance(int(slots.min()))
        if again.any():
            self.redone = self._recount(places[again], slots[again], others, using)
        plain = ~again & (rows["flags"] == 0)
        if self.redone:
            plain &= np.array([(int(p), int(s)) not in self.redone for p, s in zip(places, slots, strict=True)])
        good = rows["flags"] == 0
        np.maximum.at(self.newest, places[good], ats[good])
        yield from self._walk(places, ats, slots, thousandths(rows["value"].astype(np.float64)), plain)

    def _walk(
        self,
        places: NDArray[np.int64],
        ats: NDArray[np.int64],
        slots: NDArray[np.int64],
        amounts: NDArray[np.int32],
        plain: NDArray[np.bool_],
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        judged = {place for place, _slot in self.redone if self.newest[place] != NEVER}
        due = {place: int(self.ring.slot_of(self.newest[place : place + 1])[0]) for place in judged}
        order = sorted({*np.unique(slots[plain]).tolist(), *due.values()})
        for slot in order:
            self.ring.advance(slot)
            here = plain & (slots == slot) if len(order) > 1 else plain
            which, at, total = _grouped(places[here], ats[here], amounts[here])
            if len(which):
                everybody = len(which) == len(self.streams)
                self.ring.add(slot, slice(None) if everybody else which, total)
            late = np.array(sorted({p for p, s in due.items() if s == slot} - set(which.tolist())), dtype=np.int64)
            yield slot, np.concatenate([which, late]), np.concatenate([at, self.newest[late]])

    def _recount(self, places: NDArray[np.int64], slots: NDArray[np.int64], others: str, using: str) -> set[tuple[int, int]]:
        """Read again what the slots of late and corrected readings hold in all, and count the difference."""
        assert self.ring.head is not None
        self.ring.advance(int(slots.max()))
        oldest = self.ring.head - self.ring.rows + 1
        pairs = sorted({(int(p), int(s)) for p, s in zip(places, slots, strict=True) if s > oldest})
        if not pairs:
            return set()
        streams = [int(self.streams[p]) for p, _slot in pairs]
        until = [instant(slot * self.ring.step) for _p, slot in pairs]
        with connections[using].cursor() as cursor:
            cursor.execute(
                SLOT_TOTALS.format(others=others), [streams, [s for _p, s in pairs], until, STEP, min(until) - STEP, max(until)]
            )
            found = {(stream, slot): value for stream, slot, value in cursor.fetchall()}
        for (place, slot), stream in zip(pairs, streams, strict=True):
            which = np.array([place])
            wanted = thousandths(np.array([found[(stream, slot)]]))
            self.ring.add(slot, which, wanted - self.ring.amount(slot, which))
        return set(pairs)

    def refill(self, using: str, lane: int, head_at: datetime | None) -> None:
        """Fill the ring from the stored readings of its span that a lane has judged, up to the newest."""
        head_at = head_at or _newest(using, self.streams.tolist())
        if head_at is None:
            return
        ring = self.ring
        since = head_at - ring.rows * STEP
        told = {"since": since.isoformat(), "unjudged": UNJUDGED.format(lane=lane), "streams": listed(self.streams), "step": STEP}
        rows = fetch_packed(using, SLOTS.format(**told), {"stream": "i", "until": "t", "total": "f", "at": "t"})
        if not len(rows):
            return
        places = np.searchsorted(self.streams, rows["stream"])
        slots = ring.slot_of(rows["until"].astype(np.int64))
        ring.head = int(slots.max())
        first = ring.head - ring.rows + 1
        inside = slots > first
        held = np.zeros_like(ring.totals)
        held[slots[inside] - first, places[inside]] = rows["total"][inside].astype(np.int32)
        np.cumsum(held, axis=0, out=held)
        ring.totals[(np.arange(ring.rows) + first) % ring.rows] = held
        np.maximum.at(self.newest, places, rows["at"].astype(np.int64))


@dataclass
class Watch(Sliding):
    """Every datastream of a hazard in one world: its thresholds, its sums and where its level stands."""

    hazard: Hazard
    limits: NDArray[np.int32]
    level: NDArray[np.int8]
    clear_since: NDArray[np.int64]
    clear_to: NDArray[np.int8]
    value: NDArray[np.float64]
    hours: NDArray[np.int16]
    touched: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        assert isinstance(self.hazard.detector, Sums)
        self.detector = self.hazard.detector
        self.clear = held_at(self.limits, self.detector.clear_share)

    def take(self, rows: NDArray[np.void], others: str, using: str) -> list[LevelMoved]:
        """Count a batch's readings and judge every station at each of its instants."""
        moves: list[LevelMoved] = []
        for slot, which, ats in self.moved_on(rows, others, using):
            if self.ring.covers(slot):
                moves += self._judge(slot, which, ats)
        return moves

    def _judge(self, slot: int, which: NDArray[np.int64], ats: NDArray[np.int64]) -> list[LevelMoved]:
        """Move the levels of some stations at one slot: up at once, down once clear for long enough."""
        everybody = len(which) == len(self.streams) and bool((np.diff(which) > 0).all())
        chosen: Which = slice(None) if everybody else which
        sums = self.ring.sums(slot, chosen)
        levels = self.level[which]
        up = reached(sums, self.limits[:, :, chosen])
        active = np.flatnonzero((levels > 0) | (up > 0))
        if not len(active):
            return []
        which, ats, sums, levels, up = which[active], ats[active], sums[:, active], levels[active], up[active]
        held = reached(sums, self.clear[:, :, which])
        clear, wait = (self.clear_since[which], self.clear_to[which]), self.detector.clear_after // MICROSECOND
        after, self.clear_since[which], self.clear_to[which] = stepped(levels, up, held, clear, ats, wait)
        self.level[which] = after
        self.touched.update(which.tolist())
        return self._moves(which, ats, sums, levels, after)

    def _moves(
        self,
        which: NDArray[np.int64],
        ats: NDArray[np.int64],
        sums: NDArray[np.int32],
        before: NDArray[np.int8],
        after: NDArray[np.int8],
    ) -> list[LevelMoved]:
        """Keep the sum behind each level, that of the window furthest over its threshold, and tell which levels moved."""
        limits = self.limits[:, np.where(after > 0, after, before) - 1, which].astype(np.float64)
        limits[limits == NONE] = np.inf
        window = np.argmax(sums / limits, axis=0)
        everyone = np.arange(len(which))
        values, over = sums[window, everyone] / 1000, limits[window, everyone] / 1000
        self.value[which], self.hours[which] = values, np.array(self.hazard.windows)[window]
        return [
            LevelMoved(
                self.hazard.code,
                int(self.streams[which[n]]),
                int(before[n]),
                int(after[n]),
                float(values[n]),
                float(over[n]) if np.isfinite(over[n]) else 0.0,  # its threshold is gone
                self.hazard.windows[window[n]],
                instant(int(ats[n])),
            )
            for n in np.flatnonzero(after != before)
        ]

    def save(self, using: str) -> None:
        """Write the states that this batch touched."""
        if not self.touched:
            return
        places = np.array(sorted(self.touched))
        since = self.clear_since[places]
        with connections[using].cursor() as cursor:
            cursor.execute(
                UPSERT,
                [
                    self.hazard.code,
                    self.streams[places].tolist(),
                    self.level[places].tolist(),
                    [instant(at) for at in self.newest[places].tolist()],
                    self.value[places].tolist(),
                    self.hours[places].tolist(),
                    [None if at == NEVER else instant(at) for at in since.tolist()],
                    self.clear_to[places].tolist(),
                ],
            )
        self.touched.clear()


_kept: dict[tuple[str, str], Sliding] = {}


@contextmanager
def at_work(code: str, using: str, held: Waiting, build: Callable[[Waiting, datetime | None], Sliding]) -> Iterator[Any]:
    """Yield the sums of a code in a lane, for one batch in the transaction in force.

    One process at a time for each code, lane and world; its sums are built anew where somebody else moved them meanwhile, nobody did, or
    the stations were shared out anew.
    """
    code = f"{code}/{held.lane}"
    mark = DetectorMark.objects.using(using).select_for_update().filter(pk=code).first()
    if mark is None:
        with connections[using].cursor() as cursor:
            cursor.execute("INSERT INTO telemetry_detectormark (hazard, token) VALUES (%s, '') ON CONFLICT DO NOTHING", [code])
        mark = DetectorMark.objects.using(using).select_for_update().get(pk=code)
    sums = _kept.pop((using, code), None)
    if sums is None or not mark.token or sums.token != mark.token or sums.sharing != held.held.sharing:
        sums = build(held, mark.head_at)
    yield sums
    head = int(sums.newest.max(initial=NEVER))
    mark.token, mark.head_at = uuid.uuid4().hex, None if head == NEVER else instant(head)
    mark.save(using=using)
    sums.token, sums.sharing = mark.token, held.held.sharing
    _kept[(using, code)] = sums


def judge(hazard: Hazard, using: str, held: Waiting) -> list[LevelMoved]:
    """Judge one batch in the transaction in force; one process at a time for each hazard, lane and world."""
    rows = held.own(using, hazard.quantities)
    if not len(rows):
        return []
    with at_work(hazard.code, using, held, partial(build, hazard, using)) as watch:
        moves: list[LevelMoved] = watch.take(rows, held.others, using)
        watch.save(using)
    return moves


def build(hazard: Hazard, using: str, held: Waiting, head_at: datetime | None) -> Watch:
    """Build the arrays of a lane from thresholds, states and the readings that it has judged."""
    with entered(Scope.everything("system:detection", current().world)):
        standing = (
            DetectionState.objects.using(using).filter(hazard=hazard.code, level__gt=0).values_list("datastream_id", flat=True)
        )
        judged = Q(thresholds__hazard=hazard.code) | Q(pk__in=list(standing))
        watched = Datastream.objects.filter(judged, quantity__in=hazard.quantities).values_list("pk", flat=True)
        streams = np.array(sorted(set(watched)), dtype=np.int64)
        streams = streams[held.held.judged_in(held.lane, streams)]
        places = {pk: n for n, pk in enumerate(streams.tolist())}
        rungs = Threshold.objects.filter(hazard=hazard.code, datastream__quantity__in=hazard.quantities)
        names = ("datastream_id", "window_hours", "level", "value", "datastream__period")
        limits = limits_of_sums(hazard, places, rungs.values_list(*names))
    ring = SlidingSums(len(streams), [timedelta(hours=h) for h in hazard.windows], STEP, LATE)
    watch = Watch(
        streams,
        ring,
        np.full(len(streams), NEVER, dtype=np.int64),
        hazard=hazard,
        limits=limits,
        level=np.zeros(len(streams), dtype=np.int8),
        clear_since=np.full(len(streams), NEVER, dtype=np.int64),
        clear_to=np.zeros(len(streams), dtype=np.int8),
        value=np.zeros(len(streams)),
        hours=np.zeros(len(streams), dtype=np.int16),
    )
    for state in DetectionState.objects.using(using).filter(hazard=hazard.code):
        if (place := places.get(state.datastream_id)) is not None:
            watch.level[place], watch.clear_to[place], watch.value[place] = state.level, state.clear_to, state.value or 0.0
            watch.newest[place], watch.hours[place] = micros(state.at), state.window_hours
            watch.clear_since[place] = micros(state.clear_since) if state.clear_since else NEVER
    with entered(Scope.everything("system:detection", current().world)):
        watch.refill(using, held.lane, head_at)
    return watch


def _newest(using: str, streams: list[int]) -> datetime | None:
    return Latest.objects.using(using).filter(datastream_id__in=streams).order_by("-at").values_list("at", flat=True).first()


def _grouped(
    places: NDArray[np.int64], ats: NDArray[np.int64], amounts: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Add up several readings of a station in one slot; each station once, with its newest instant, in order."""
    which, inverse = np.unique(places, return_inverse=True)
    at = np.full(len(which), NEVER, dtype=np.int64)
    np.maximum.at(at, inverse, ats)
    total = np.zeros(len(which), dtype=np.int32)
    np.add.at(total, inverse, amounts)
    return which, at, total
