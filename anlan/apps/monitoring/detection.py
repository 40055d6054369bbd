"""Detection: judge a batch of readings against every hazard, on arrays, and raise or move alarms exactly once.

State lives in one row a datastream and hazard, written in the transaction that raises the alarm, so a crash between
two batches loses nothing and repeats nothing. Readings older than what was judged do
not move a level back; a correction of the newest one is judged again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from anlan.apps.monitoring import actions
from anlan.apps.monitoring.choices import Flag
from anlan.apps.monitoring.kinds import HAZARDS, Hazard
from anlan.apps.monitoring.models import Batch, Datastream, DetectionState, Reading, Threshold
from anlan.apps.monitoring.rules import crossed, next_levels
from anlan.kit import clock
from anlan.kit.worlds import alias

#: Readings that are kept and shown but raise nothing: a broken gauge is not a flood.
SUSPECT = [flags for flags in range(8) if flags & Flag.RANGE]


@dataclass
class Watched:
    """A datastream under judgement: its thresholds and where its detector stands."""

    stream: Datastream
    thresholds: dict[str, float]
    state: DetectionState


def undetected() -> list[int]:
    """Return the batches that detection has not seen, oldest first."""
    return list(Batch.objects.using(alias()).filter(detected_at__isnull=True).order_by("id").values_list("id", flat=True))


def detect(batch_id: int) -> int:
    """Judge one batch; returns the number of level changes. Does nothing the second time."""
    using = alias()
    with transaction.atomic(using=using):
        batch = Batch.objects.using(using).select_for_update().get(pk=batch_id)
        if batch.detected_at is not None:
            return 0
        changes = sum(_judge(hazard, using, batch_id) for hazard in HAZARDS)
        batch.detected_at = clock.now()
        batch.save(using=using, update_fields=["detected_at"])
    return changes


def _judge(hazard: Hazard, using: str, batch_id: int) -> int:
    rows = (
        Reading.objects.using(using)
        .filter(batch=batch_id)
        .exclude(flags__in=SUSPECT)
        .order_by("at", "datastream_id")
        .values_list("datastream_id", "at", "value")
    )
    by_instant: dict[datetime, list[tuple[int, float]]] = defaultdict(list)
    for stream, at, value in rows:
        by_instant[at].append((stream, value))
    watched = _watched(hazard, using, {stream for pairs in by_instant.values() for stream, _value in pairs})
    changes = 0
    for at in sorted(by_instant):
        for quantity in hazard.quantities:
            pairs = [(watched[s], v) for s, v in by_instant[at] if s in watched and watched[s].stream.quantity == quantity]
            changes += _step(hazard, quantity, [p for p in pairs if p[0].state.at <= at], at, batch_id)
    for each in watched.values():
        each.state.save(using=using)
    return changes


def _watched(hazard: Hazard, using: str, streams: set[int]) -> dict[int, Watched]:
    thresholds: dict[int, dict[str, float]] = defaultdict(dict)
    for row in Threshold.objects.filter(datastream_id__in=streams, level__in=hazard.thresholds):
        thresholds[row.datastream_id][row.level] = row.value
    found = Datastream.objects.filter(pk__in=streams, quantity__in=hazard.quantities).select_related("station").order_by("pk")
    states = {
        s.datastream_id: s for s in DetectionState.objects.using(using).filter(hazard=hazard.code, datastream_id__in=streams)
    }
    never = datetime.min.replace(tzinfo=clock.real_now().tzinfo)
    return {
        d.pk: Watched(
            d, thresholds[d.pk], states.get(d.pk) or DetectionState(datastream_id=d.pk, hazard=hazard.code, level=0, at=never)
        )
        for d in found
        if d.pk in thresholds
    }


def _step(hazard: Hazard, quantity: str, pairs: list[tuple[Watched, float]], at: datetime, batch_id: int) -> int:
    """Move all datastreams of one quantity by their values at one instant."""
    if not pairs:
        return 0
    values = np.array([value for _w, value in pairs], dtype=float)
    levels = np.array([w.state.level for w, _value in pairs], dtype=np.int8)
    names = {name for w, _value in pairs for name in w.thresholds}
    thresholds = {name: np.array([w.thresholds.get(name, np.nan) for w, _value in pairs]) for name in names}
    moved = next_levels(hazard, quantity, values, thresholds, levels)
    changes = 0
    for (w, value), before, after in zip(pairs, levels, moved, strict=True):
        w.state.at, w.state.level = at, int(after)
        if after > 0 or before > 0:
            limit = crossed(hazard, int(after) or int(before), w.thresholds)
            changes += _move(hazard, w, int(before), int(after), value, limit, at, batch_id)
    return changes


def _move(hazard: Hazard, w: Watched, before: int, after: int, value: float, limit: float, at: datetime, batch_id: int) -> int:
    if after == before:
        return 0
    if before == 0:
        actions.raise_alarm(
            datastream=w.stream.pk, hazard=hazard.code, level=after, value=value, threshold=limit, reading_at=at, batch=batch_id
        )
    elif after == 0:
        actions.return_alarm(datastream=w.stream.pk, hazard=hazard.code, value=value, reading_at=at)
    else:
        actions.change_level(datastream=w.stream.pk, hazard=hazard.code, level=after, value=value, threshold=limit, reading_at=at)
    return 1
