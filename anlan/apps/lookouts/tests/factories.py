"""Rows of lookouts for tests."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.kit.testing.factory import created


def lookout_values(area: str, number: int) -> dict[str, Any]:
    names = {"code": f"t-{area}-{number}", "name": f"试验瞭望塔{number}", "name_en": f"Test tower {number}"}
    sees = {"height_m": "25", "reach_km": "15", "bearing_from": "0", "bearing_to": "360"}
    return {**names, **sees, "kind": "tower", "source": "test", "location": "113.05, 23.70"}


def lookout(area: str, number: int) -> Lookout:
    values = lookout_values(area, 1000 + number) | {"location": Point(113.05 + number / 1000, 23.7, srid=4326)}
    numbers = {name: float(values[name]) for name in ("height_m", "reach_km", "bearing_from", "bearing_to")}
    found: Lookout = Lookout.objects.filter(code=values["code"]).first() or created(Lookout, area=area, **values | numbers)
    return found


def lookout_out(area: str, number: int) -> Lookout:
    values = lookout_values(area, 2000 + number) | {"location": Point(113.05, 23.7, srid=4326), "state": "out"}
    numbers = {name: float(values[name]) for name in ("height_m", "reach_km", "bearing_from", "bearing_to")}
    found: Lookout = Lookout.objects.filter(code=values["code"]).first() or created(Lookout, area=area, **values | numbers)
    return found


SQUARE = '{"type":"Polygon","coordinates":[[[113.0,23.7],[113.1,23.7],[113.1,23.8],[113.0,23.8],[113.0,23.7]]]}'


def forest_values(area: str, number: int) -> dict[str, Any]:
    names = {"code": f"f-{area}-{number}", "name": f"试验林区{number}", "name_en": f"Test forest {number}"}
    return {**names, "source": "test", "outline": SQUARE}


def forest(area: str, number: int) -> KeyForest:
    west = 113.0 + number / 1000
    ring = ((west, 23.7), (west + 0.1, 23.7), (west + 0.1, 23.8), (west, 23.8), (west, 23.7))
    values = forest_values(area, 1000 + number) | {"outline": MultiPolygon(Polygon(ring), srid=4326)}
    found: KeyForest = KeyForest.objects.filter(code=values["code"]).first() or created(KeyForest, area=area, **values)
    return found
