"""Pages of places: map layers and the place search."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import get_language

from anlan.apps.places import queries

LAYERS = {"city", "county", "town", "rivers", "roads", "lakes", "neighbours"}


@login_not_required
def layer(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a background layer as GeoJSON; unchanged since the browser's copy: 304."""
    if name not in LAYERS:
        raise Http404
    body = queries.layer_geojson(name, get_language() or "zh-hans")
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    return HttpResponse(
        body,
        content_type="application/geo+json",
        headers={"ETag": tag, "Cache-Control": "private, max-age=300", "Vary": "Accept-Language, Cookie"},
    )


def find(request: HttpRequest) -> JsonResponse:
    """Find divisions by name, pinyin, initials or code."""
    found = queries.find(request.GET.get("q", ""))
    rows = [
        {
            "code": d.code,
            "name": d.name,
            "level": d.level,
            "lon": d.point.x if d.point else None,
            "lat": d.point.y if d.point else None,
        }
        for d in found
    ]
    return JsonResponse({"places": rows})


def at(request: HttpRequest) -> JsonResponse:
    """Tell which divisions a point lies in."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return JsonResponse({"title": "lon and lat must be numbers"}, status=400)
    return JsonResponse({"codes": queries.divisions_at(lon, lat)})
