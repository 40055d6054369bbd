"""Rows of roads for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import LineString, Point

from anlan.apps.roads.models import Closure, RoadClass, RoadPiece
from anlan.kit import clock
from anlan.kit.testing.factory import created


def a_class(area: str = "4418", number: int = 1) -> RoadClass:
    facts = {"name": f"试验{number}", "name_en": f"Test {number}", "speed_kmh": 50.0, "source": "test", "confidence": "K-"}
    return RoadClass.objects.filter(code=f"t-{number}").first() or created(RoadClass, code=f"t-{number}", **facts)


def a_piece(area: str = "4418", number: int = 1) -> RoadPiece:
    course = LineString((100.0, 10.0 + number / 100), (100.01, 10.0 + number / 100), srid=4326)
    facts = {"road_class": a_class(area, number % 2), "derived": bool(number % 2), "course": course}
    return RoadPiece.objects.filter(code=f"t-{number}").first() or created(RoadPiece, code=f"t-{number}", **facts)


def a_closure(area: str, number: int, **changed: Any) -> Closure:
    values = {
        "place": f"试验路段{number}",
        "cause": ("flooded", "slide")[number % 2],
        "shape": Point(113.05, 23.7, srid=4326),
        "pieces": [],
        "since": clock.now() - timedelta(hours=number),
        "until": clock.now() + timedelta(hours=5),
        "informant": f"tester{number}",
        "remark": "test",
    }
    return created(Closure, area=area, **values | changed)


#: A trunk road of the pack near the middle of Qingcheng, and two places some way off on both sides of it.
def on_a_road(lon: float = 113.05, lat: float = 23.70) -> tuple[float, float]:
    """Return the point of the known roads that is nearest to a place."""
    from anlan.apps.roads.queries import network

    roads = network(())
    assert roads is not None
    joined = roads.join((lon, lat))
    assert joined is not None
    return joined.at


def at(spot: tuple[float, float]) -> Point:
    return Point(*spot, srid=4326)
