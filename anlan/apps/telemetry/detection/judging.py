"""Detection: judge a batch of readings against every hazard, on arrays, and tell what it came to exactly once.

State lives in one row a datastream and hazard, written in the transaction in which alarms hear of it, so a crash between
two batches loses nothing and repeats nothing. Readings older than what was judged do
not move a level back, unless that one came from a clock that runs ahead (its instant has not come yet): it hides no
crossing. A correction of the newest one is judged again. Suspect readings (any quality flag) move nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import connections, transaction

from anlan.apps.telemetry.detection import telling, windows
from anlan.apps.telemetry.detection.deriving import derive
from anlan.apps.telemetry.detection.waiting import Waiting
from anlan.apps.telemetry.events import Found, LevelMoved
from anlan.apps.telemetry.kinds import HAZARDS, Hazard, State, Sums, Value
from anlan.apps.telemetry.models import Datastream, DetectionState, Forecast, Threshold
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


def detect(*batches: int) -> int:
    """Judge batches, together if several, and tell all that they came to; returns the number of level changes. Does nothing the second time."""
    using, judged = alias(), None
    while judged is None:
        judged = _judged(using, batches)
    count, lanes = judged
    if lanes:
        telling.tell_waiting(using, lanes)
    return count


def _judged(using: str, batches: Sequence[int]) -> tuple[int, int] | None:
    """Judge batches in a transaction; None where it told what waited before them instead. Returns how many levels moved, and in which lanes more waits to be told."""
    with transaction.atomic(using=using):
        batch = Waiting.locked(using, batches)
        if not batch.ids:
            return 0, 0
        telling.lock(using, batch.lanes)
        if telling.tell_next(using, batch.lanes):
            return None
        moved: list[LevelMoved] = []
        touched = batch.touched(using)
        sent = frozenset(touched)
        for judged in (False, True):  # what rests on levels is worked out and judged after them
            touched |= derive(using, batch, touched, judged)
            for hazard in HAZARDS:
                if hazard.on_levels is judged and not touched.isdisjoint(hazard.quantities):
                    moved += JUDGES[type(hazard.detector)](hazard, using, batch)
        batch.judged(using)
        corrected, foretold = _corrected(using, batch, touched > sent), _foretold(using, batch)
        more = telling.tell_some(using, batch.lanes, Found(_with_batches(using, batch, moved), corrected, foretold))
    return len(moved), batch.lanes if more else 0


def _with_batches(using: str, batch: Waiting, moved: list[LevelMoved]) -> tuple[LevelMoved, ...]:
    """Return the moves in their order, each with the batch whose readings made it."""
    of: dict[tuple[int, datetime], int] = {}
    if len(batch.ids) > 1 and moved:
        rows = batch.rows(using)
        for row in rows[np.isin(rows["stream"], [m.stream for m in moved])].tolist():
            of[(row[0], instant(row[1]))] = row[-1]
    return tuple(replace(move, batch=of.get((move.stream, move.at), batch.pk)) for move in moved)


def _judge(hazard: Hazard, using: str, batch: Waiting) -> list[LevelMoved]:
    """Grade the newest values themselves, instant by instant."""
    rows = batch.of(using, hazard.quantities)
    if not len(rows):
        return []
    again = (rows["stream"][1:] == rows["stream"][:-1]) & (rows["at"][1:] == rows["at"][:-1])
    rows = rows[~np.append(again, False)]  # of several versions the last
    by_instant: dict[datetime, list[tuple[int, float]]] = defaultdict(list)
    for stream, at, _version, value, *_rest in rows[rows["flags"] == 0].tolist():
        by_instant[instant(at)].append((stream, value))
    watched = _watched(hazard, using, {stream for pairs in by_instant.values() for stream, _value in pairs})
    moves, now = [], clock.now()
    for at in sorted(by_instant):
        for quantity in hazard.quantities:
            pairs = [(watched[s], v) for s, v in by_instant[at] if s in watched and watched[s].quantity == quantity]
            moves += _step(hazard, quantity, [p for p in pairs if p[0].at <= at or p[0].at > now], at)
    _save(hazard, using, [w for w in watched.values() if w.moved])
    return moves


def _save(hazard: Hazard, using: str, moved: list[Watched]) -> None:
    if moved:
        with connections[using].cursor() as cursor:
            cursor.execute(UPSERT, [hazard.code, [w.stream for w in moved], [w.level for w in moved], [w.at for w in moved]])


def _watched(hazard: Hazard, using: str, streams: set[int]) -> dict[int, Watched]:
    thresholds: dict[int, dict[str, float]] = defaultdict(dict)
    rungs = Threshold.objects.filter(datastream_id__in=streams, hazard=hazard.code, level__in=hazard.ladder, window_hours=0)
    for stream, rung, value in rungs.values_list("datastream_id", "level", "value"):
        thresholds[stream][rung] = value
    states = DetectionState.objects.using(using).filter(hazard=hazard.code, datastream_id__in=thresholds)
    known = {stream: (level, at) for stream, level, at in states.values_list("datastream_id", "level", "at")}
    never = datetime.min.replace(tzinfo=clock.real_now().tzinfo)
    quantities = Datastream.objects.filter(pk__in=thresholds, quantity__in=hazard.quantities).order_by("pk")
    return {
        pk: Watched(pk, quantity, thresholds[pk], *known.get(pk, (0, never)))
        for pk, quantity in quantities.values_list("pk", "quantity")
    }


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
    rows = batch.rows(using)
    return tuple(np.unique(rows["stream"][rows["version"] > 1]).tolist())


def _foretold(using: str, batch: Waiting) -> tuple[int, ...]:
    """Return the datastreams for which a batch brought forecasts."""
    if not batch.forecasts:
        return ()
    rows = Forecast.objects.using(using).filter(batch__in=batch.ids).values_list("datastream_id", flat=True)
    return tuple(sorted(set(rows)))


#: Which function judges a batch by which family of detectors.
JUDGES: dict[type, Callable[[Hazard, str, Waiting], list[LevelMoved]]] = {Value: _judge, State: _judge, Sums: windows.judge}
