"""What lies within so many kilometres of a point, over all desks that have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit.desk import DESKS, Desk
from anlan.kit.desk.nearby import Circle, circle, within
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import Malformed

#: How many of each desk are listed.
LISTED = 100


@dataclass(frozen=True)
class Near:
    """What one desk has in a circle, nearest first, each row with its `away`."""

    desk: type[Desk]
    rows: list[Any]


def nearby(around: Circle) -> list[Near]:
    """Return what lies in a circle of every desk with a point that the viewer may read."""
    found = []
    for desk in DESKS.values():
        if desk.point and desk.may("view"):
            rows = within(desk.rows().order_by(), desk.point, around).annotate(away=Distance(desk.point, around.point))
            listed = list(rows.order_by("away")[:LISTED])
            if listed:
                found.append(Near(desk, listed))
    return found


@page("/near/", needs=SIGNED_IN, label=_("What lies near"))
def near(request: HttpRequest) -> HttpResponse:
    """Show what lies around a point, desk by desk, nearest first."""
    given = {name: request.GET.get(name, "") for name in ("lon", "lat", "km")}
    context: dict[str, Any] = {"given": {**given, "km": given["km"] or "3"}, "found": [], "asked": False, "fault": ""}
    status = 200
    if given["lon"] or given["lat"]:
        try:
            context["found"] = [
                {"title": n.desk.title(), "icon": n.desk.icon, "rows": [(n.desk.found(r), r.desk_url, r.away.km) for r in n.rows]}
                for n in nearby(circle(given["lon"], given["lat"], given["km"] or "3"))
            ]
            context["asked"] = True
        except Malformed as refusal:
            context["fault"], status = str(refusal), refusal.status
    return render(request, "places/near.html", context, status=status)


class NearSerializer(serializers.Serializer[Any]):
    """One record in the circle."""

    desk = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    km = serializers.FloatField(help_text="Distance from the middle")
    url = serializers.CharField(help_text="The record's page")


@page("/api/v1/near/", needs=SIGNED_IN, name="near_api")
@extend_schema(
    parameters=[OpenApiParameter(name, float, required=True) for name in ("lon", "lat", "km")],
    responses={200: NearSerializer(many=True)},
    summary=_("What lies within so many kilometres of a point, nearest first"),
)
@api_view(["GET"])
def near_api(request: Request) -> Response:
    """Answer what lies in the circle, of every desk the asker may read."""
    check_parameters(request, ("lon", "lat", "km"))
    around = circle(*(request.GET.get(name) for name in ("lon", "lat", "km")))
    found = [
        {
            "desk": f"{n.desk.app()}/{n.desk.slug}",
            "id": row.pk,
            "label": str(row),
            "km": round(row.away.km, 3),
            "url": row.desk_url(),
        }
        for n in nearby(around)
        for row in n.rows
    ]
    return Response(sorted(found, key=lambda one: one["km"]))
