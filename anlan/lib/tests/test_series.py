"""Values worked out from series: each by a table and against a slow sum over all readings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.series import DAY, daily, dry_days, nearest, promoted, rates, rolling, scored, tangent_angles

HOUR = DAY // 24
READINGS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(-50, 50)), min_size=1, max_size=40, unique_by=lambda r: r[:2]
)


def columns(readings: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = sorted(readings)
    return (
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] * HOUR for r in rows], dtype=np.int64),
        np.array([float(r[2]) for r in rows]),
    )


@given(READINGS, READINGS, st.integers(0, 12))
def test_the_nearest_reading_is_within_reach_and_of_two_as_near_the_earlier(
    readings: list[tuple[int, int, int]], asked: list[tuple[int, int, int]], within: int
) -> None:
    series, at, _value = columns(readings)
    which, when, _nothing = columns(asked)
    found = nearest(series, at, which, when, within * HOUR)
    for n, (s, hour) in enumerate(zip(which.tolist(), (when // HOUR).tolist(), strict=True)):
        near = [(abs(h - hour), h) for t, h, _w in readings if t == s and abs(h - hour) <= within]
        place = found[n]
        assert (place == -1) if not near else ((series[place], at[place] // HOUR) == (s, min(near)[1]))


def test_nothing_is_near_where_there_is_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert nearest(none, none, np.array([0]), np.array([5]), 9).tolist() == [-1]
    assert nearest(np.array([0]), np.array([5]), none, none, 9).tolist() == []


@given(READINGS, st.integers(1, 12))
def test_a_rate_is_the_change_since_the_newest_reading_long_enough_ago(readings: list[tuple[int, int, int]], over: int) -> None:
    series, at, value = columns(readings)
    found = rates(series, at, value, over * HOUR, 3 * over * HOUR)
    for n, (s, hour, v) in enumerate(sorted(readings)):
        before = [(h, w) for t, h, w in readings if t == s and over <= hour - h <= 3 * over]
        if not before:
            assert math.isnan(found[n])
        else:
            h, w = max(before)
            assert found[n] == pytest.approx((v - w) / ((hour - h) / 24))


@given(READINGS, st.integers(1, 12), st.sampled_from(["max", "min", "mean"]))
def test_a_rolling_value_is_that_of_its_window(readings: list[tuple[int, int, int]], over: int, how: str) -> None:
    series, at, value = columns(readings)
    found = rolling(series, at, value, over * HOUR, how)
    slow = {"max": max, "min": min, "mean": lambda values: sum(values) / len(values)}[how]
    for n, (s, hour, _v) in enumerate(sorted(readings)):
        assert found[n] == pytest.approx(slow([w for t, h, w in readings if t == s and hour - over < h <= hour]))


@pytest.mark.parametrize(
    ("rate", "steady", "angle"), [(0, 2, 0), (-5, 2, 0), (2, 2, 45), (2 * math.tan(math.radians(80)), 2, 80), (1e9, 2, 90)]
)
def test_the_angle_of_creep(rate: float, steady: float, angle: float) -> None:
    assert tangent_angles(np.array([rate]), np.array([steady]))[0] == pytest.approx(angle, abs=1e-3)
    assert math.isnan(tangent_angles(np.array([1.0]), np.array([0.0]))[0]), "a point without a steady rate has no angle"


@given(st.floats(-100, 1000), st.floats(-100, 1000))
def test_faster_creep_is_never_a_flatter_angle(a: float, b: float) -> None:
    low, high = sorted((a, b))
    angles = tangent_angles(np.array([low, high]), np.array([2.0, 2.0]))
    assert 0 <= angles[0] <= angles[1] <= 90


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ([], 0),
        ([1], 1),
        ([1, 1, 1], 1),
        ([1, 1, 1, 1], 2),
        ([2, 2], 2),
        ([2, 2, 2], 3),
        ([2, 1, 1, 1], 2),
        ([3, 3], 4),
        ([3, 2, 2], 3),
        ([4], 4),
    ],
)
def test_several_at_one_level_are_one_of_the_next(levels: list[int], level: int) -> None:
    group = np.zeros(len(levels), dtype=np.int64)
    assert promoted(np.array(levels, dtype=np.int8), group, 1, np.array([[4, 3, 2]])).tolist() == [level]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=30), st.integers(0, 3), st.integers(0, 4))
def test_one_more_member_never_lowers_a_group(members: list[tuple[int, int]], group: int, level: int) -> None:
    counts = np.tile([4, 3, 2], (4, 1))

    def of(rows: list[tuple[int, int]]) -> np.ndarray:
        return promoted(np.array([r[1] for r in rows], np.int8), np.array([r[0] for r in rows], np.int64), 4, counts)

    assert (of([*members, (group, level)]) >= of(members)).all()


@given(READINGS, st.sampled_from(["max", "min", "mean", "sum"]))
def test_a_days_value_is_that_of_the_24_hours_up_to_its_hour(readings: list[tuple[int, int, int]], how: str) -> None:
    series, at, value = columns(readings)
    found = daily(series, at, value, 4, 0, 12, how, 3)
    slow = {"max": max, "min": min, "mean": lambda values: sum(values) / len(values), "sum": sum}[how]
    for day in range(4):
        for s in range(3):
            mine = [w for t, h, w in readings if t == s and (day - 1) * 24 + 12 < h <= day * 24 + 12]
            assert math.isnan(found[day, s]) if not mine else found[day, s] == pytest.approx(slow(mine))


def test_dry_days_are_counted_from_the_last_rain() -> None:
    rain = np.array([[np.nan], [5.0], [0.0], [np.nan], [0.2], [9.0]])
    assert dry_days(rain, 0.3)[:, 0].tolist() == [0, 0, 1, 2, 3, 0]


def test_a_score_holds_up_to_its_bound() -> None:
    assert scored(np.array([5.0, 5.1, 30.0]), (5, 10), (0, 4, 8)).tolist() == [0, 4, 8]
    assert math.isnan(scored(np.array([np.nan]), (5,), (0, 4))[0])
