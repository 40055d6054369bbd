"""Closed roads as a layer of the map."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from anlan.apps.roads import queries
from anlan.kit.pages import page
from anlan.lib.geojson import collection, feature


@page("closures.geojson", needs="roads.view_closure", name="layer")
def layer(request: HttpRequest) -> JsonResponse:
    """Serve the closures that stand: where each is, and the pieces of road that it closes."""
    features = []
    for row, courses in queries.drawn():
        told = {"title": row.place, "label": row.place, "text": row.get_cause_display(), "url": row.desk_url()}
        features.append(feature(row.shape.point_on_surface, {**told, "part": "place"}))
        features += [feature(course, {**told, "part": "road"}) for course in courses]
    return JsonResponse(collection(features))
