"""Detection: judge a batch of readings against every hazard, on arrays, and tell what it came to exactly once.

State lives in one row a datastream and hazard, written in the transaction in which alarms hear of it and the batch is taken from its
lane, so a crash between two batches loses nothing and repeats nothing. Readings older than what was judged do
not move a level back, unless that one came from a clock that runs ahead (its instant has not come yet): it hides no
crossing. A correction of the newest one is judged again. Suspect readings (any quality flag) move nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import connections, transaction

from anlan.apps.telemetry.detection import telling, windows
from anlan.apps.telemetry.detection.deriving import derive
from anlan.apps.telemetry.detection.waiting import SharedAnew, Waiting, lanes_of, settled
from anlan.apps.telemetry.events import Found, LevelMoved
from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Sums
from anlan.apps.telemetry.models import DetectionState, Forecast, Threshold
from anlan.apps.telemetry.rules import crossed, next_levels
from anlan.kit import clock
from anlan.kit.worlds import alias
from anlan.lib.instants import instant

UPSERT = """
INSERT INTO telemetry_detectionstate (datastream_id, hazard, level, at, clear_to)
SELECT s, %s, l, a, 0 FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS x(s, l, a)
ON CONFLICT (datastream_id, hazard) DO UPDATE SET level = excluded.level, at = excluded.at"""


@dataclass
class Watched:
    """A datastream under judgement: its thresholds and where its detector stands."""

    stream: int
    quantity: str
    thresholds: dict[str, float]
    level: int
    at: datetime
    moved: bool = False


def detect(*batches: int, lane: int | None = None) -> int:
    """Judge batches, together if several, in every lane that has not judged them or in one, and tell all that they came to.

    Returns the number of level changes. Does nothing the second time.
    """
    using, count = alias(), 0
    for each in [lane] if lane else lanes_of(using, batches):
        judged = None
        while judged is None:
            try:
                judged = _judged(using, each, batches)
            except SharedAnew:
                with transaction.atomic(using=using):
                    settled(using)
        moved, more = judged
        count += moved
        if more:
            telling.tell_waiting(using, each)
    return count


def _judged(using: str, lane: int, batches: Sequence[int]) -> tuple[int, bool] | None:
    """Judge batches in one lane in a transaction; None where it told what waited before them instead. Returns how many levels moved, and whether more waits to be told."""
    with transaction.atomic(using=using):
        batch = Waiting.locked(using, lane, batches)
        if batch.owed and telling.tell_next(using, lane):
            return None
        if not batch.ids:
            return 0, False
        moved: list[LevelMoved] = []
        touched = batch.touched(using)
        sent = frozenset(touched)
        for judged in (False, True):  # what rests on levels is worked out and judged after them
            touched |= derive(using, batch, touched, judged)
            hazards = [h for h in HAZARDS if h.on_levels is judged and not touched.isdisjoint(h.quantities)]
            stands = Standing(using, batch, hazards)
            for hazard in hazards:
                if isinstance(hazard.detector, Sums):
                    moved += windows.judge(hazard, using, batch)
                else:
                    moved += _judge(hazard, using, stands)
        found = Found(_with_batches(using, batch, moved), _corrected(using, batch, touched > sent), _foretold(using, batch))
        more = telling.tell_some(using, lane, found)
        batch.judged(using)
    return len(moved), more


def _with_batches(using: str, batch: Waiting, moved: list[LevelMoved]) -> tuple[LevelMoved, ...]:
    """Return the moves in their order, each with the batch whose readings made it."""
    of: dict[tuple[int, datetime], int] = {}
    if len(batch.ids) > 1 and moved:
        rows = batch.rows(using)
        for row in rows[np.isin(rows["stream"], [m.stream for m in moved])].tolist():
            of[(row[0], instant(row[1]))] = row[-1]
    return tuple(replace(move, batch=of.get((move.stream, move.at), batch.pk)) for move in moved)


class Standing:
    """What some hazards that grade values themselves judge of a batch: the readings by datastream and hazard, thresholds and states asked once for all."""

    def __init__(self, using: str, batch: Waiting, hazards: Sequence[Hazard]) -> None:
        self.using, self.held = using, batch.held
        codes = [h.code for h in hazards if not isinstance(h.detector, Sums)]
        rows = batch.own(using, {q for h in hazards if h.code in codes for q in h.quantities})
        again = (rows["stream"][1:] == rows["stream"][:-1]) & (rows["at"][1:] == rows["at"][:-1])
        rows = rows[~np.append(again, False)] if len(rows) else rows  # of several versions the last
        self.rows = rows[rows["flags"] == 0]
        streams = np.unique(self.rows["stream"]).tolist()
        self.quantity = dict(zip(streams, self.held.quantity[self.held.find(streams)].tolist(), strict=True))
        self._thresholds: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        self._states: dict[tuple[str, int], tuple[int, datetime]] = {}
        if not streams:
            return
        rungs = Threshold.objects.filter(datastream_id__in=streams, hazard__in=codes, window_hours=0)
        for stream, hazard, rung, value in rungs.values_list("datastream_id", "hazard", "level", "value"):
            self._thresholds[hazard][stream][rung] = value
        if self._thresholds:
            states = DetectionState.objects.using(using).filter(datastream_id__in=streams, hazard__in=[*self._thresholds])
            for stream, hazard, level, at in states.values_list("datastream_id", "hazard", "level", "at"):
                self._states[hazard, stream] = level, at

    def watched(self, hazard: Hazard) -> dict[int, Watched]:
        """Return the datastreams that a hazard judges, in order."""
        never = datetime.min.replace(tzinfo=clock.real_now().tzinfo)
        limits = {
            stream: {rung: value for rung, value in self._thresholds[hazard.code][stream].items() if rung in hazard.ladder}
            for stream in sorted(self._thresholds[hazard.code])
            if self.quantity[stream] in hazard.quantities
        }
        return {
            stream: Watched(stream, self.quantity[stream], mine, *self._states.get((hazard.code, stream), (0, never)))
            for stream, mine in limits.items()
            if mine
        }


def _judge(hazard: Hazard, using: str, stands: Standing) -> list[LevelMoved]:
    """Grade the newest values themselves, instant by instant."""
    watched = stands.watched(hazard)
    if not watched:
        return []
    by_instant: dict[datetime, list[tuple[int, float]]] = defaultdict(list)
    for stream, at, _version, value, *_rest in stands.rows[np.isin(stands.rows["stream"], [*watched])].tolist():
        by_instant[instant(at)].append((stream, value))
    moves, now = [], clock.now()
    for at in sorted(by_instant):
        for quantity in hazard.quantities:
            pairs = [(watched[s], v) for s, v in by_instant[at] if watched[s].quantity == quantity]
            moves += _step(hazard, quantity, [p for p in pairs if p[0].at <= at or p[0].at > now], at)
    _save(hazard, using, [w for w in watched.values() if w.moved])
    return moves


def _save(hazard: Hazard, using: str, moved: list[Watched]) -> None:
    if moved:
        with connections[using].cursor() as cursor:
            cursor.execute(UPSERT, [hazard.code, [w.stream for w in moved], [w.level for w in moved], [w.at for w in moved]])


def _step(hazard: Hazard, quantity: str, pairs: list[tuple[Watched, float]], at: datetime) -> list[LevelMoved]:
    """Move all datastreams of one quantity by their values at one instant."""
    if not pairs:
        return []
    values = np.array([value for _w, value in pairs], dtype=float)
    levels = np.array([w.level for w, _value in pairs], dtype=np.int8)
    names = {name for w, _value in pairs for name in w.thresholds}
    thresholds = {name: np.array([w.thresholds.get(name, np.nan) for w, _value in pairs]) for name in names}
    after = next_levels(hazard, quantity, values, thresholds, levels)
    for (w, _value), level in zip(pairs, after, strict=True):
        w.moved, w.at, w.level = w.moved or w.at != at or w.level != level, at, int(level)
    moves = []
    for n in np.flatnonzero(after != levels):
        w, value = pairs[n]
        limit = crossed(hazard, quantity, w.level or int(levels[n]), w.thresholds, value)
        moves.append(LevelMoved(hazard.code, w.stream, int(levels[n]), w.level, value, limit, 0, at))
    return moves


def _corrected(using: str, batch: Waiting, derived: bool) -> tuple[int, ...]:
    """Return the datastreams of which a batch changed what was told before; what is `derived` may have changed by late readings too."""
    if not (batch.corrected or derived):
        return ()
    rows = batch.own(using)
    return tuple(np.unique(rows["stream"][rows["version"] > 1]).tolist())


def _foretold(using: str, batch: Waiting) -> tuple[int, ...]:
    """Return the datastreams of the lane for which a batch brought forecasts."""
    if not batch.forecasts:
        return ()
    rows = Forecast.objects.using(using).filter(batch__in=batch.ids).values_list("datastream_id", flat=True)
    streams = np.array(sorted(set(rows)), dtype=np.int64)
    return tuple(streams[batch.held.judged_in(batch.lane, streams)].tolist())
