"""Pages of earthquakes that no desk makes: the rings on the command map and on a shock's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.earthquakes import queries
from anlan.apps.earthquakes.desk import EarthquakeDesk
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.desk.problems import check_parameters
from anlan.kit.models import WorldClock
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.scope import current

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


@page("earthquakes/<int:pk>/countdown", needs=MAY_LOOK)
def countdown(request: HttpRequest, pk: int) -> HttpResponse:
    """Count down to the shaking of each town; with `?wall=1` full screen."""
    row = EarthquakeDesk.get(pk)
    coming = queries.arrivals(row)
    now = clock.now()
    told = {
        "row": row,
        "arrivals": coming,
        "first": next((a for a in coming if a.at > now), None),
        "now": int(now.timestamp() * 1000),
        "speed": _speed(),
        "wall": request.GET.get("wall") == "1",
        "assumed": row.depth_km is None,
        "depth": queries.USUAL_DEPTH,
    }
    return render(request, "earthquakes/countdown.html", told)


class InstrumentSerializer(serializers.Serializer[Any]):
    """What a seismograph measured of a shock."""

    station = serializers.CharField(source="moment.station.code", help_text="The station's code")
    name = serializers.CharField(source="moment.station")
    at = serializers.DateTimeField(source="moment.at", help_text="Its strongest moment")
    km = serializers.FloatField(allow_null=True, help_text="From the epicentre")
    pga = serializers.FloatField(allow_null=True, help_text="m/s²")
    pgv = serializers.FloatField(allow_null=True, help_text="m/s; null: the intensity is by acceleration alone (I_A)")
    intensity = serializers.FloatField(source="moment.value", help_text="GB/T 17742-2020, appendix A")
    degree = serializers.CharField(help_text="Roman, the nearest")
    reckoned = serializers.FloatField(allow_null=True, help_text="What the attenuation set says of its place")


class InstrumentsSerializer(serializers.Serializer[Any]):
    """What instruments measured of a shock."""

    stations = InstrumentSerializer(many=True)


@page("/api/v1/earthquakes/earthquakes/<int:pk>/measured", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("What seismographs measured of a shock"), responses={200: InstrumentsSerializer})
@api_view(["GET"])
def measured_api(request: Request, pk: int) -> Response:
    """Tell the strongest moment of each seismograph that the asker sees, the strongest first, beside the estimate for its place."""
    check_parameters(request, set())
    return Response(InstrumentsSerializer({"stations": queries.measured(EarthquakeDesk.get(pk))}).data)


def _speed() -> float:
    """Return how fast the world's clock runs beside the browser's: in an exercise it may be fast, or stand still."""
    running = WorldClock.objects.using("exercise").first() if current().world == "exercise" else None
    return running.speed if running else 1.0


class ArrivalSerializer(serializers.Serializer[Any]):
    """When the shaking comes to a town."""

    area = serializers.CharField(help_text="The town's code")
    name = serializers.CharField()
    arrives_at = serializers.DateTimeField()
    seconds_left = serializers.FloatField(help_text="Negative once it has come")
    intensity = serializers.FloatField(help_text="Expected at the town's seat")
    sigma = serializers.FloatField()
    residents = serializers.IntegerField(help_text="Estimated")


class CountdownSerializer(serializers.Serializer[Any]):
    """The countdown of a shock by the world's clock."""

    now = serializers.DateTimeField()
    over = serializers.BooleanField(help_text="Whether the waves have passed every town")
    towns = ArrivalSerializer(many=True)


@page("/api/v1/earthquakes/earthquakes/<int:pk>/countdown", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("When the shaking comes to each town"), responses={200: CountdownSerializer})
@api_view(["GET"])
def countdown_api(request: Request, pk: int) -> Response:
    """Tell for each town when the shear waves come and how strong they will be felt, the strongest first; estimates."""
    check_parameters(request, set())
    coming = queries.arrivals(EarthquakeDesk.get(pk))
    towns = [
        {
            **{"area": a.town.area, "name": a.name, "arrives_at": a.at, "seconds_left": round(a.left, 1)},
            **{name: getattr(a.town, name) for name in ("intensity", "sigma", "residents")},
        }
        for a in coming
    ]
    now = clock.now()
    return Response(CountdownSerializer({"now": now, "over": all(a.at <= now for a in coming), "towns": towns}).data)
