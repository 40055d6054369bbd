"""Where vehicles and vessels were last, for the map."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from anlan.apps.geofences import queries
from anlan.apps.geofences.choices import Broken
from anlan.kit.pages import page

SAID = {
    Broken.NOTHING: lambda: "",
    Broken.TOO_FAST: lambda: _("too fast"),
    Broken.LEFT: lambda: _("has left its area"),
    Broken.ENTERED: lambda: _("is where it may not be"),
}


@page("positions.geojson", needs="telemetry.view_station", name="positions")
def positions(request: HttpRequest) -> JsonResponse:
    """Serve where each vehicle and vessel was last, and what it breaks there."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {
                "id": station.pk,
                "label": " · ".join(filter(None, [str(station), SAID[Broken(row.broken)]()])),
                "url": station.desk_url(),
                "at": row.at.isoformat(),
                "broken": row.broken,
            },
        }
        for row, station in queries.positions()
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
