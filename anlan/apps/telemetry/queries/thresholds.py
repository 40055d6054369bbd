"""Readers of thresholds over time: which value was in force then, and what another one would have meant on what was measured."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import F, FloatField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from anlan.apps.telemetry.choices import ChangeState
from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Sums, Value
from anlan.apps.telemetry.models import Threshold, ThresholdChange
from anlan.apps.telemetry.queries.peaks import HOLDING, STEP
from anlan.apps.telemetry.rules import judges_sum, limits_of_sums
from anlan.kit.worlds import alias
from anlan.lib.hydrology import sums_at, thousandths
from anlan.lib.instants import MICROSECOND, micros
from anlan.lib.sum_levels import levels_of
from anlan.lib.threshold_effects import Effect, compared, effect, times_at

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
    """Return what another value would have meant on everything measured here; None for one that judges nothing."""
    hazard, quantity = HAZARDS.get(threshold.hazard), threshold.datastream.quantity
    if isinstance(hazard.detector, Sums):
        return _effect_on_sums(threshold, hazard, value)
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


def _effect_on_sums(threshold: Threshold, hazard: Hazard, value: float) -> Effect | None:
    """Judge all sums of a hazard anew with either value, as detection does: what counts as an alarm is the level, whichever sum gives it.

    Danger is known by a graver level, by any of the sums.
    """
    stream, own = threshold.datastream, hazard.ladder.get(threshold.level, 0)
    if not judges_sum(hazard, threshold.window_hours, threshold.level, stream.period):
        return None
    rungs = list(Threshold.objects.filter(datastream=stream.pk, hazard=hazard.code).values_list("window_hours", "level", "value"))
    key = (threshold.window_hours, threshold.level)
    old, new = (
        limits_of_sums(
            hazard, {stream.pk: 0}, [(stream.pk, h, r, v if (h, r) != key else mine, stream.period) for h, r, v in rungs]
        )
        for mine in (threshold.value, value)
    )
    course = course_of(stream.pk)
    slots = np.array([-(-micros(at) // STEP) for at, _value in course], dtype=np.int64)
    sums = sums_at(slots, thousandths(np.array([v for _at, v in course], dtype=float)), [h * 12 for h in hazard.windows])
    # readings of one slot are judged together, at the newest
    last = np.flatnonzero(np.append(slots[1:] != slots[:-1], True)) if len(course) else slots
    ats = [course[n][0] for n in last.tolist()]
    assert isinstance(hazard.detector, Sums)
    wait, share = hazard.detector.clear_after // MICROSECOND, hazard.detector.clear_share
    instants = np.array([micros(at) for at in ats], dtype=np.int64)
    levels = levels_of(sums[:, last], np.concatenate([old, new], axis=2), share, instants, wait).tolist()
    before, after = (times_at(ats, each, own) for each in levels)
    graver_ones = [hazard.ladder[r] for h, r, _v in rungs if judges_sum(hazard, h, r, stream.period) and hazard.ladder[r] > own]
    danger = min(graver_ones, default=None)
    return compared(ats, before, after, times_at(ats, levels[0], danger) if danger else None, lead=LEAD)


def effect_as_stored(found: Effect | None) -> dict[str, Any]:
    """Return an effect as a record keeps it; empty where nothing could be judged."""
    return asdict(found) if found else {}


def doubts_of(change: ThresholdChange) -> list[str]:
    """Return what must be borne in mind of an effect as it was worked out, in the user's language."""
    found, hours = change.effect, change.threshold.window_hours
    if not found:
        return [
            gettext(
                "Not judged on history: each report is over longer than these hours, or the proposal is older than this count."
            )
        ]
    if not found["values"]:
        return [gettext("No history can be judged: nothing was measured here.")]
    doubts = []
    if hours and found.get("hours", 0) < hours:
        doubts.append(
            gettext("History is too short: %(reach)d h of readings for a sum of %(hours)d h.")
            % {"reach": found.get("hours", 0), "hours": hours}
        )
    if not found["events"]:
        doubts.append(gettext("The graver level was never reached here: hits and misses say nothing."))
    return doubts


def reach_of(change: ThresholdChange) -> str:
    """Return over how long its effect was judged, in words; nothing where that was not noted."""
    hours = change.effect.get("hours")
    if hours is None:
        return ""
    return (
        gettext("over %(days)d days") % {"days": hours // 24} if hours >= 48 else gettext("over %(hours)d h") % {"hours": hours}
    )
