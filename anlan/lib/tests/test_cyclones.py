"""Wind classes, grades, the field of wind round a storm, and the way on in a straight line."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import cyclones
from anlan.lib.cyclones import Centre
from anlan.lib.seismic import offsets

SEASON = Path(cyclones.__file__).parents[1] / "apps" / "typhoons" / "tests" / "tracks" / "season_2022.recorded.csv"
YINXING = {
    30: {"NE": 240.0, "SE": 200.0, "SW": 160.0, "NW": 300.0},
    50: {"NE": 120.0, "SE": 100.0, "SW": 100.0, "NW": 140.0},
    64: {"NE": 80.0, "SE": 50.0, "SW": 50.0, "NW": 80.0},
}


@pytest.mark.parametrize(
    ("speed", "force"), [(0, 0), (10.7, 5), (10.8, 6), (17.1, 7), (17.2, 8), (24.5, 10), (32.7, 12), (60, 17)]
)
def test_classes(speed: float, force: int) -> None:
    assert cyclones.wind_class(speed) == force


@pytest.mark.parametrize(("speed", "grade"), [(8, ""), (10.8, "TD"), (17.2, "TS"), (32.6, "STS"), (41.5, "STY"), (58, "SuperTY")])
def test_grades(speed: float, grade: str) -> None:
    assert cyclones.grade_of(speed) == grade


@pytest.mark.parametrize(
    ("direction", "km", "speed"), [(45, 240, 15.4), (45, 120, 25.7), (225, 160, 15.4), (315, 300, 15.4), (315, 80, 32.9)]
)
def test_at_a_radius_told_blows_its_wind(direction: float, km: float, speed: float) -> None:
    found = cyclones.wind_field(58.0, YINXING, np.array([km]), np.array([direction]))
    assert found[0] == pytest.approx(speed, abs=0.01)


@given(st.floats(12, 70), st.floats(0, 359.9), st.floats(0, 900), st.floats(0, 400), st.booleans())
def test_further_away_it_never_blows_harder(strongest: float, direction: float, km: float, more: float, told: bool) -> None:
    radii = YINXING if told else {}
    here, there = cyclones.wind_field(strongest, radii, np.array([km, km + more]), np.array([direction, direction]))
    assert strongest + 1e-9 >= here >= there - 1e-9 >= -1e-9


def test_a_storm_that_passes_is_told_by_hour() -> None:
    track = [Centre(0, 113.0, 20.0, 40.0, YINXING), Centre(24, 113.0, 26.0, 30.0)]
    found = cyclones.blown(track, [113.05, 120.0], [23.7, 23.7])
    assert found.km[:, 0].min() < 15
    assert cyclones.wind_class(float(found.wind[:, 0].max())) >= 11
    gale = found.first(17.2)
    assert 5 < gale[0] < 14
    assert math.isnan(gale[1])
    assert found.strongest(0, 1)[0] < found.strongest(0, 12)[0] <= found.strongest(0, 24)[0]
    assert found.strongest(40, 50).tolist() == [0.0, 0.0]


def test_without_a_way_nothing_is_carried_on() -> None:
    now = Centre(0, 113.0, 20.0, 30.0)
    assert cyclones.carried_on([], now) == []
    on = cyclones.carried_on([Centre(-6, 114.0, 20.0, 30.0)], now)
    assert [(c.hour, round(c.lon, 2), c.lat) for c in on] == [(6, 112.0, 20.0), (12, 111.0, 20.0), (24, 109.0, 20.0)]


def test_how_far_a_straight_line_is_out_on_the_season_of_2022() -> None:
    """The figures that docs/guide/typhoons.md tells: mean error of going on in a straight line, all storms of the West Pacific."""
    tracks: dict[str, list[Centre]] = defaultdict(list)
    start = datetime.fromisoformat("2022-01-01T00:00:00+00:00")
    for row in csv.DictReader(SEASON.open(encoding="utf-8")):
        hour = (datetime.fromisoformat(row["at"]) - start).total_seconds() / 3600
        tracks[row["number"]].append(Centre(hour, float(row["lon"]), float(row["lat"]), float(row["wind"] or 0)))
    errors: dict[float, list[float]] = defaultdict(list)
    for track in tracks.values():
        where = {c.hour: c for c in track}
        for n, now in enumerate(track):
            for told in cyclones.carried_on(track[:n], now):
                if (real := where.get(told.hour)) is not None:
                    errors[told.hour - now.hour].append(float(offsets(told.lon, told.lat, [real.lon], [real.lat])[0][0]))
    assert sum(map(len, tracks.values())) == 853
    assert {hours: round(float(np.mean(far))) for hours, far in errors.items()} == {6: 55, 12: 122, 24: 291}


def test_a_swath_holds_every_circle_of_the_way_and_ends_where_the_storm_weakens() -> None:
    track = [Centre(-6, 112.0, 20.0, 40.0, YINXING), Centre(0, 111.0, 21.0, 40.0, YINXING), Centre(24, 109.0, 26.0, 18.0)]
    gale, storm = cyclones.swath(track, 30), cyclones.swath(track, 50)
    for centre in track[:2]:
        assert gale.buffer(1e-6).contains(shapely.Polygon(cyclones.circle(centre.lon, centre.lat, YINXING[30])))
    assert gale.contains(storm) and gale.contains(shapely.Point(109.0, 26.0))
    assert not storm.contains(shapely.Point(109.0, 26.0)), "weaker than class 10 by then"
    assert cyclones.swath([Centre(0, 111.0, 21.0, 12.0)], 30).is_empty


def test_without_radii_a_swath_is_reckoned_by_the_vortex() -> None:
    track = [Centre(0, 111.0, 21.0, 30.0), Centre(6, 111.0, 22.0, 30.0)]
    far = cyclones.CORE_KM * (30.0 / cyclones.RADII[30]) ** (1 / cyclones.DECAY)
    north = max(lat for _lon, lat in shapely.get_coordinates(cyclones.swath(track, 30)))
    assert (north - 22.0) * 111.2 == pytest.approx(far, rel=0.01)
