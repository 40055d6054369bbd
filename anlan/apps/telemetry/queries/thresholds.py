"""Readers of thresholds over time: which value was in force then, and what another one would have meant on what was measured."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import F, FloatField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from anlan.apps.telemetry.choices import ChangeState
from anlan.apps.telemetry.kinds import HAZARDS, Value
from anlan.apps.telemetry.models import Threshold, ThresholdChange
from anlan.apps.telemetry.queries.peaks import HOLDING
from anlan.kit.worlds import alias
from anlan.lib.threshold_effects import Effect, effect

#: An alarm is of use when it comes so long before (proposal, K-).
LEAD = timedelta(hours=1)
#: States in which a change may still come.
OPEN = (ChangeState.PROPOSED, ChangeState.SIGNED)


def then(rows: QuerySet[Threshold], at: datetime) -> Any:
    """Add to thresholds the value that was in force at an instant: `held`."""
    later = ThresholdChange.objects.filter(threshold=OuterRef("pk"), state=ChangeState.IN_FORCE, effective_at__gt=at)
    was = Subquery(later.order_by("effective_at", "pk").values("old_value")[:1], output_field=FloatField())
    return rows.annotate(held=Coalesce(was, F("value")))


def open_changes(threshold: Threshold) -> QuerySet[ThresholdChange]:
    """Return the changes of a threshold that wait for a signature or for their instant."""
    return ThresholdChange.objects.filter(threshold=threshold, state__in=OPEN)


def graver(threshold: Threshold) -> Threshold | None:
    """Return the next graver rung of the same ladder: by it danger is known."""
    return _beside(threshold, 1)


def lesser(threshold: Threshold) -> Threshold | None:
    """Return the rung below a threshold."""
    return _beside(threshold, -1)


def _beside(threshold: Threshold, step: int) -> Threshold | None:
    ladder = HAZARDS.get(threshold.hazard).ladder
    own = ladder.get(threshold.level, 0)
    rows = Threshold.objects.filter(
        datastream=threshold.datastream_id, hazard=threshold.hazard, window_hours=threshold.window_hours, level__in=ladder
    )
    there = [t for t in rows if (ladder[t.level] - own) * step > 0]
    return min(there, key=lambda t: abs(ladder[t.level] - own), default=None)


def course_of(datastream: int) -> list[tuple[datetime, float]]:
    """Return every good value of a datastream that this world holds, estimates left out, corrections applied."""
    with connections[alias()].cursor() as cursor:
        cursor.execute(f"SELECT r.at, r.value FROM ({HOLDING}) AS r WHERE flags = 0 ORDER BY at", [datastream])
        return list(cursor.fetchall())


def effect_of(threshold: Threshold, value: float) -> Effect | None:
    """Return what another value would have meant on everything measured here; None for sums, which are not judged again."""
    if threshold.window_hours:
        return None
    hazard, quantity = HAZARDS.get(threshold.hazard), threshold.datastream.quantity
    danger = graver(threshold)
    margin = hazard.detector.hysteresis.get(quantity, 0.0) if isinstance(hazard.detector, Value) else 0.0
    return effect(
        course_of(threshold.datastream_id),
        threshold.value,
        value,
        danger.value if danger else None,
        falling=hazard.falls(quantity),
        hysteresis=margin,
        lead=LEAD,
    )


def effect_as_stored(found: Effect | None) -> dict[str, Any]:
    """Return an effect as a record keeps it; empty where nothing could be judged."""
    return asdict(found) if found else {}
