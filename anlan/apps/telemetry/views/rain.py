"""The page and API of rain over areas: means by county, town and catchment, and the gauges that stand behind them."""

from __future__ import annotations

from collections.abc import Iterable
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

from anlan.apps.telemetry.display.towns import SHADES, rain_map
from anlan.apps.telemetry.queries import areal, catchments
from anlan.apps.telemetry.queries.areal import WINDOWS, Fallen, Rain
from anlan.kit.desk.problems import check_parameters
from anlan.kit.desk.tiles import asked_instant
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current
from anlan.lib.geojson import geometry

#: With less of its ground near a gauge a mean is marked.
FEW = 0.5


def _rain(given: Any) -> Rain:
    if not current().areas_for(areal.MAY_LOOK):
        raise NotAuthorised(_("Your role does not include this."))
    return areal.rain_over_areas(asked_instant(given.get("at", "")))


def _cells(f: Fallen) -> list[dict[str, Any]]:
    """Return one cell a window for a row of the table."""
    rows = zip(WINDOWS, f.mean, f.gauges, f.near, f.highest, strict=True)
    return [
        {"mean": m, "gauges": g, "near": round(100 * near), "few": near < FEW, "highest": top} for _h, m, g, near, top in rows
    ]


def _shown(rows: Iterable[Fallen], window: int) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return code, name and cells, the wettest of a window first."""
    ordered = sorted(rows, key=lambda f: (-(f.mean[window] or 0.0), f.code))
    return [(f.code, name_of("area", f.code), _cells(f)) for f in ordered]


@page("rainfall", needs=areal.MAY_LOOK, menu=Menu("monitoring", 23, "cloud-rain"), label=gettext_lazy("Rain over areas"))
def rainfall(request: HttpRequest) -> HttpResponse:
    """Show the mean rain of counties and towns over hours, on a map and in a table, with what stands behind each mean."""
    told = _rain(request.GET)
    asked = request.GET.get("hours", "")
    window = WINDOWS.index(int(asked)) if asked in map(str, WINDOWS) else len(WINDOWS) - 1
    values = {f.code: (f.mean[window], f.near[window] < FEW) for f in told.towns}
    held = catchments.readable()
    names = {one.station.code: one.short for one in held}
    shown = {
        "told": told,
        "hours": WINDOWS[window],
        "windows": WINDOWS,
        "heard": list(zip(WINDOWS, told.heard, strict=True)),
        "whole": _cells(told.whole) if told.whole else None,
        "counties": _shown(told.counties, window),
        "towns": _shown(told.towns, window),
        "catchments": [(code, names[code], c) for code, _code, c in _shown(catchments.rain_on(held, told), window)],
        "untold": [one for one in held if one.catchment.outline is None],
        "near_km": areal.NEAR_KM,
        "covered": areal.COVERED * 100,
        "few": FEW * 100,
        "shades": SHADES,
        "map": rain_map(values),
        "at": request.GET.get("at", ""),
    }
    return render(request, "telemetry/rain.html", shown)


class FallenSerializer(serializers.Serializer[Any]):
    """Mean rain of an area over the last hours, and what stands behind it."""

    code = serializers.CharField()
    hours = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True, help_text="mm; null where no gauge was heard")
    gauges = serializers.IntegerField(help_text="Gauges behind the mean")
    near = serializers.FloatField(help_text="Share of the ground within 10 km of one")
    highest = serializers.FloatField(allow_null=True, help_text="mm at the wettest gauge behind it")


class RainSerializer(serializers.Serializer[Any]):
    """Rain over areas as of an instant."""

    at = serializers.DateTimeField(allow_null=True)
    gauges = serializers.IntegerField()
    counties = FallenSerializer(many=True)
    towns = FallenSerializer(many=True)
    catchments = FallenSerializer(many=True, help_text="By the code of the station that they drain to; estimated outlines")


@page("/api/v1/telemetry/rain/", needs=SIGNED_IN, name="rain_api")
@extend_schema(
    summary=gettext_lazy("Mean rain of counties, towns and catchments over 1, 3, 6 and 24 hours"),
    responses=RainSerializer,
    parameters=[OpenApiParameter("at", str, description=gettext_lazy("As of this instant; without it the newest reading"))],
)
@api_view(["GET"])
def rain_api(request: Request) -> Response:
    """Return the mean rain of counties, towns and stations' catchments, with how many gauges stand behind each mean and how much ground is near one."""
    check_parameters(request, {"at"})
    told = _rain(request.GET)
    areas = {"counties": _flat(told.counties), "towns": _flat(told.towns)}
    areas["catchments"] = _flat(catchments.rain_on(catchments.readable(), told))
    return Response({"at": told.at, "gauges": len(told.gauges), **areas})


def _flat(rows: Iterable[Fallen]) -> list[dict[str, Any]]:
    return [
        {
            "code": f.code,
            "hours": h,
            "mean": None if m is None else round(m, 1),
            "gauges": g,
            "near": round(near, 3),
            "highest": top,
        }
        for f in rows
        for h, m, g, near, top in zip(WINDOWS, f.mean, f.gauges, f.near, f.highest, strict=True)
    ]


class CatchmentSerializer(serializers.Serializer[Any]):
    """What drains to a station, estimated from terrain."""

    station = serializers.CharField()
    name = serializers.CharField()
    river = serializers.CharField(allow_blank=True)
    km2 = serializers.FloatField(allow_null=True)
    away_km = serializers.FloatField(allow_null=True, help_text="How far from the station its stream is taken")
    outline = serializers.DictField(allow_null=True, help_text="GeoJSON; null where none can be told")
    note = serializers.CharField(help_text="What it rests on, or why no outline is told")


@page("/api/v1/telemetry/catchments/", needs=SIGNED_IN, name="catchments_api")
@extend_schema(
    summary=gettext_lazy("Catchments above stations, estimated from terrain"),
    responses=CatchmentSerializer(many=True),
    parameters=[OpenApiParameter("station", str, description=gettext_lazy("The code of one station"))],
)
@api_view(["GET"])
def catchments_api(request: Request) -> Response:
    """Return what drains to each station at a stream that the asker may read; of what runs beyond the terrain the words alone."""
    check_parameters(request, {"station"})
    if not current().areas_for(areal.MAY_LOOK):
        raise NotAuthorised(_("Your role does not include this."))
    wanted = request.GET.get("station", "")
    return Response([_told(one) for one in catchments.readable() if wanted in ("", one.station.code)])


def _told(one: catchments.OfStation) -> dict[str, Any]:
    found, station = one.catchment, one.station
    told = {"station": station.code, "name": str(station), "river": station.river}
    if found.outline is None:
        return told | {"km2": None, "away_km": None, "outline": None, "note": found.why}
    figures = {"km2": round(found.km2, 1), "away_km": round(found.away_km, 1)}
    return told | figures | {"outline": geometry(found.outline), "note": one.note}
