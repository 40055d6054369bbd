"""Pages of earthquakes that no desk makes: the rings on the command map and on a shock's own page."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.earthquakes import queries
from anlan.apps.earthquakes.desk import EarthquakeDesk
from anlan.apps.places import api as places
from anlan.kit.pages import page

MAY_LOOK = "earthquakes.view_earthquake"


@page("rings.geojson", needs=MAY_LOOK)
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the rings of the last days' shocks."""
    features = [ring for row in queries.recent() for ring in queries.rings_of(row)]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@page("earthquakes/<int:pk>/rings.geojson", needs=MAY_LOOK)
def rings(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve the rings of one shock."""
    return JsonResponse({"type": "FeatureCollection", "features": queries.rings_of(EarthquakeDesk.get(pk))})


@page("earthquakes/<int:pk>/map.json", needs=MAY_LOOK, name="map")
def map_config(request: HttpRequest, pk: int) -> JsonResponse:
    """Configure the map of a shock's page: the background, its rings, and the city in view."""
    row = EarthquakeDesk.get(pk)
    layer = {"id": "rings", "title": str(_("Rings of intensity")), "role": "warning", "group": "", "hidden": False}
    return JsonResponse(places.map_config([{**layer, "url": reverse("earthquakes:rings", args=[row.pk])}]))
