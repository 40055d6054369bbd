"""Readers of geofences: the fences as they are judged, and who is where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import shapely
from django.db.models import Count, Max

from anlan.apps.geofences.choices import Broken
from anlan.apps.geofences.models import Fence, Position
from anlan.apps.geofences.rules import Area
from anlan.apps.telemetry import api as telemetry
from anlan.kit.records import readable
from anlan.kit.scope import current
from anlan.kit.worlds import alias

#: World → (mark, fences): kept by each process until a fence changes.
_kept: dict[str, tuple[tuple[int, datetime | None], tuple[Area, ...]]] = {}


def areas() -> tuple[Area, ...]:
    """Return the fences in force as they are judged, read anew when one has changed."""
    told = Fence.objects.aggregate(count=Count("pk"), changed=Max("changed_at"))
    mark, world = (told["count"], told["changed"]), f"{current().world}:{alias()}"
    if (kept := _kept.get(world)) is None or kept[0] != mark:
        kept = _kept[world] = (mark, tuple(_area(fence) for fence in Fence.objects.filter(active=True).order_by("pk")))
    return kept[1]


def _area(fence: Fence) -> Area:
    outline = shapely.from_wkb(bytes(fence.outline.wkb))
    shapely.prepare(outline)
    return Area(fence.pk, fence.kind, outline, fence.concerns, fence.limit_kmh, fence.since, fence.until)


def positions() -> list[tuple[Position, Any]]:
    """Return where each vehicle and vessel that the viewer may read was last, with its station."""
    rows = list(Position.objects.using(alias()).order_by("-at"))
    stations = readable(telemetry.Station, "telemetry.view_station").in_bulk([row.station_id for row in rows])
    return [(row, stations[row.station_id]) for row in rows if row.station_id in stations]


def breaking(fence: Fence) -> list[tuple[Position, Any]]:
    """Return who breaks a fence now, of whom the viewer may read."""
    return [(row, station) for row, station in positions() if row.fence_id == fence.pk and row.broken != Broken.NOTHING]
