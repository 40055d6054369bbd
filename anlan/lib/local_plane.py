"""Shapes drawn in metres east and north of a point, and laid on the ground in degrees: good to a thousandth within 50 km."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

#: Metres of a degree along a meridian on the mean sphere.
DEGREE = 111_195.08


def placed(shape: shapely.Geometry, lon: float, lat: float) -> shapely.Geometry:
    """Return a shape in metres (x east, y north) of a point as degrees (WGS 84), to five decimals."""

    def degrees(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        north = lat + metres[:, 1] / DEGREE
        east = lon + metres[:, 0] / (DEGREE * np.cos(np.radians((lat + north) / 2)))
        found: NDArray[np.float64] = np.column_stack([east, north]).round(5)
        return found

    return shapely.transform(shape, degrees)


def turned(shape: shapely.Geometry, bearing: float) -> shapely.Geometry:
    """Return a shape that points north turned round the origin to a bearing (degrees clockwise from north)."""
    turn = np.radians(bearing)

    def clockwise(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = metres[:, 0], metres[:, 1]
        return np.column_stack([x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)])

    return shapely.transform(shape, clockwise)


def swept(shape: shapely.Geometry, reach: float, bearing: float, either_way: float) -> shapely.Geometry:
    """Return what a shape that points north and reaches so far covers while it is turned from one side of a bearing to the other."""
    ends = [turned(shape, bearing + turn) for turn in (-either_way, either_way)]
    arc = np.radians(bearing + np.linspace(-either_way, either_way, max(2, int(either_way) + 1)))
    between = np.vstack([[0.0, 0.0], reach * np.column_stack([np.sin(arc), np.cos(arc)])])
    return shapely.union_all([*ends, shapely.Polygon(between)]) if either_way and reach else ends[0]
