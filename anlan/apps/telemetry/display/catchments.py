"""The catchment of a station as its page shows it: a small map, how large, and what it rests on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.safestring import SafeString
from shapely import to_wkb

from anlan.apps.places import api as places
from anlan.apps.telemetry.models import Station
from anlan.apps.telemetry.queries.catchments import at_stream, of
from anlan.kit.worlds import alias
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
    here = (str(station), station.location.x, station.location.y)
    return shown | {"map": SafeString(_map(alias(), found.name, here, to_wkb(found.catchment.outline)))}


@lru_cache(500)
def _map(_world: str, title: str, here: tuple[str, float, float], outline: bytes) -> str:
    """Draw a catchment and its station over counties and rivers; kept, since it changes as rarely as they do, by the words of a language."""
    made = places.sketch(title, areas=[("", 0, GEOSGeometry(memoryview(outline), srid=4326))], spots=[places.Spot(*here)])
    return drawn(made) if made else ""
