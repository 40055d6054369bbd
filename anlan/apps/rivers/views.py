"""The page and API of river forecasts: the newest by gauge, how far off they were, and on what they rest."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.rivers import queries
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current


@page(
    "", needs=queries.MAY_LOOK, menu=Menu("monitoring", 24, "trending-up"), label=gettext_lazy("River forecast"), name="forecast"
)
def forecast(request: HttpRequest) -> HttpResponse:
    """Show what is foretold of the rivers' gauges, with its band, how far such forecasts were off, and what was fitted."""
    shown = {
        "rows": queries.newest(),
        "leads": queries.LEADS,
        "missed": queries.missed(),
        "past": queries.of_the_past(),
        "reaches": queries.reaches(),
    }
    return render(request, "rivers/forecast.html", shown)


class PointSerializer(serializers.Serializer[Any]):
    """A foretold stage and the band in which four of five lie."""

    at = serializers.DateTimeField()
    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ForetoldSerializer(serializers.Serializer[Any]):
    """The newest forecast of a gauge."""

    station = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    issued_at = serializers.DateTimeField()
    now = serializers.FloatField(allow_null=True)
    level = serializers.IntegerField(help_text="The level that it reaches; never an observed one")
    points = PointSerializer(many=True)


class MissedSerializer(serializers.Serializer[Any]):
    """How far forecasts of a lead were off in the last thirty days."""

    lead = serializers.IntegerField()
    count = serializers.IntegerField()
    bias = serializers.FloatField()
    mean = serializers.FloatField()
    root = serializers.FloatField(help_text="Root of the mean square")
    within = serializers.FloatField(help_text="Share within the band")


class ForecastSerializer(serializers.Serializer[Any]):
    """River forecasts and their errors."""

    gauges = ForetoldSerializer(many=True)
    errors = MissedSerializer(many=True)


@page("/api/v1/rivers/forecasts/", needs=SIGNED_IN, name="forecasts_api")
@extend_schema(
    summary=gettext_lazy("What is foretold of the rivers' gauges, and how far such forecasts were off"),
    responses=ForecastSerializer,
)
@api_view(["GET"])
def forecasts_api(request: Request) -> Response:
    """Return the newest forecasts of our own method by gauge, and their errors by lead."""
    check_parameters(request, set())
    if not current().areas_for(queries.MAY_LOOK):
        raise NotAuthorised(_("Your role does not include this."))
    gauges = [
        {
            "station": f.stream.station.code,
            "name": str(f.stream.station),
            "quantity": f.stream.quantity,
            "unit": f.stream.unit,
            "issued_at": f.issued_at,
            "now": f.now,
            "level": f.level,
            "points": [{"at": p.at, "value": p.value, "low": p.low, "high": p.high} for p in f.points],
        }
        for f in queries.newest()
    ]
    return Response({"gauges": gauges, "errors": [vars(m) for m in queries.missed()]})
