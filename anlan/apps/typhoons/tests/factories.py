"""Rows of typhoons for tests."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.geos import Point

from anlan.apps.typhoons.models import Advisory, Agency, Cyclone, TownWind, fix_of
from anlan.kit import clock
from anlan.kit.testing.factory import created


def agency(area: str, number: int) -> Agency:
    named = {"name": f"试验机构{number}", "name_en": f"Test agency {number}", "source": "test"}
    made: Agency = created(Agency, code=f"T{number}{area[-4:]}", wind_minutes=10, rank=50 + number, **named)
    return made


def cyclone(area: str, number: int) -> Cyclone:
    seen = clock.now() - timedelta(hours=number)
    made: Cyclone = created(
        Cyclone, area=area, number=f"t{area}{number}"[-20:], name=f"TEST{number}", name_zh=f"试验{number}", seen_at=seen
    )
    return made


def advisory(area: str, number: int) -> Advisory:
    storm = cyclone(area, number)
    fixes = [fix_of(0, 111.2, 21.2, 35.0, 965.0), fix_of(24, 110.5, 23.6, 18.0, 990.0)]
    radii = {"30": {"NE": 240.0, "SE": 200.0, "SW": 160.0, "NW": 300.0}}
    made: Advisory = created(
        Advisory,
        area=area,
        cyclone=storm,
        agency=agency(area, number),
        at=clock.now() - timedelta(hours=number),
        location=Point(111.2, 21.2, srid=4326),
        wind=35.0,
        pressure=965.0,
        grade="TY",
        fixes=fixes,
        radii=radii,
    )
    return made


def storm(area: str, number: int) -> Cyclone:
    """Return a storm with an advisory and a town's wind."""
    row = advisory(area, number).cyclone
    at = clock.now()
    created(TownWind, area=area, cyclone=row, wind=18.3, force=8, gale_at=at, nearest_km=120.0, nearest_at=at, residents=12345)
    return row
