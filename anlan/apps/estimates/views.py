"""The outlines of estimates as layers of a map, and what an estimate comes to for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.estimates import queries, rules
from anlan.apps.estimates.desk import EstimateDesk
from anlan.apps.estimates.models import Estimate
from anlan.apps.places import api as places
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, page
from anlan.lib.geojson import collection, geometry

MAY_LOOK = "estimates.view_estimate"


def _collection(rows: list[Estimate]) -> JsonResponse:
    return JsonResponse(collection(feature for row in rows for feature in queries.features_of(row)))


@page("layer.geojson", needs=MAY_LOOK)
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the outlines of the last day's estimates."""
    return _collection(queries.recent())


@page("estimates/<int:pk>/outlines.geojson", needs=MAY_LOOK)
def outlines(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve the outlines of one estimate."""
    return _collection([EstimateDesk.get(pk)])


@page("estimates/<int:pk>/map.json", needs=MAY_LOOK, name="map")
def map_config(request: HttpRequest, pk: int) -> JsonResponse:
    """Configure the map of an estimate's page: the background, its outlines, and what is reached at most in view."""
    row = EstimateDesk.get(pk)
    layer = {"id": "outlines", "title": str(_("Outlines")), "role": "estimate", "group": "", "hidden": False}
    config = places.map_config([{**layer, "url": reverse("estimates:outlines", args=[row.pk])}])
    return JsonResponse(config | {"bounds": queries.bounds_of(row)})


class GroundSerializer(serializers.Serializer[Any]):
    """What is reached in a step, with how sure it is."""

    step = serializers.FloatField(help_text="Minutes after it began (fire), or mg/m³ (gas)")
    label = serializers.CharField()
    band = serializers.ChoiceField(choices=["low", "likely", "high"])
    reach_km = serializers.FloatField()
    hectares = serializers.FloatField()
    people = serializers.IntegerField(help_text="Residents, estimated")
    towns = serializers.ListField(child=serializers.CharField(), help_text="Codes of the towns that it touches")
    outline = serializers.DictField(help_text="GeoJSON, WGS 84")


class ReachedSerializer(serializers.Serializer[Any]):
    """What an estimate comes to, and what its model does not know."""

    estimate = serializers.BooleanField(help_text="Always true: nothing here was observed")
    reached = GroundSerializer(many=True)
    limits = serializers.ListField(child=serializers.CharField())


@page("/api/v1/estimates/estimates/<int:pk>/found", needs=SIGNED_IN)
@extend_schema(summary=gettext_lazy("What an estimate comes to"), responses={200: ReachedSerializer})
@api_view(["GET"])
def found(request: Request, pk: int) -> Response:
    """Tell what is reached step by step, at least, likely and at most, with its outlines."""
    check_parameters(request, set())
    row = EstimateDesk.get(pk)
    reached = [
        {
            "step": o.step,
            "label": rules.step_label(row.kind, o.step, row.given),
            **{name: getattr(o, name) for name in ("band", "reach_km", "hectares", "people", "towns")},
            "outline": geometry(o.outline),
        }
        for o in row.outlines.all()
    ]
    return Response(ReachedSerializer({"estimate": True, "reached": reached, "limits": queries.limits_of(row)}).data)
