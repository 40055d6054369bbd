"""The water situation at a station, for the panel on its page and on those of what stands there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from anlan.apps.telemetry.kinds import measures
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.contradictions import misfits
from anlan.apps.telemetry.queries.courses import outlook, window_sums
from anlan.apps.telemetry.queries.newest import latest_values


def water(station: Station, stream: int | None = None) -> dict[str, Any]:
    """Return what telemetry/water.html shows of a station; the chart is that of one datastream where it is named."""
    courses = reverse("telemetry:series", args=[station.pk])
    values = latest_values([station.pk])
    falling = not set(measures.over_ground()).isdisjoint(v.quantity for v in values)
    return {
        "chart": f"{courses}?datastream={stream}" if stream else courses,
        "courses": courses,
        "values": values,
        "sums": window_sums(station),
        "outlook": outlook(station),
        "misfits": misfits("telemetry.view_station", [station.pk]) if falling else [],
    }
