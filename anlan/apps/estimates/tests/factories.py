"""Rows of estimates for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from anlan.apps.estimates.models import Doubt, Estimate, Fuel, Reached, Substance
from anlan.kit import clock
from anlan.kit.testing.factory import created

GIVEN = {"fuel": ["试验", "test"], "wind": 4.0, "wind_from": 0.0, "slope": 12.0, "head": 5.1}


def named(number: int) -> dict[str, Any]:
    return {"name": f"试验{number}", "name_en": f"Test {number}", "source": "test"}


def fuel(area: str, number: int) -> Fuel:
    return created(Fuel, code=f"t-{area}-{number}", factor=1.2, **named(number))


def substance(area: str, number: int) -> Substance:
    limits = {"lethal": 58.0, "harmful": 5.8, "heavy": bool(number % 2)}
    return created(Substance, code=f"t-{area}-{number}", cas="7782-50-5", **limits, **named(number))


def doubt(area: str, number: int) -> Doubt:
    return created(Doubt, code=f"t-{area}-{number}", low=0.5, high=2.0, **named(number))


def estimate(area: str, number: int) -> Estimate:
    return created(
        Estimate,
        area=area,
        kind="fire" if number % 2 else "gas",
        place=f"试验{number}",
        location=Point(113.05, 23.7, srid=4326),
        began_at=clock.now(),
        given=GIVEN,
        people_likely=12,
        people_most=345,
        furthest_km=2.5,
        made_at=clock.now() - timedelta(hours=number),
        made_by=f"tester{number}",
        remark=f"test {number}",
    )


def reached(area: str, number: int) -> Estimate:
    row = estimate(area, number)
    for wide, band in enumerate(("low", "likely", "high"), 1):
        box = Polygon.from_bbox((113.05, 23.7, 113.05 + wide / 100, 23.7 + wide / 100))
        figures = {"reach_km": wide, "hectares": 100.0 * wide**2, "people": 10 * wide, "towns": [], "level": 4}
        created(Reached, area=area, estimate=row, step=60.0, band=band, outline=MultiPolygon(box, srid=4326), **figures)
    return row
