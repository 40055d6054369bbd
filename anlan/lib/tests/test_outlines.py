"""Outlines as a journal keeps them: told apart by all of it, drawn by little of it."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import outlines, sketches


def kept(shape: shapely.Geometry) -> str:
    return str(outlines.at_length(outlines.digest(shape.geom_type, shape.wkb)))


@given(st.integers(3, 4000), st.integers(1, 40))
def test_whatever_its_size_it_is_told_in_few_points_and_lies_where_it_lay(points: int, islands: int) -> None:
    ring = shapely.Point(113, 23.7).buffer(0.2, quad_segs=max(1, points // 4))
    shape = shapely.MultiPolygon([ring, *(shapely.Point(114 + n / 50, 24).buffer(0.001) for n in range(islands))])
    told = outlines.read(kept(shape))
    assert told.points == shapely.get_num_coordinates(shape)
    assert told.rough is not None
    assert shapely.get_num_coordinates(told.rough) <= max(outlines.MOST, 4 + points // 20)
    assert told.rough.symmetric_difference(shape).area < 0.1 * shape.area
    assert told.size.endswith("km²")


def test_what_was_kept_is_read_back_and_old_entries_by_their_digest_alone() -> None:
    line = shapely.LineString([(113, 23), (113.01, 23)])
    told = outlines.read(kept(line))
    assert (told.digest, told.size, told.points) == (str(outlines.digest("LineString", line.wkb)), "1.02 km", 2)
    assert told.middle == "113.0050, 23.0000"
    old = outlines.read("MultiPolygon 9f86d081884c7d65")
    assert (old.digest, old.points, old.rough, old.middle) == ("MultiPolygon 9f86d081884c7d65", 0, None, "")
    assert outlines.at_length("113.0, 23.0") == "113.0, 23.0"
    assert outlines.read("雨; 大; 3; 处").digest == "雨; 大; 3; 处", "what somebody wrote"


def test_two_versions_lie_over_one_another_and_a_hole_stays_open() -> None:
    before = shapely.box(113, 23, 113.1, 23.1)
    now = before.difference(shapely.box(113.04, 23.04, 113.06, 23.06))
    sketch = outlines.compared("Before and after", [before], [now])
    assert sketch is not None
    drawn = sketches.drawn(sketch)
    assert drawn.count("stroke-dasharray") == 1
    assert drawn.count("M") == 3
    assert outlines.compared("", [], []) is None
