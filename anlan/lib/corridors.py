"""A stretch of a river between two points, and the ground so many kilometres on either side of it: no catchment, and never called one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from anlan.lib.local_plane import DEGREE, placed

#: A gauge that stands further (km) from the drawn line stands at another river.
AT_THE_LINE = 8.0
Floats = NDArray[np.float64]


def metres(shape: shapely.Geometry, lon: float, lat: float) -> shapely.Geometry:
    """Return a shape in degrees as metres east and north of a point."""

    def turned(degrees: Floats) -> Floats:
        north = (degrees[:, 1] - lat) * DEGREE
        east = (degrees[:, 0] - lon) * DEGREE * np.cos(np.radians((degrees[:, 1] + lat) / 2))
        found: Floats = np.column_stack([east, north])
        return found

    return shapely.transform(shape, turned)


def corridor(
    lines: Iterable[shapely.Geometry], one: tuple[float, float], other: tuple[float, float], km: float
) -> shapely.Geometry | None:
    """Return the ground so many km either side of the line that both points (longitude, latitude) stand at; None where there is none."""
    lon, lat = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
    ends = [metres(shapely.Point(point), lon, lat) for point in (one, other)]
    parts = [metres(part, lon, lat) for line in lines for part in shapely.get_parts(line)]
    near = [(max(shapely.distance(part, end) for end in ends), part) for part in parts]
    far, line = min(near, key=lambda found: found[0], default=(np.inf, None))
    if line is None or far > AT_THE_LINE * 1000:
        return None
    begin, end = sorted(shapely.line_locate_point(line, point) for point in ends)
    return placed(shapely.buffer(substring(line, begin, end), km * 1000, quad_segs=8), lon, lat)
