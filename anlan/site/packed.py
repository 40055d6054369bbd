"""What the map is drawn from goes out packed; pages do not.

A page that is packed and repeats what it was asked lets its secrets be guessed by its length (BREACH); outlines and tiles hold none.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = {"application/geo+json", "application/vnd.mapbox-vector-tile", "application/vnd.anlan.tiles"}


class PackedMiddleware(GZipMiddleware):
    """Pack GeoJSON and vector tiles for whoever takes them so."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack a response of these kinds that is whole."""
        kind = response.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if kind in KINDS and not response.streaming else response
