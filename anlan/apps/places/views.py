"""Pages of places: map layers, the place search, the divisions around a point."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.places import history, nearby, queries, search  # noqa: F401  (nearby: pages of its own)
from anlan.apps.places.choices import Level
from anlan.apps.places.models import BaseLayer, Division
from anlan.apps.places.together import TYPE as TILES_TOGETHER
from anlan.apps.places.together import asked_tiles, framed
from anlan.kit.desk.problems import check_parameters
from anlan.kit.pages import EVERYBODY, SIGNED_IN, Menu, page
from anlan.kit.refusals import Malformed, NotFound
from anlan.lib import tile_archives
from anlan.lib.geojson import collection, feature

log = logging.getLogger(__name__)

#: How long a browser keeps what is the same for everybody, and what is so for everybody who reads one language.
FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
SHARED = {"Cache-Control": "private, max-age=300", "Vary": "Accept-Language, Cookie"}

#: Divisions whose outlines are put together at once.
MOST_OUTLINES = 100
LAYERS = {"veil", "city", "county", "town", "rivers", "roads", "railways", "built_up", "lakes", "neighbours"}


@page("layers/<slug:name>.geojson", needs=EVERYBODY)
def layer(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a background layer as GeoJSON; unchanged since the browser's copy: 304."""
    if name not in LAYERS:
        raise Http404
    body, mark = queries.layer_geojson(name)
    return _cached(request, body, "application/geo+json", SHARED, mark)


@page("land", needs=EVERYBODY)
def land(request: HttpRequest) -> HttpResponse:
    """Serve several tiles of the map's background at once (`?of=land/7/104/55&of=…`); unchanged since the browser's copy: 304."""
    body = framed(queries.land_tiles([(z, x, y) for _layer, z, x, y in asked_tiles(request.GET.getlist("of"))]))
    return _cached(request, body, TILES_TOGETHER, SHARED)


@page("find", needs=SIGNED_IN)
def find(request: HttpRequest) -> JsonResponse:
    """Find divisions by name, pinyin, initials or code."""
    found = [(hit.division, hit.formerly) for hit in search.find(request.GET.get("q", ""))]
    rows = [
        {
            "code": d.code,
            "name": str(d),
            "formerly": formerly,
            "url": reverse("places:by_code", args=[d.code]),
            "level": d.level,
            "lon": d.point.x if d.point else None,
            "lat": d.point.y if d.point else None,
        }
        for d, formerly in found
    ]
    return JsonResponse({"places": rows})


def _point(query: QueryDict) -> tuple[float, float]:
    """Return the longitude and latitude that are asked about; raises Malformed."""
    try:
        lon, lat = float(query["lon"]), float(query["lat"])
    except (KeyError, ValueError):
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Malformed(_("Give lon and lat in degrees."))
    return lon, lat


@page("at", needs=SIGNED_IN, menu=Menu("people", 12, "map-pin-question"), label=gettext_lazy("Which division is here"))
def at(request: HttpRequest) -> HttpResponse:
    """Ask for a point, and tell which divisions it lies in."""
    asked = {name: request.GET.get(name, "").strip() for name in ("lon", "lat")}
    facts: dict[str, Any] = {**asked, "asked": any(asked.values())}
    try:
        facts["found"] = queries.around(*_point(request.GET)) if facts["asked"] else []
    except Malformed as refusal:
        facts["refusal"] = refusal
    return render(request, "places/at.html", facts, status=400 if "refusal" in facts else 200)


@page("base/<slug:code>/<slug:theme>.webp", needs=EVERYBODY)
def base_picture(request: HttpRequest, code: str, theme: str) -> HttpResponse:
    """Serve the picture of a base layer for a theme; a browser keeps it until the pack changes it."""
    row = _base_layer(code)
    image = row.image(theme)
    if not image:
        raise NotFound()
    return _cached(request, image, "image/webp")


@page("base/<slug:code>/<int:z>/<int:x>/<int:y>", needs=EVERYBODY)
def base_tile(request: HttpRequest, code: str, z: int, x: int, y: int) -> HttpResponse:
    """Serve a tile of a base layer's archive."""
    row = _base_layer(code)
    if not row.archive:
        raise NotFound()
    try:
        found = tile_archives.tile(Path(row.archive), z, x, y)
    except tile_archives.NoArchive as error:
        log.warning("base layer %s: %s", code, error)
        raise NotFound(_("The archive of this base layer cannot be read.")) from None
    if found is None:
        return HttpResponse(status=204)
    return _cached(request, found.data, found.media_type)


def _base_layer(code: str) -> BaseLayer:
    row = BaseLayer.objects.filter(code=code).first()
    if row is None:
        raise NotFound()
    return row


def _cached(
    request: HttpRequest, data: bytes, media_type: str, how: Mapping[str, str] = FOR_A_DAY, mark: str = ""
) -> HttpResponse:
    """Answer with bytes that the browser may keep for a while and then asks about by their hash (`mark`, where it is known)."""
    tag = f'"{mark or hashlib.sha256(data).hexdigest()[:20]}"'
    headers = {"ETag": tag, **how}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(data, content_type=media_type, headers=headers)


class DivisionAtSerializer(serializers.Serializer[Any]):
    """A division that a point lies in."""

    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    derived = serializers.BooleanField(
        source="outline_derived", help_text="Its outline is not surveyed: its edge decides nothing"
    )


@page("/api/v1/places/at", needs=SIGNED_IN)
@extend_schema(
    summary=gettext_lazy("Which divisions is this point in"),
    parameters=[
        OpenApiParameter("lon", float, required=True, description=gettext_lazy("Longitude in degrees, WGS84")),
        OpenApiParameter("lat", float, required=True, description=gettext_lazy("Latitude in degrees, WGS84")),
    ],
    responses=DivisionAtSerializer(many=True),
)
@api_view(["GET"])
def at_api(request: Request) -> Response:
    """Return the divisions around a point, outermost first; none outside the city."""
    check_parameters(request, {"lon", "lat"})
    return Response(DivisionAtSerializer(queries.around(*_point(request.GET)), many=True).data)


@page("code/<slug:code>", needs=SIGNED_IN)
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Open the page of the division that a code means today, and say how it got there."""
    found = history.resolve(code)
    if found is None:
        raise NotFound(_("There is no division with this code, nor was there one."))
    for step in found.steps:
        words = {"year": step.year, "old": f"{step.old_code} {step.old_name}", "new": f"{step.new_code} {step.new_name}"}
        messages.info(request, _("%(year)d: %(old)s became %(new)s.") % words)
    if found.other is not None:
        words = {"code": found.other.code, "scheme": found.other.scheme, "name": found.division}
        messages.info(request, _("%(code)s is the code of %(scheme)s for %(name)s.") % words)
    if not found.exact:
        messages.warning(request, _("Of this town or village only the county is known today."))
    return redirect(found.division.desk_url())


def _division(code: str) -> Division:
    row = Division.objects.filter(code=code).first()
    if row is None:
        raise NotFound()
    return row


@page("ground.json", needs=SIGNED_IN)
def ground(request: HttpRequest) -> JsonResponse:
    """Configure a map to draw a place on: the background, and where the outlines of divisions are asked for."""
    return JsonResponse({**queries.map_config([]), "outlines": reverse("places:outlines")})


@page("outlines.json", needs=SIGNED_IN)
def outlines(request: HttpRequest) -> JsonResponse:
    """Answer the outlines of some divisions (`?code=…&code=…`) as one area; 404 where none of them has one."""
    whole = queries.together(request.GET.getlist("code")[:MOST_OUTLINES])
    if whole is None:
        raise NotFound(_("None of these divisions has an outline."))
    return JsonResponse(json.loads(whole.json), content_type="application/geo+json")


@page("<slug:code>/map.json", needs=SIGNED_IN, name="map_config")
def division_map(request: HttpRequest, code: str) -> JsonResponse:
    """Configure the map of a division's page: the background, and the outline it is about."""
    row = _division(code)
    shape = row.outline or queries.geometry_of(code) or row.point
    if shape is None:
        raise NotFound()
    layer = {
        "id": "this",
        "title": str(row),
        "role": "selected",
        "group": "",
        "url": reverse("places:outline", args=[code]),
        "hidden": False,
    }
    return JsonResponse({**queries.map_config([layer]), "bounds": list(shape.extent)})


@page("<slug:code>/outline.geojson", needs=SIGNED_IN)
def outline(request: HttpRequest, code: str) -> HttpResponse:
    """Serve a division's outline and point as GeoJSON."""
    row = _division(code)
    shapes = [s for s in (row.outline, row.point) if s is not None]
    return JsonResponse(collection(feature(shape, {"title": str(row)}) for shape in shapes))
