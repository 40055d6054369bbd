"""The page and API of the network: availability by month, what is due, who works where, gauges per 100 km²."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.telemetry.kinds import measures
from anlan.apps.upkeep import queries
from anlan.apps.upkeep.rules import Density
from anlan.kit.desk.problems import check_parameters
from anlan.kit.figures import Figure
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current

MOST = 300


def _rows(given: Any) -> list[queries.Kept]:
    if not current().areas_for(queries.MAY_LOOK):
        raise NotAuthorised(_("Your role does not include this."))
    return queries.kept(given.get("area", ""), given.get("kind", ""))


@page(
    "",
    needs=queries.MAY_LOOK,
    menu=Menu("monitoring", 22, "antenna-bars-5"),
    label=gettext_lazy("Network of stations"),
    name="network",
)
def network(request: HttpRequest) -> HttpResponse:
    """Show the network of stations: heard by month, last seen, battery, works, what is overdue, and its density by county."""
    rows = _rows(request.GET)
    every = queries.kept() if request.GET else rows
    dense, target = queries.density(rows), queries.norm("density")
    overdue = [k for k in rows if k.overdue]
    shown = {
        "rows": rows[:MOST],
        "more": max(0, len(rows) - MOST),
        "months": queries.months(),
        "density": [(d, name_of("area", d.county), d.short(target)) for d in dense],
        "whole": whole(dense) if len(dense) > 1 else None,
        "target": target,
        "share": queries.norm("active_share"),
        "metres": queries.norm("same_place"),
        "counted": queries.counted_at(),
        "kinds": [c for c in measures.sensor_choices() if c[0] not in measures.of_areas()],
        "areas": [(code, name_of("area", code)) for code in sorted({k.station.area[:6] for k in every})],
        "chosen": {"area": request.GET.get("area", ""), "kind": request.GET.get("kind", "")},
        "numbers": {
            "figures": (
                Figure(_("Stations"), len(rows)),
                Figure(_("Heard this month"), sum(bool(k.shares[-1]) for k in rows), of=len(rows)),
                Figure(_("Being worked on"), sum(k.work is not None for k in rows)),
                Figure(_("Overdue for service"), len(overdue)),
            )
        },
    }
    return render(request, "upkeep/network.html", shown)


def whole(rows: list[Density]) -> Density:
    """Return the density of all counties together."""
    sums = [sum(getattr(d, name) for d in rows) for name in ("stations", "places", "working", "km2", "vague")]
    return Density("", *sums)  # type: ignore[arg-type]


class KeptSerializer(serializers.Serializer[Any]):
    """A station of the network."""

    code = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField()
    kind = serializers.CharField()
    owner = serializers.CharField()
    shares = serializers.DictField(child=serializers.FloatField(allow_null=True), help_text="Month → share in which it was heard")
    last = serializers.DateTimeField(allow_null=True)
    battery_volts = serializers.FloatField(allow_null=True, help_text="V")
    worked_on = serializers.BooleanField()
    overdue = serializers.ListField(child=serializers.CharField())
    next_due = serializers.DateTimeField(allow_null=True)


class DensitySerializer(serializers.Serializer[Any]):
    """Gauges per 100 km² of a county (indicator 11): numerator, denominator, and what stands behind them."""

    county = serializers.CharField()
    stations = serializers.IntegerField()
    places = serializers.IntegerField(help_text="Stations closer than the norm count once")
    working = serializers.IntegerField()
    km2 = serializers.FloatField()
    per_100 = serializers.FloatField(allow_null=True)
    short = serializers.IntegerField(help_text="Working places that the target still asks for")


class NetworkSerializer(serializers.Serializer[Any]):
    """The network of stations."""

    counted_at = serializers.DateTimeField(allow_null=True)
    target = serializers.FloatField()
    stations = KeptSerializer(many=True)
    density = DensitySerializer(many=True)


@page("/api/v1/upkeep/network/", needs=SIGNED_IN, name="network_api")
@extend_schema(
    summary=gettext_lazy("The network of stations: availability by month, service, density by county"),
    responses=NetworkSerializer,
    parameters=[
        OpenApiParameter("area", str, description=gettext_lazy("A division and what lies below it")),
        OpenApiParameter("kind", str, description=gettext_lazy("A kind of station")),
    ],
)
@api_view(["GET"])
def network_api(request: Request) -> Response:
    """Return the stations with the share of each month in which they were heard, what is due, and the density by county."""
    check_parameters(request, {"area", "kind"})
    rows, months, target = _rows(request.GET), queries.months(), queries.norm("density")
    stations = [
        {
            "code": k.station.code,
            "name": str(k.station),
            "area": k.station.area,
            "kind": k.station.kind,
            "owner": k.station.owner,
            "shares": {f"{m:%Y-%m}": share for m, share in zip(months, k.shares, strict=True)},
            "last": k.last,
            "battery_volts": k.battery,
            "worked_on": k.work is not None,
            "overdue": [words for words, _at in k.overdue],
            "next_due": k.next_due,
        }
        for k in rows
    ]
    names = ("county", "stations", "places", "working", "km2", "per_100")
    dense = [{name: getattr(d, name) for name in names} | {"short": d.short(target)} for d in queries.density(rows)]
    return Response({"counted_at": queries.counted_at(), "target": target, "stations": stations, "density": dense})
