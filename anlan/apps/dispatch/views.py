"""The ways of orders: a layer of the command map, and the map of one order's page."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import LineString, Point
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.dispatch import queries
from anlan.apps.dispatch.desk import OrderDesk
from anlan.apps.dispatch.models import Order, Route
from anlan.apps.places import api as places
from anlan.kit.pages import page
from anlan.lib.geojson import collection, feature

MAY_LOOK = "dispatch.view_order"
#: So many degrees are left around a route on its own map.
MARGIN = 0.02


@page("layer.geojson", needs=MAY_LOOK)
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the open orders: destination, team, and the way that holds."""
    return JsonResponse(collection(one for row, route in queries.drawn() for one in _features(row, route)))


@page("orders/<int:pk>/route.geojson", needs=MAY_LOOK, name="route")
def route(request: HttpRequest, pk: int) -> JsonResponse:
    """Serve the ways of one order: the one that holds, and broken those that it had before."""
    row = OrderDesk.get(pk)
    features = list(_features(row, queries.present(row)))
    old = row.routes.exclude(superseded_at=None).exclude(course=None)
    features += [feature(one.course, {"part": "before", "label": str(one.number)}) for one in old]
    return JsonResponse(collection(features))


@page("orders/<int:pk>/map.json", needs=MAY_LOOK, name="map")
def map_config(request: HttpRequest, pk: int) -> JsonResponse:
    """Configure the map of an order's page: the background, its ways and what is closed."""
    row = OrderDesk.get(pk)
    ways = {"id": "route", "title": str(_("Route")), "role": "route", "group": "", "hidden": False}
    layers = [{**ways, "url": reverse("dispatch:route", args=[row.pk])}]
    shut = {"id": "closures", "title": str(_("Closed roads")), "role": "closure", "group": "", "hidden": False}
    layers.append({**shut, "url": reverse("roads:layer")})
    points = [queries.spot(row.location), queries.spot(row.team.location)]
    points += [(x, y) for one in row.routes.exclude(course=None)[:3] for x, y, *_z in one.course.coords]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    bounds = [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN]
    return JsonResponse(places.map_config(layers) | {"bounds": bounds})


def _features(row: Order, route: Route | None) -> list[dict[str, Any]]:
    told = {"url": row.desk_url(), "title": f"{row.team} → {row.place}", "trouble": row.trouble}
    minutes = _("%(n)d min (est.)") % {"n": row.minutes} if row.minutes is not None else _("no open road")
    found = [feature(row.location, {**told, "part": "end", "label": row.place, "text": f"{row.get_state_display()} · {minutes}"})]
    if route is not None:
        found.append(feature(route.start, {**told, "part": "start", "label": str(row.team)}))
        if route.course is not None:
            found.append(feature(route.course, {**told, "part": "way", "label": minutes}))
            ends = ((route.start, Point(route.course[0])), (Point(route.course[-1]), row.location))
            found += [feature(LineString(a, b), {**told, "part": "off"}) for a, b in ends]
    return found
