"""Grids over the ground: read from GeoTIFF, NetCDF or GRIB within bounds, in degrees, and asked for the value at points.

`read_file` is for the reading process alone (`anlan.lib.untrusted`): it opens a file from outside with rasterio.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import ceil, cos, floor, radians
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What a file may be, by how it begins: nothing that reads other files or the network.
DRIVERS = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"CDF\1": "netCDF",
    b"CDF\2": "netCDF",
    b"\x89HDF": "netCDF",
    b"GRIB": "GRIB",
}
KM_PER_DEGREE = 111.195
Bounds = tuple[float, float, float, float]


class NotAGrid(Exception):
    """A file is no grid that can be read: which fault it is."""


@dataclass(frozen=True)
class Raster:
    """Values of cells in rows from the north, from the west, nan where there is none; corner and size of a cell in degrees."""

    west: float
    north: float
    wide: float
    tall: float
    values: NDArray[np.float64]
    unit: str = ""

    @classmethod
    def read(cls, told: dict[str, Any]) -> Raster:
        """Return the grid that the reading process told."""
        values = np.frombuffer(base64.b64decode(told["values"]), dtype="<f4").reshape(told["shape"]).astype(float)
        return cls(told["west"], told["north"], told["wide"], told["tall"], values, told["unit"])

    @property
    def cells(self) -> int:
        """Return how many cells have a value."""
        return int((~np.isnan(self.values)).sum())

    @property
    def least(self) -> float:
        """Return the lowest value; 0 where there is none."""
        return float(np.nanmin(self.values)) if self.cells else 0.0

    @property
    def cell_km(self) -> float:
        """Return how wide a cell is, on its middle latitude."""
        middle = self.north - self.tall * self.values.shape[0] / 2
        return self.wide * KM_PER_DEGREE * cos(radians(middle))

    def at(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value of the cell around each point; nan beyond the grid."""
        column = np.floor((np.asarray(lons) - self.west) / self.wide).astype(int)
        row = np.floor((self.north - np.asarray(lats)) / self.tall).astype(int)
        rows, columns = self.values.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.full(len(column), np.nan)
        found[inside] = self.values[row[inside], column[inside]]
        return found


def read_file(content: bytes, bounds: Bounds, most_cells: int) -> dict[str, Any]:
    """Read the first layer of a file within bounds (west, south, east, north); raises NotAGrid with the name of the fault."""
    import rasterio  # noqa: PLC0415  a costly import, for the reading process alone
    from rasterio.enums import Resampling  # noqa: PLC0415
    from rasterio.vrt import WarpedVRT  # noqa: PLC0415
    from rasterio.windows import Window, from_bounds  # noqa: PLC0415

    driver = DRIVERS.get(content[:4])
    if driver is None:
        raise NotAGrid("kind")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "grid"
        path.write_bytes(content)  # NetCDF cannot be read from memory
        try:
            source = rasterio.open(path, driver=driver)
        except rasterio.errors.RasterioIOError:
            raise NotAGrid("kind") from None
        with source:
            if source.count != 1:
                raise NotAGrid("several")
            if source.crs is None and not _in_degrees(source.bounds):
                raise NotAGrid("place")
            options: dict[str, Any] = {"crs": "EPSG:4326", "resampling": Resampling.nearest}
            with WarpedVRT(source, src_crs=source.crs or "EPSG:4326", **options) as grid:
                wanted = from_bounds(*bounds, grid.transform)
                left, right = max(floor(wanted.col_off), 0), min(ceil(wanted.col_off + wanted.width), grid.width)
                top, bottom = max(floor(wanted.row_off), 0), min(ceil(wanted.row_off + wanted.height), grid.height)
                if left >= right or top >= bottom:
                    raise NotAGrid("elsewhere")
                window = Window(left, top, right - left, bottom - top)
                if window.width * window.height > most_cells:
                    raise NotAGrid("cells")
                values = grid.read(1, window=window, masked=True).astype("f4").filled(np.nan)
                corner = grid.window_transform(window)
                return {
                    "west": corner.c,
                    "north": corner.f,
                    "wide": corner.a,
                    "tall": -corner.e,
                    "shape": list(values.shape),
                    "unit": str(grid.units[0] or source.tags(1).get("units", "") or ""),
                    "values": base64.b64encode(values.astype("<f4").tobytes()).decode(),
                }


def _in_degrees(bounds: Any) -> bool:
    return -360 <= bounds.left <= bounds.right <= 360 and -90 <= bounds.bottom <= bounds.top <= 90
