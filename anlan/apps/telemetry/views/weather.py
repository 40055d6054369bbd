"""The weather of the day as a line of the workbench, and by API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry.kinds import measures
from anlan.apps.telemetry.queries.areal import MAY_LOOK
from anlan.apps.telemetry.queries.weather import weather_of_today
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, page


@page("weather", needs=MAY_LOOK, name="weather")
def weather(request: HttpRequest) -> HttpResponse:
    """Show the weather of the day in one line; nothing where nothing was measured."""
    return render(request, "telemetry/weather.html", {"weather": weather_of_today()})


class WeatherSerializer(serializers.Serializer[Any]):
    """What a quantity came to since midnight."""

    quantity = serializers.CharField()
    unit = serializers.CharField()
    lowest = serializers.FloatField(allow_null=True, help_text="Where a day is told by its range")
    highest = serializers.FloatField(help_text="Of rain the sum of the station with most")
    station = serializers.CharField(help_text="Code of the station with the highest")
    stations = serializers.IntegerField(help_text="Stations that measured it today")
    last_at = serializers.DateTimeField()


@page("/api/v1/telemetry/weather/", needs=SIGNED_IN, name="weather_api")
@extend_schema(
    summary=gettext_lazy("The weather of the day as the stations measured it, since midnight"),
    responses=WeatherSerializer(many=True),
)
@api_view(["GET"])
def weather_api(request: Request) -> Response:
    """Return what rain, temperature and gusts came to since midnight at the stations that the asker may read."""
    check_parameters(request, set())
    return Response(
        [
            {
                "quantity": one.quantity,
                "unit": measures.unit_of(one.quantity),
                "lowest": one.lowest,
                "highest": one.highest,
                "station": one.station_code,
                "stations": one.stations,
                "last_at": one.last_at,
            }
            for one in weather_of_today()
        ]
    )
