"""Which fence is broken: by kind, place, speed and hour; the gravest wins."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.geofences.choices import Broken, FenceKind
from anlan.apps.geofences.rules import Area, broken

NOON, NIGHT = time(12), time(23)
HERE, THERE = (113.05, 23.75), (114.0, 24.0)


def area(number: int, kind: str, **more: Any) -> Area:
    return Area(number, kind, shapely.box(113.0, 23.7, 113.1, 23.8), **more)


SHUT, HOME, SLOW = area(1, FenceKind.NO_ENTRY), area(2, FenceKind.STAY_INSIDE), area(3, FenceKind.SPEED_LIMIT, limit_kmh=40.0)
AWAY = Area(4, FenceKind.STAY_INSIDE, shapely.box(113.9, 23.9, 114.1, 24.1))


@pytest.mark.parametrize(
    ("areas", "where", "kmh", "clock", "verdict"),
    [
        ((), HERE, 50.0, NOON, (Broken.NOTHING, 0)),
        ((SHUT,), HERE, None, NOON, (Broken.ENTERED, 1)),
        ((SHUT,), THERE, 50.0, NOON, (Broken.NOTHING, 0)),
        ((HOME,), HERE, 50.0, NOON, (Broken.NOTHING, 0)),
        ((HOME,), THERE, 50.0, NOON, (Broken.LEFT, 2)),
        ((HOME, AWAY), THERE, 50.0, NOON, (Broken.NOTHING, 0)),
        ((SLOW,), HERE, 41.0, NOON, (Broken.TOO_FAST, 3)),
        ((SLOW,), HERE, 40.0, NOON, (Broken.NOTHING, 0)),
        ((SLOW,), HERE, None, NOON, (Broken.NOTHING, 0)),
        ((SLOW, SHUT), HERE, 41.0, NOON, (Broken.ENTERED, 1)),
        ((area(5, FenceKind.NO_ENTRY, since=time(22), until=time(6)),), HERE, 0.0, NIGHT, (Broken.ENTERED, 5)),
        ((area(5, FenceKind.NO_ENTRY, since=time(22), until=time(6)),), HERE, 0.0, NOON, (Broken.NOTHING, 0)),
        ((area(5, FenceKind.NO_ENTRY, since=time(7), until=time(9)),), HERE, 0.0, time(9), (Broken.NOTHING, 0)),
        ((area(6, FenceKind.NO_ENTRY, concerns="vessel"),), HERE, 0.0, NOON, (Broken.NOTHING, 0)),
        ((area(6, FenceKind.NO_ENTRY, concerns="vehicle"),), HERE, 0.0, NOON, (Broken.ENTERED, 6)),
    ],
)
def test_each_kind(
    areas: tuple[Area, ...], where: tuple[float, float], kmh: float | None, clock: time, verdict: tuple[Broken, int]
) -> None:
    assert broken(areas, *where, kmh, "vehicle", clock) == verdict


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 200) | st.none(), st.times())
def test_another_fence_never_makes_it_better_but_a_second_home(lon: float, lat: float, kmh: float | None, clock: time) -> None:
    few, more = (HOME, SLOW), (HOME, SLOW, SHUT)
    assert broken(few, lon, lat, kmh, "vehicle", clock)[0] <= broken(more, lon, lat, kmh, "vehicle", clock)[0]
