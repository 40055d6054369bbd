"""The catchment of a station as its page shows it: a small map, how large, and what it rests on."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.safestring import SafeString
from shapely import to_wkb

from anlan.apps.places import api as places
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.catchments import at_stream, of
from anlan.lib.sketches import drawn


def catchment(station: Station) -> dict[str, Any]:
    """Return what telemetry/catchment.html shows; absent where the station tells of no stream, has no place, or the pack no terrain."""
    held = of([station]) if at_stream(station) else []
    if not held:
        return {"absent": True}
    (found,) = held
    shown = {"of": found, "catchment": found.catchment, "code": station.code}
    if found.catchment.outline is None:
        return shown
    outline = GEOSGeometry(memoryview(to_wkb(found.catchment.outline)), srid=4326)
    spot = places.Spot(str(station), station.location.x, station.location.y)
    made = places.sketch(found.name, areas=[("", 0, outline)], spots=[spot])
    return shown | {"map": SafeString(drawn(made)) if made else ""}
