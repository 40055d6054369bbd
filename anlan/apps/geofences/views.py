"""The fences in force and where vehicles and vessels were last, for the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from anlan.apps.geofences import queries
from anlan.apps.geofences.choices import Broken
from anlan.apps.geofences.models import Fence
from anlan.kit.pages import page
from anlan.kit.records import readable
from anlan.lib.geojson import collection, feature

SAID = {
    Broken.NOTHING: lambda: "",
    Broken.TOO_FAST: lambda: _("too fast"),
    Broken.LEFT: lambda: _("has left its area"),
    Broken.ENTERED: lambda: _("is where it may not be"),
}


@page("layer.geojson", needs="geofences.view_fence", name="layer")
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the fences in force, and where each vehicle and vessel was last with what it breaks there."""
    where = queries.positions()
    broken = {row.fence_id for row, _station in where if row.broken}
    fences = readable(Fence, "geofences.view_fence").filter(active=True).order_by("code")
    features = [_feature(fence.outline, str(fence), fence.desk_url(), alarmed=fence.pk in broken) for fence in fences]
    features += [
        _feature(
            {"type": "Point", "coordinates": [row.lon, row.lat]},
            " · ".join(filter(None, [str(station), SAID[Broken(row.broken)]()])),
            station.desk_url(),
            alarmed=bool(row.broken),
            part="now",
            at=row.at.isoformat(),
        )
        for row, station in where
    ]
    return JsonResponse(collection(features))


def _feature(geometry: Any, label: str, url: str, *, alarmed: bool, **more: Any) -> dict[str, Any]:
    properties = {"label": label, "url": url, "level": "orange" if alarmed else "blue", **more}
    return feature(geometry, properties)
