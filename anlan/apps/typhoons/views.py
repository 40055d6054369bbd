"""Pages of typhoons that no desk makes: tracks and circles on the command map and on a storm's own page."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.places import api as places
from anlan.apps.typhoons import queries
from anlan.apps.typhoons.desk import CycloneDesk
from anlan.kit.pages import page

MAY_LOOK = "typhoons.view_cyclone"


@page("tracks.geojson", needs=MAY_LOOK)
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the tracks of the active storms."""
    features = [shape for row in queries.active() for shape in queries.shapes_of(row)]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@page("storms/<int:pk>/track.geojson", needs=MAY_LOOK)
def track(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve the track of one storm."""
    return JsonResponse({"type": "FeatureCollection", "features": queries.shapes_of(CycloneDesk.get(pk))})


@page("storms/<int:pk>/map.json", needs=MAY_LOOK, name="map")
def map_config(request: HttpRequest, pk: int) -> JsonResponse:
    """Configure the map of a storm's page: the background, its track, and city and storm both in view."""
    row = CycloneDesk.get(pk)
    layer = {"id": "track", "title": str(_("Typhoon")), "role": "track", "group": "", "hidden": False}
    config = places.map_config([{**layer, "url": reverse("typhoons:track", args=[row.pk])}])
    advisory, _before = queries.leading_of(row)
    if advisory is not None:
        west, south, east, north = config["bounds"]
        at = advisory.location
        config["bounds"] = [min(west, at.x), min(south, at.y), max(east, at.x), max(north, at.y)]
    return JsonResponse(config)
