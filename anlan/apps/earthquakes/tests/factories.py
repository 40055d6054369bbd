"""Rows of earthquakes for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.earthquakes.models import AttenuationSet, Earthquake, TownShaking
from anlan.kit import clock
from anlan.kit.testing.factory import created

NUMBERS = {"long_a": 5.8410, "long_b": 1.0710, "long_c": 3.6570, "long_r0": 15.0, "sigma": 0.52, "strike": 60.0}
NUMBERS |= {"short_a": 3.9440, "short_b": 1.0710, "short_c": 2.8450, "short_r0": 7.0}


def attenuation_set(area: str, number: int) -> AttenuationSet:
    named = {"name": f"试验衰减{number}", "name_en": f"Test set {number}", "source": "test"}
    made: AttenuationSet = created(AttenuationSet, code=f"t-{area}-{number}", **named, **NUMBERS)
    return made


def earthquake(area: str, number: int) -> Earthquake:
    facts: dict[str, Any] = {
        "at": clock.now() - timedelta(hours=number),
        "magnitude": 4.5,
        "depth_km": 10.0,
        "place": f"试验{number}",
    }
    made: Earthquake = created(
        Earthquake,
        area=area,
        code=f"t-{area}-{number}",
        agency="test",
        location=Point(113.05, 23.7, srid=4326),
        attenuation=AttenuationSet.objects.filter(preferred=True).first() or attenuation_set(area, number),
        epicentral=6.2,
        strongest=5.4,
        shaken=12345,
        **facts,
    )
    return made


def shaken(area: str, number: int) -> Earthquake:
    row = earthquake(area, number)
    figures = {"km": 4.2, "intensity": 5.4, "sigma": 0.5, "residents": 12345, "villages": 12}
    created(TownShaking, area=area, earthquake=row, **figures)
    return row
