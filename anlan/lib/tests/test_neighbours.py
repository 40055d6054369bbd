"""Gauges against their neighbours: by hand, and on a recorded year of 21 stations of Guangdong (NOAA GSOD 2000, public domain)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from anlan.lib.neighbours import Floats, Limits, Verdict, compared, contradicted, drifting

LIMITS = Limits(within_km=40, nearest=6, least=3, wet=20, dry=1)
#: The stations of the year lie further apart than a city's gauges.
WIDE = Limits(within_km=150, nearest=5, least=3, wet=20, dry=1)
#: Five gauges some 10 km apart, and one 200 km away.
LONS, LATS = [113.0, 113.1, 113.0, 113.1, 113.05, 115.0], [24.0, 24.0, 24.1, 24.1, 24.05, 24.0]


@pytest.mark.parametrize(
    ("sums", "verdicts"),
    [
        ([30, 40, 25, 35, 0.5, 0], [0, 0, 0, 0, 1, 0]),
        ([30, 40, 0, 35, 0.5, 0], [0, 0, 0, 0, 0, 0]),  # another dry one: rain may have stopped there
        ([0, 0, 0.5, 1, 60, 90], [0, 0, 0, 0, 2, 0]),  # what lies far off has no neighbours
        ([30, 40, np.nan, np.nan, 0, 0], [0, 0, 0, 0, 0, 0]),  # two neighbours are too few
        ([30, 40, 25, np.nan, 0, 0], [0, 0, 0, 0, 1, 0]),
        ([np.nan] * 6, [0] * 6),
    ],
)
def test_every_neighbour_must_contradict(sums: list[float], verdicts: list[int]) -> None:
    given = np.array(sums, dtype=float)
    assert contradicted(given, compared(LONS, LATS, given, LIMITS), LIMITS).tolist() == verdicts


def test_drift_is_half_or_twice_the_neighbours_rain_of_many_days() -> None:
    sums = np.array([300.0, 310, 290, 305, 120, 900])
    assert drifting(sums, compared(LONS, LATS, sums, LIMITS), LIMITS).tolist() == [0, 0, 0, 0, 3, 0]
    assert not drifting(sums / 10, compared(LONS, LATS, sums / 10, LIMITS), LIMITS).any(), "too little rain to tell"


def year() -> tuple[list[float], list[float], Floats]:
    with (Path(__file__).parent / "samples" / "gsod_rain_guangdong_2000.csv").open(encoding="utf-8") as file:
        _stations, lon, lat, *days = csv.reader(file)
    rain = np.array([[float(v) if v else np.nan for v in day[1:]] for day in days])
    return [float(v) for v in lon[1:]], [float(v) for v in lat[1:]], rain


def test_a_recorded_year_doubts_no_true_dry_day_and_finds_a_gauge_made_dry() -> None:
    lons, lats, rain = year()
    true = [contradicted(day, compared(lons, lats, day, WIDE), WIDE) for day in rain]
    assert sum((v == Verdict.LOW).sum() for v in true) == 0
    assert sum((v == Verdict.HIGH).sum() for v in true) == 5, "cells of their own: told, never marked"
    blocked = 8
    spoilt = rain.copy()
    spoilt[:, blocked] = np.where(np.isnan(rain[:, blocked]), np.nan, 0.0)
    found = [contradicted(day, compared(lons, lats, day, WIDE), WIDE) for day in spoilt]
    assert sum((v == Verdict.LOW).sum() for v in found) >= 5
    assert {int(n) for v in found for n in np.flatnonzero(v == Verdict.LOW)} == {blocked}
