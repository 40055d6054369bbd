"""How much of the key forests lookouts see (indicator 14), and where nobody sees: worked out over the pack's terrain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.gdal import GDALRaster
from numpy.typing import NDArray

from anlan.apps.lookouts.choices import LookoutState
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.kit.records import readable
from anlan.lib.places import square_metres
from anlan.lib.viewshed import Ground, seen

#: Smoke that stands so high above its ground is seen; trees so high stand between (proposals, K-).
SMOKE, TREES = 50.0, 15.0
MERCATOR = 3857
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Watched:
    """A key forest: how large it is and how much of it is seen; the parts that nobody sees."""

    forest: KeyForest
    km2: float
    seen_km2: float
    gaps: shapely.Geometry

    @property
    def share(self) -> float:
        """Return the share that is seen."""
        return self.seen_km2 / self.km2 if self.km2 else 0.0

    @property
    def percent(self) -> float:
        """Return the share in percent."""
        return 100 * self.share


@lru_cache(maxsize=2)
def ground(path: Path) -> Ground | None:
    """Return the pack's terrain (lookouts/terrain.tif, spherical Mercator); None where there is none."""
    if not path.exists():
        return None
    raster = GDALRaster(str(path))
    if raster.srid != MERCATOR:
        return None
    west, _south, _east, north = raster.extent
    return Ground(np.asarray(raster.bands[0].data(), dtype=float), west, north, abs(raster.scale.x))


def terrain() -> Ground | None:
    """Return the terrain of the city's pack."""
    return ground(Path(settings.CONFIG.pack) / "lookouts" / "terrain.tif")


def view(over: Ground, row: Lookout) -> Bools:
    """Return what a lookout sees, cell by cell."""
    told = (row.pk, row.location.x, row.location.y, row.height_m, row.reach_km, row.bearing_from, row.bearing_to)
    return _view(id(over), told)


@lru_cache(maxsize=2000)
def _view(_over: int, told: tuple[float, ...]) -> Bools:
    over = terrain()
    assert over is not None
    _pk, lon, lat, height, reach, begin, end = told
    return seen(over, lon, lat, height, reach * 1000, (begin, end), SMOKE, TREES)


def watched(forests: Iterable[KeyForest], lookouts: Iterable[Lookout]) -> list[Watched]:
    """Return how much of each forest the lookouts that watch now see together."""
    over = terrain()
    if over is None:
        return []
    whole = np.zeros(over.heights.shape, dtype=bool)
    for row in lookouts:
        if row.state == LookoutState.WATCHING:
            whole |= view(over, row)
    return [_of(over, forest, whole) for forest in forests]


def watched_now() -> list[Watched]:
    """Return how much of each key forest that the viewer may read is seen by the lookouts that he may read and that watch now."""
    return watched(readable(KeyForest).order_by("code"), readable(Lookout).order_by("code"))


def _of(over: Ground, forest: KeyForest, whole: Bools) -> Watched:
    shape = shapely.from_wkb(bytes(forest.outline.wkb))
    lon, lat = over.centres()
    west, south, east, north = shape.bounds
    columns, rows = np.flatnonzero((lon >= west) & (lon <= east)), np.flatnonzero((lat >= south) & (lat <= north))
    shapely.prepare(shape)
    x, y = np.meshgrid(lon[columns], lat[rows])
    inside = shapely.contains_xy(shape, x, y)
    area = np.broadcast_to(over.cell_km2()[rows][:, None], inside.shape)
    found = whole[np.ix_(rows, columns)]
    missed = inside & ~found
    wide, high = abs(lon[1] - lon[0]) / 2, np.abs(np.gradient(lat))[rows] / 2
    r, c = np.nonzero(missed)
    boxes = shapely.box(lon[columns[c]] - wide, lat[rows[r]] - high[r], lon[columns[c]] + wide, lat[rows[r]] + high[r])
    gaps = shapely.intersection(shapely.union_all(boxes), shape) if len(boxes) else shapely.Polygon()
    # Cells of a kilometre tell the share; how large the forest is its outline tells.
    km2, cells = square_metres(shape) / 1e6, float(area[inside].sum())
    return Watched(forest, km2, km2 * float(area[inside & found].sum()) / cells if cells else 0.0, gaps)
