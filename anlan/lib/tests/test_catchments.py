"""Catchments over made ground: a valley whose outline is known, a closed gorge, a drawn river; and what holds on any ground."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anlan.lib.catchments import Flow, flow
from anlan.lib.viewshed import Ground

STEP = 1000.0
#: The middle of the valley, its first row, the rows of its grid.
MIDDLE, HEAD, ROWS = 12, 6, 30


def ground(heights: Any) -> Ground:
    """A grid whose corner lies at the equator's beginning, where a projected metre is a true one."""
    return Ground(np.asarray(heights, dtype=float), 0.0, 0.0, STEP)


def valley() -> Any:
    """Return a valley between two ridges that runs south from a divide; beyond, all falls away to the edge."""
    row, column = np.mgrid[0:ROWS, 0 : 2 * MIDDLE + 1]
    aside = np.abs(column - MIDDLE)
    along = np.where(row >= HEAD - 1, ROWS - row, ROWS - HEAD + 1 - 20 * (HEAD - 1 - row))
    return 10.0 * np.minimum(aside, 11 - aside) + along


def at(found: Flow, row: int, column: int) -> int:
    """Return the number of a cell."""
    return row * found.km2.shape[1] + column


@pytest.mark.parametrize("row", [8, 15, 28])
def test_a_valley_drains_from_ridge_to_ridge_and_from_its_divide(row: int) -> None:
    found = flow(ground(valley()))
    cells = found.above(at(found, row, MIDDLE))
    known = np.zeros(cells.shape, dtype=bool)
    known[HEAD : row + 1, MIDDLE - 5 : MIDDLE + 6] = True
    assert (cells == known).all() and not found.beyond[row, MIDDLE]
    assert found.km2[row, MIDDLE] == pytest.approx(known.sum(), rel=0.001)
    outline = found.outline(cells)
    assert outline.geom_type == "Polygon" and outline.is_valid and not outline.interiors
    west, south, east, north = (each * 111.32 for each in outline.bounds)
    assert (west, east) == pytest.approx((MIDDLE - 5, MIDDLE + 6), abs=0.01)
    assert (north, south) == pytest.approx((-HEAD, -row - 1), abs=0.01)


def test_what_reaches_the_edge_is_known_to_be_cut_off() -> None:
    heights = valley()[HEAD + 2 :]
    found = flow(ground(heights))
    assert found.beyond[15, MIDDLE], "its divide lies outside the grid"
    assert not found.beyond[15, MIDDLE - 3] and found.beyond.sum() >= found.beyond[0].size


def test_a_gorge_that_the_grid_closed_is_breached_and_else_filled_to_its_spill() -> None:
    aside = np.abs(np.arange(2 * MIDDLE + 1) - MIDDLE)
    heights = valley() + 190.0 * np.minimum(aside, 11 - aside)  # ridges of a kilometre
    open_ = flow(ground(heights)).km2[25, MIDDLE]
    heights[20, MIDDLE - 5 : MIDDLE + 6] = 1200.0
    cut, filled = flow(ground(heights)), flow(ground(heights), breach=0)
    assert open_ == pytest.approx(20 * 11, rel=0.001)
    assert cut.km2[25, MIDDLE] == pytest.approx(open_, rel=0.1), "through the wall, which is the cheapest cut"
    assert filled.km2[25, MIDDLE] < 6 * 11, "over a ridge, which is the lowest spill"


@pytest.mark.parametrize("turned", [False, True])
def test_a_drawn_river_is_followed_whichever_way_it_is_drawn(turned: bool) -> None:
    row, column = np.mgrid[0:20, 0:20]
    heights = 200.0 - row + 0.0 * column  # a plane that falls south: without the line nothing gathers
    heights[9:11] = 300.0  # and a wall across it
    line = shapely.LineString(
        [(x * STEP / 111_319.49, -y * STEP / 111_319.49) for x, y in ((5.5, 3.5), (5.5, 12.5), (12.5, 16.5))]
    )
    found = flow(ground(heights), [("连江", line.reverse() if turned else line)], breach=0)
    cells = found.rivers["连江"]
    below = found.km2.ravel()[cells].max()
    assert below > 1.5 * flow(ground(heights), breach=0).km2[11:].max() and found.known[17:].any() and not found.known[2, 2]
    lon, lat = 7.5 / 111.31949, -12.5 / 111.31949
    by_name, strongest, aside = (
        found.river(lon, lat, 8, "连江"),
        found.stream(lon, lat, 3),
        found.stream(lon, lat, 3, known=False),
    )
    assert by_name in cells and strongest is not None and found.known.ravel()[strongest] and not found.known.ravel()[aside]
    assert found.river(lon, lat, 0.5, "连江") is None and found.river(lon, lat, 8, "北江") is None
    assert found.cell(-1, 0) is None and found.stream(-1, 0, 3) is None and found.river(-1, 0, 500, "连江") is None


@settings(max_examples=150, deadline=None)
@given(
    arrays(np.int64, st.tuples(st.integers(3, 12), st.integers(3, 12)), elements=st.integers(0, 6)),
    st.integers(0, 4),
    st.randoms(use_true_random=False),
)
def test_on_any_ground_water_leaves_it_and_gathers_downstream(heights: Any, breach: int, chance: Any) -> None:
    """Each cell drains off the grid; a cell's catchment holds those above it; what drains through is their sum, all told the total."""
    found = flow(ground(heights * 35), breach=breach)
    area = np.repeat(found.ground.cell_km2(), heights.shape[1])
    total = found.km2.ravel()
    assert sorted(found.order.tolist()) == list(range(heights.size))
    assert total[found.to < 0].sum() == pytest.approx(area.sum())
    one = chance.randrange(heights.size)
    above, way = found.above(one), [one]
    assert total[one] == pytest.approx(area[above.ravel()].sum())
    edge = np.ones(heights.shape, dtype=bool)
    edge[1:-1, 1:-1] = False
    assert found.beyond.ravel()[one] == (above & edge).any()
    while (below := int(found.to[way[-1]])) >= 0:
        held = found.above(below)
        assert total[below] > total[way[-1]] and (held | above == held).all()
        above = held
        way.append(below)
        assert len(way) <= heights.size, "it turns in a circle"
    assert edge.ravel()[way[-1]]
    assert found.outline(held if len(way) > 1 else above).is_valid


def test_a_city_of_cells_takes_less_than_a_breath() -> None:
    rough = np.random.default_rng(1).normal(size=(250, 274)).cumsum(axis=0).cumsum(axis=1)
    begun = time.process_time()
    found = flow(ground(np.round(rough) * 35))
    assert time.process_time() - begun < 5, "a second on a quiet machine"
    assert found.km2[found.to.reshape(found.km2.shape) < 0].sum() == pytest.approx(float(found.ground.cell_km2().sum()) * 274)
