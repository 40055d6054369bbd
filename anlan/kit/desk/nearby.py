"""What lies within so many kilometres of a point: over all desks with a point, and as a filter of each one's list."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any, NamedTuple

from django import forms
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import Malformed

#: The farthest that is asked for, and how many of each desk are listed.
FARTHEST_KM, LISTED = 200.0, 100
#: Kilometres of one degree along a meridian, at its shortest.
KM_PER_DEGREE = 110.5
EXAMPLE = _("Give longitude, latitude and kilometres, such as 113.05, 23.70, 3.")


class Circle(NamedTuple):
    """A circle on the ground: its middle in degrees (WGS 84), its radius in kilometres."""

    lon: float
    lat: float
    km: float

    @property
    def point(self) -> Point:
        """Return the middle."""
        return Point(self.lon, self.lat, srid=4326)


@dataclass(frozen=True)
class Near:
    """What one desk has in a circle, nearest first, each row with its `away`."""

    desk: type[Desk]
    rows: list[Any]


def circle(lon: Any, lat: Any, km: Any) -> Circle:
    """Read a circle; Malformed in words for what is none."""
    try:
        found = Circle(float(lon), float(lat), float(km))
    except (TypeError, ValueError):
        raise Malformed(EXAMPLE) from None
    if not (-180 <= found.lon <= 180 and -85 <= found.lat <= 85 and 0 < found.km <= FARTHEST_KM):
        raise Malformed(_("Longitude, latitude or distance is out of range (at most %(km)d km).") % {"km": FARTHEST_KM})
    return found


def within(rows: Any, path: str, around: Circle) -> Any:
    """Narrow rows to those whose point at `path` lies in the circle, by distance on the sphere; the box serves the spatial index."""
    high = around.km / KM_PER_DEGREE
    wide = high / cos(radians(around.lat))
    box = Polygon.from_bbox((around.lon - wide, around.lat - high, around.lon + wide, around.lat + high))
    box.srid = 4326
    return rows.filter(**{f"{path}__bboverlaps": box, f"{path}__distance_lte": (around.point, D(km=around.km))})


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
    return render(request, "desk/near.html", context, status=status)


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
    summary="What lies within so many kilometres of a point, nearest first",
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


class NearField(forms.CharField):
    """Longitude, latitude and kilometres in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, widget=forms.TextInput(attrs={"placeholder": "113.05, 23.70, 3"}))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        parts = text.replace("，", ",").split(",")
        if len(parts) != 3:
            raise forms.ValidationError(EXAMPLE)
        try:
            return circle(*parts)
        except Malformed as refusal:
            raise forms.ValidationError(str(refusal)) from None
