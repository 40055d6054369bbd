"""What can be seen from a point over terrain, on arrays: a line of sight to every cell of a grid within reach.

A cell is seen when no ground between stands above the line to it. The earth's curvature, less the usual refraction of light
(k = 0.13), lowers what is far; trees stand on the ground between; the target (smoke) stands so high above its own ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
EARTH, REFRACTION = 6_371_000.0, 0.13
#: Half the world's width in spherical Mercator, in metres.
HALF = np.pi * 6_378_137.0


@dataclass(frozen=True)
class Ground:
    """Heights on a grid of spherical Mercator: the first row is the northernmost; `west`, `north` its corner, `step` a cell, in projected metres."""

    heights: Floats
    west: float
    north: float
    step: float

    def centres(self) -> tuple[Floats, Floats]:
        """Return longitude of each column and latitude of each row, at the cells' centres."""
        rows, columns = self.heights.shape
        x = self.west + (np.arange(columns) + 0.5) * self.step
        y = self.north - (np.arange(rows) + 0.5) * self.step
        north = np.degrees(2 * np.arctan(np.exp(y / HALF * np.pi)) - np.pi / 2)
        return (x / HALF * 180).astype(np.float64), north.astype(np.float64)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return row and column (with fractions) of a point."""
        x = lon / 180 * HALF
        y = np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / np.pi * HALF
        return float((self.north - y) / self.step - 0.5), float((x - self.west) / self.step - 0.5)

    def slope(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Return how steep the ground is and which way is up (degrees), over two cells either way; None outside the grid.

        A coarse grid flattens what it shows: of cells of a kilometre this is the lean of the country, not of a hillside.
        """
        (row, column), size = self.at(lon, lat), self.step * float(np.cos(np.radians(lat)))
        r, c = round(row), round(column)
        if not (1 <= r < self.heights.shape[0] - 1 and 1 <= c < self.heights.shape[1] - 1):
            return None
        east = float(self.heights[r, c + 1] - self.heights[r, c - 1]) / (2 * size)
        north = float(self.heights[r - 1, c] - self.heights[r + 1, c]) / (2 * size)
        return float(np.degrees(np.arctan(np.hypot(east, north)))), float(np.degrees(np.arctan2(east, north)) % 360)

    def cell_km2(self) -> Floats:
        """Return the true area of a cell, by row."""
        _lon, lat = self.centres()
        area: Floats = (self.step * np.cos(np.radians(lat)) / 1000) ** 2
        return area


def seen(
    ground: Ground,
    lon: float,
    lat: float,
    eye: float,
    reach: float,
    bearings: tuple[float, float] = (0.0, 360.0),
    target: float = 30.0,
    trees: float = 0.0,
) -> Bools:
    """Tell of each cell whether it is seen from `eye` metres above the ground at a point, within `reach` metres and between two bearings.

    Bearings run clockwise from north; from 350 to 10 is over north. What lies outside the grid is not seen.
    """
    heights, (row, column) = ground.heights, ground.at(lon, lat)
    found = np.zeros(heights.shape, dtype=bool)
    size = ground.step * np.cos(np.radians(lat))
    far = int(np.ceil(reach / size)) + 1
    rows = np.arange(max(0, round(row) - far), min(heights.shape[0], round(row) + far + 1))
    columns = np.arange(max(0, round(column) - far), min(heights.shape[1], round(column) + far + 1))
    if not len(rows) or not len(columns):
        return found
    south, east = np.meshgrid((rows - row) * size, (columns - column) * size, indexing="ij")
    away = np.hypot(south, east)
    near = (away <= reach) & _between(np.degrees(np.arctan2(east, -south)) % 360, bearings)
    south, east, away = south[near], east[near], away[near]
    here = _height(heights, np.array([row]), np.array([column]))[0] + eye
    steps = max(2, int(np.ceil(2 * reach / size)))
    parts = np.arange(1, steps) / steps  # between the eye and the cell, ends left out
    between = away[:, None] * parts
    stand = _height(heights, row + south[:, None] * parts / size, column + east[:, None] * parts / size) + trees
    with np.errstate(divide="ignore", invalid="ignore"):
        rises = (stand - _drop(between) - here) / between
        own = heights[np.ix_(rows, columns)][near]
        wanted = (own + target - _drop(away) - here) / away
    counted = (between > size * 0.75) & (away[:, None] - between > size * 0.75)
    top = np.where(counted, rises, -np.inf).max(axis=1)
    visible = (away < size) | (wanted >= top)
    grid = np.zeros(near.shape, dtype=bool)
    grid[near] = visible
    found[np.ix_(rows, columns)] = grid
    return found


def _drop(distance: Floats) -> Floats:
    """Return by how much the earth's curvature lowers what lies so far away, less refraction."""
    return distance**2 * (1 - REFRACTION) / (2 * EARTH)


def _between(bearing: Floats, bearings: tuple[float, float]) -> Bools:
    begin, end = bearings
    if abs(end - begin) >= 360:
        return np.ones(bearing.shape, dtype=bool)
    return (bearing - begin) % 360 <= (end - begin) % 360


def _height(heights: Floats, row: Floats, column: Floats) -> Floats:
    """Return heights between cells, by the four around."""
    row, column = np.clip(row, 0, heights.shape[0] - 1.001), np.clip(column, 0, heights.shape[1] - 1.001)
    r, c = row.astype(np.int64), column.astype(np.int64)
    v, u = row - r, column - c
    upper = heights[r, c] * (1 - u) + heights[r, c + 1] * u
    lower = heights[r + 1, c] * (1 - u) + heights[r + 1, c + 1] * u
    return upper * (1 - v) + lower * v
