"""What a grid comes to over areas: each point of ground has the value of the cell it lies in; pure counting, no ORM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anlan.lib.areal import Ground
from anlan.lib.rasters import Raster


@dataclass(frozen=True)
class OverArea:
    """What fell on an area by a grid: mean and highest in mm (None where it knows nothing), and the share that it knows."""

    code: str
    mean: float | None
    highest: float | None
    known: float


def over(land: Ground, raster: Raster) -> list[OverArea]:
    """Return what a grid comes to in each area of a ground."""
    value = raster.at(land.lons, land.lats)
    there = ~np.isnan(value)
    count = len(land.codes)
    points = np.bincount(land.area, minlength=count)
    known = np.bincount(land.area, weights=there, minlength=count)
    total = np.bincount(land.area, weights=np.where(there, value, 0.0), minlength=count)
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, land.area[there], value[there])
    return [
        OverArea(
            code,
            round(float(total[n] / known[n]), 1) if known[n] else None,
            round(float(highest[n]), 1) if known[n] else None,
            round(float(known[n] / points[n]), 3),
        )
        for n, code in enumerate(land.codes)
    ]
