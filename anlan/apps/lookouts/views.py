"""The page, map and API of coverage: how much of the key forests lookouts see, and where nobody does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.apps.lookouts import coverage
from anlan.apps.lookouts.choices import LookoutState
from anlan.apps.lookouts.coverage import Watched
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.apps.places import api as places
from anlan.kit.desk.problems import check_parameters
from anlan.kit.figures import Figure
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current
from anlan.lib.geojson import collection, feature, geometry

MAY_LOOK = "lookouts.view_lookout"
#: Indicator 14 of the city's plan.
TARGET = 90.0


def _watched() -> list[Watched]:
    if not current().areas_for(MAY_LOOK):
        raise NotAuthorised(_("Your role does not include this."))
    return coverage.watched(KeyForest.objects.readable().order_by("code"), Lookout.objects.readable(MAY_LOOK).order_by("code"))


def _share(rows: list[Watched]) -> float | None:
    whole = sum(w.km2 for w in rows)
    return 100 * sum(w.seen_km2 for w in rows) / whole if whole else None


@page("", needs=MAY_LOOK, menu=Menu("monitoring", 48, "mountain"), label=gettext_lazy("Lookout coverage"), name="coverage")
def show(request: HttpRequest) -> HttpResponse:
    """Show how much of each key forest is seen, and on the map what nobody sees."""
    rows = _watched()
    posts = Lookout.objects.readable(MAY_LOOK)
    shown = {
        "rows": rows,
        "target": TARGET,
        "terrain": coverage.terrain() is not None,
        "smoke": coverage.SMOKE,
        "trees": coverage.TREES,
        "map": reverse("lookouts:map"),
        "figures": {
            "figures": (
                Figure(_("Key forests seen (indicator 14)"), _share(rows), "%", 1, note=_("target 90 %")),
                Figure(_("Lookouts that watch"), posts.filter(state=LookoutState.WATCHING).count(), of=posts.count()),
                Figure(_("Key forests"), sum(w.km2 for w in rows), "km²"),
                Figure(_("Seen by nobody"), sum(w.km2 - w.seen_km2 for w in rows), "km²"),
            )
        },
    }
    return render(request, "lookouts/coverage.html", shown)


@page("gaps.geojson", needs=MAY_LOOK, name="gaps")
def gaps(request: HttpRequest) -> JsonResponse:
    """Serve the parts of key forests that nobody sees."""
    told = [
        (w.gaps, {"title": f"{w.forest} {w.percent:.0f} %", "level": "orange", "url": w.forest.desk_url()}) for w in _watched()
    ]
    return _collection((shape, facts) for shape, facts in told if not shape.is_empty)


@page("forests.geojson", needs=MAY_LOOK, name="forests")
def forests(request: HttpRequest) -> JsonResponse:
    """Serve the key forests, each with the share of it that is seen."""
    return _collection(
        (
            w.forest.outline,
            {"title": str(w.forest), "value": f"{w.percent:.0f} %", "share": 0.3, "url": w.forest.desk_url()},
        )
        for w in _watched()
    )


@page("posts.geojson", needs=MAY_LOOK, name="posts")
def posts(request: HttpRequest) -> JsonResponse:
    """Serve the lookouts; one that is out says so."""
    rows = Lookout.objects.readable(MAY_LOOK).order_by("code")
    return _collection(
        (row.location, {"title": str(row), "value": row.get_state_display(), "url": row.desk_url()}) for row in rows
    )


def _collection(told: Iterable[tuple[Any, dict[str, Any]]]) -> JsonResponse:
    return JsonResponse(collection(feature(shape, facts) for shape, facts in told))


@page("map.json", needs=MAY_LOOK, name="map")
def map_config(request: HttpRequest) -> JsonResponse:
    """Configure the map of the page: the background, the forests, what nobody sees, and the lookouts."""
    told = [
        ("forests", _("Key forests"), "waiting", reverse("lookouts:forests")),
        ("gaps", _("Seen by nobody"), "warning", reverse("lookouts:gaps")),
        ("posts", _("Lookouts"), "record", reverse("lookouts:posts")),
    ]
    layers = [
        {"id": name, "title": str(title), "role": role, "group": "", "hidden": False, "url": url}
        for name, title, role, url in told
    ]
    return JsonResponse(places.map_config(layers))


class WatchedSerializer(serializers.Serializer[Any]):
    """A key forest and how much of it is seen."""

    code = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField()
    km2 = serializers.FloatField()
    seen_km2 = serializers.FloatField()
    share = serializers.FloatField()
    gaps = serializers.JSONField(help_text="GeoJSON of what nobody sees")


@page("/api/v1/lookouts/coverage/", needs=SIGNED_IN, name="coverage_api")
@extend_schema(
    summary=gettext_lazy("How much of the key forests lookouts see (indicator 14)"), responses=WatchedSerializer(many=True)
)
@api_view(["GET"])
def coverage_api(request: Request) -> Response:
    """Return each key forest with how much of it the lookouts that watch now see, and the gaps as polygons."""
    check_parameters(request, set())
    return Response(
        [
            {
                "code": w.forest.code,
                "name": str(w.forest),
                "area": w.forest.area,
                "km2": w.km2,
                "seen_km2": w.seen_km2,
                "share": w.share,
                "gaps": geometry(w.gaps),
            }
            for w in _watched()
        ]
    )
