"""Lines of sight over made ground: flat, behind a ridge, between bearings, beyond the earth's curve."""

from __future__ import annotations

import numpy as np
import pytest

from anlan.lib.viewshed import Ground, seen

STEP = 1000.0


def flat(height: float = 100.0, size: int = 61) -> Ground:
    """A square grid around the equator's beginning, where a projected metre is a true one."""
    return Ground(np.full((size, size), height), -size / 2 * STEP, size / 2 * STEP, STEP)


def test_flat_ground_is_seen_all_around_up_to_the_reach() -> None:
    found = seen(flat(), 0.0, 0.0, eye=30, reach=10_000)
    rows, columns = np.nonzero(found)
    away = np.hypot(rows - 30, columns - 30)
    assert away.max() <= 10 and found.sum() == pytest.approx(np.pi * 100, rel=0.05)


def test_a_ridge_hides_what_lies_behind_it_and_a_high_target_is_seen_over_it() -> None:
    ground = flat()
    ground.heights[:, 35] = 400.0  # five kilometres east
    low = seen(ground, 0.0, 0.0, eye=20, reach=15_000)
    assert low[30, 34] and low[30, 35] and not low[30, 38:42].any() and low[30, 20]
    high = seen(ground, 0.0, 0.0, eye=20, reach=15_000, target=3000)
    assert high[30, 38:42].all()


@pytest.mark.parametrize(
    ("bearings", "north", "east", "south"),
    [((0, 180), True, True, True), ((350, 10), True, False, False), ((80, 100), False, True, False)],
)
def test_only_between_the_bearings(bearings: tuple[float, float], north: bool, east: bool, south: bool) -> None:
    found = seen(flat(), 0.0, 0.0, eye=30, reach=10_000, bearings=bearings)
    assert (found[25, 30], found[30, 35], found[35, 30]) == (north, east, south)


def test_the_curve_of_the_earth_hides_low_ground_far_away() -> None:
    ground = flat(0.0, 121)
    found = seen(ground, 0.0, 0.0, eye=10, reach=55_000, target=5)
    assert found[60, 70] and not found[60, 110], "50 km away the ground lies 170 m lower"
    assert seen(ground, 0.0, 0.0, eye=10, reach=55_000, target=300)[60, 110]


def test_trees_between_stand_in_the_way() -> None:
    bare, wooded = (seen(flat(), 0.0, 0.0, eye=10, reach=20_000, target=0, trees=trees) for trees in (0.0, 15.0))
    assert wooded.sum() < bare.sum()


def test_outside_the_ground_nothing_is_seen() -> None:
    assert not seen(flat(), 50.0, 50.0, eye=10, reach=5000).any()
