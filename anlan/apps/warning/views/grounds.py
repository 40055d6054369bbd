"""What a drafter may begin the ground with: a circle, and the grounds that other apps offer; also for programs."""

from __future__ import annotations

from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.alarms import api as alarms
from anlan.apps.places.kinds import Offered
from anlan.apps.warning import grounds
from anlan.apps.warning.forms import DraftForm
from anlan.apps.warning.views.staff import DRAFTS
from anlan.kit.desk.fields import dress
from anlan.kit.desk.problems import ProblemSerializer, check_parameters
from anlan.kit.pages import SIGNED_IN, page, require
from anlan.kit.refusals import PROBLEM_TYPE, Refusal
from anlan.lib.geojson import geometry


@page("draft/circle", needs=DRAFTS)
def draft_circle(request: HttpRequest) -> HttpResponse:
    """Put a circle around the centre that was typed or picked into the outline."""
    if not request.POST.get("centre", "").strip():
        return _outline(request, request.POST.get("outline", ""))
    try:
        made = grounds.circle(request.POST["centre"], request.POST.get("km", ""))
    except Refusal as refusal:
        return _outline(request, request.POST.get("outline", ""), refusal)
    return _outline(request, shapely.to_geojson(made))


@page("draft/catchment", needs=DRAFTS)
def draft_catchment(request: HttpRequest) -> HttpResponse:
    """Put what drains to the centre that was typed or picked into the outline, and say what it rests on."""
    try:
        made = grounds.catchment(request.POST.get("centre", ""))
    except Refusal as refusal:
        return _outline(request, request.POST.get("outline", ""), refusal)
    return _outline(request, shapely.to_geojson(made.outline), rests=made.ground)


@page("draft/offered", needs=DRAFTS)
def draft_offered(request: HttpRequest) -> HttpResponse:
    """Show the grounds that other apps offer just now, by whose they are, those of stations with an open alarm first."""
    found: dict[str, list[grounds.Choice]] = {}
    alarmed = {alarm.station for alarm in alarms.alarms_open(permission="alarms.view_alarm")}
    for choice in sorted(grounds.told(), key=lambda c: (c.outline is None, c.ground.station not in alarmed)):
        found.setdefault(str(choice.source.title), []).append(choice)
    return render(request, "warning/offered.html", {"groups": found.items(), "alarmed": alarmed})


@page("draft/take", needs=DRAFTS)
def draft_take(request: HttpRequest) -> HttpResponse:
    """Put an offered ground into the outline."""
    try:
        made = grounds.taken(request.POST.get("ground", ""))
    except Refusal as refusal:
        return _outline(request, request.POST.get("outline", ""), refusal)
    return _outline(request, shapely.to_geojson(made.outline), rests=made.ground)


def _outline(request: HttpRequest, text: str, fault: Refusal | None = None, rests: Offered | None = None) -> HttpResponse:
    """Show the field of the outline with a new one in it, and the ground it rests on; the map and the people in it follow."""
    form = dress(DraftForm(initial={"outline": text}))
    answer = render(request, "warning/outline.html", {"form": form, "fault": fault, "rests": rests})
    if fault is None:
        answer["HX-Trigger-After-Swap"] = "areas-changed"
    return answer


class OfferedSerializer(serializers.Serializer[Any]):
    """A ground that is offered for a warning."""

    key = serializers.CharField()
    source = serializers.CharField(help_text="The app that offers it")
    title = serializers.CharField(help_text="What grounds of this app are")
    name = serializers.CharField()
    note = serializers.CharField(help_text="What it rests on")
    station = serializers.CharField(allow_blank=True, help_text="The code of the station that it belongs to")
    at = serializers.DateTimeField(allow_null=True, help_text="As of when")
    outline = serializers.JSONField(help_text="GeoJSON, clipped to where the asker may warn")


@page("/api/v1/warning/grounds/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("Grounds that are offered for a warning"),
    responses=OfferedSerializer(many=True),
)
@api_view(["GET"])
def grounds_api(request: Request) -> Response:
    """Return the swaths of storms, corridors of rivers, catchments, rings of earthquakes and estimates that a warning may begin with."""
    require(DRAFTS)
    check_parameters(request, set())
    return Response(OfferedSerializer([_told(choice) for choice in grounds.offered()], many=True).data)


def _told(choice: grounds.Choice) -> dict[str, Any]:
    ground = choice.ground
    named = {"key": choice.key, "source": choice.source.code, "title": str(choice.source.title), "name": str(ground.name)}
    rests = {"note": str(ground.note), "station": ground.station, "at": ground.at}
    return named | rests | {"outline": geometry(choice.outline)}


class CircleSerializer(serializers.Serializer[Any]):
    """A circle on the ground."""

    outline = serializers.JSONField(help_text="GeoJSON")


@page("/api/v1/warning/grounds/circle/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("A circle around a place"),
    parameters=[
        OpenApiParameter(
            "centre", str, required=True, description=gettext_lazy("Longitude, latitude; a division; a station's code")
        ),
        OpenApiParameter("km", float, required=True, description=gettext_lazy("The radius in km")),
    ],
    responses={200: CircleSerializer, (422, PROBLEM_TYPE): ProblemSerializer},
)
@api_view(["GET"])
def circle_api(request: Request) -> Response:
    """Return a circle as an outline that a draft takes."""
    require(DRAFTS)
    check_parameters(request, {"centre", "km"})
    made = grounds.circle(request.GET.get("centre", ""), request.GET.get("km", ""))
    return Response(CircleSerializer({"outline": geometry(made)}).data)


@page("/api/v1/warning/grounds/catchment/", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("What drains to a station or a point"),
    parameters=[
        OpenApiParameter("centre", str, required=True, description=gettext_lazy("A station's code, or longitude, latitude")),
    ],
    responses={200: OfferedSerializer, (422, PROBLEM_TYPE): ProblemSerializer},
)
@api_view(["GET"])
def catchment_api(request: Request) -> Response:
    """Return the estimated catchment above a station or a point as an outline that a draft takes; 422 in words where none can be told."""
    require(DRAFTS)
    check_parameters(request, {"centre"})
    return Response(OfferedSerializer(_told(grounds.catchment(request.GET.get("centre", "")))).data)
