"""Means over areas from values at points: by Thiessen's polygons on a grid of points, with what stands behind each mean.

Each point of ground takes the value of its nearest gauge. Nothing is smoothed: a mean far from any gauge is that gauge's value,
and `near` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KM_PER_DEGREE = 111.195


def in_plane(lons: Sequence[float] | Floats, lats: Sequence[float] | Floats, narrow: float) -> tuple[Floats, Floats]:
    """Return where points lie in km in a plane that is true to distance about the latitude whose cosine is `narrow`."""
    return np.asarray(lons, dtype=float) * KM_PER_DEGREE * narrow, np.asarray(lats, dtype=float) * KM_PER_DEGREE


@dataclass(frozen=True)
class Ground:
    """Areas as points of a grid: the code of each area, and of each point its area and its place in km."""

    codes: tuple[str, ...]
    area: NDArray[np.int64]
    x: Floats
    y: Floats
    narrow: float

    def in_km(self, lons: Sequence[float], lats: Sequence[float]) -> tuple[Floats, Floats]:
        """Return where points lie in the plane of this ground."""
        return in_plane(lons, lats, self.narrow)

    @property
    def lons(self) -> Floats:
        """Return the longitudes of the points."""
        return self.x / KM_PER_DEGREE / self.narrow

    @property
    def lats(self) -> Floats:
        """Return the latitudes of the points."""
        return self.y / KM_PER_DEGREE

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return the box around it in degrees: west, south, east, north."""
        return float(self.lons.min()), float(self.lats.min()), float(self.lons.max()), float(self.lats.max())

    def within(self, prefixes: Sequence[str]) -> Ground:
        """Return the ground of those areas whose codes begin with one of these."""
        kept = [n for n, code in enumerate(self.codes) if code.startswith(tuple(prefixes))]
        into = np.full(len(self.codes), -1, dtype=np.int64)
        into[kept] = np.arange(len(kept))
        inside = into[self.area] >= 0
        codes = tuple(self.codes[n] for n in kept)
        return Ground(codes, into[self.area][inside], self.x[inside], self.y[inside], self.narrow)

    def grouped(self, digits: int) -> Ground:
        """Return the same ground by the first digits of its codes."""
        codes = tuple(sorted({code[:digits] for code in self.codes}))
        into = np.array([codes.index(code[:digits]) for code in self.codes], dtype=np.int64)
        return Ground(codes, into[self.area], self.x, self.y, self.narrow)


@dataclass(frozen=True)
class Means:
    """By area: the mean, how many gauges stand behind it, the share of its ground near one, and the highest among them.

    nan where no gauge is known at all.
    """

    mean: Floats
    gauges: NDArray[np.int64]
    near: Floats
    highest: Floats


def ground(outlines: Sequence[tuple[str, shapely.Geometry]], step_km: float) -> Ground:
    """Lay a grid over areas in degrees; each has one point at least."""
    if not outlines:
        return Ground((), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), 1.0)
    middle = float(np.mean([(o.bounds[1] + o.bounds[3]) / 2 for _code, o in outlines]))
    narrow = cos(radians(middle))
    tall = step_km / KM_PER_DEGREE
    wide = tall / narrow
    xs, ys, areas = [], [], []
    for n, (_code, outline) in enumerate(outlines):
        west, south, east, north = outline.bounds
        # One grid for all: two neighbours share no point and leave none out.
        lon = (np.arange(np.ceil(west / wide), np.floor(east / wide) + 1)) * wide
        lat = (np.arange(np.ceil(south / tall), np.floor(north / tall) + 1)) * tall
        x, y = (each.ravel() for each in np.meshgrid(lon, lat))
        shapely.prepare(outline)
        inside = shapely.contains_xy(outline, x, y)
        x, y = x[inside], y[inside]
        if not len(x):
            point = outline.representative_point()
            x, y = np.array([point.x]), np.array([point.y])
        xs.append(x)
        ys.append(y)
        areas.append(np.full(len(x), n, dtype=np.int64))
    x, y = in_plane(np.concatenate(xs), np.concatenate(ys), narrow)
    return Ground(tuple(code for code, _o in outlines), np.concatenate(areas), x, y, narrow)


def nearest(land: Ground, lons: Sequence[float], lats: Sequence[float]) -> tuple[NDArray[np.int64], Floats]:
    """Return for each point of the ground its nearest gauge and how many km away it is."""
    x, y = land.in_km(lons, lats)
    which = shapely.STRtree(shapely.points(x, y)).nearest(shapely.points(land.x, land.y)).astype(np.int64)
    return which, np.hypot(land.x - x[which], land.y - y[which])


def means(land: Ground, lons: Sequence[float], lats: Sequence[float], values: Sequence[float], near_km: float) -> Means:
    """Return the mean of each area by the values of its nearest gauges."""
    count = len(land.codes)
    if not len(values) or not count:
        nothing = np.full(count, np.nan)
        return Means(nothing, np.zeros(count, dtype=np.int64), np.zeros(count), nothing.copy())
    which, away = nearest(land, lons, lats)
    value = np.asarray(values, dtype=float)[which]
    points = np.bincount(land.area, minlength=count)
    mean = np.bincount(land.area, weights=value, minlength=count) / points
    near = np.bincount(land.area, weights=away <= near_km, minlength=count) / points
    pairs = np.unique(land.area * len(values) + which) // len(values)
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, land.area, value)
    return Means(mean, np.bincount(pairs, minlength=count), near, highest)
