"""Rows of radar for tests, and small grids as files."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from anlan.apps.radar.models import RainGrid
from anlan.kit import clock
from anlan.kit.testing.factory import created


def grid(area: str, number: int) -> RainGrid:
    end = clock.now() - timedelta(hours=number)
    told: Any = {"origin": "synthetic", "source": f"test {number}", "file": f"{area}-{number}.tif", "cells": 9, "cell_km": 1.0}
    return created(
        RainGrid, area=area, began_at=end - timedelta(hours=1), ended_at=end, areas=[["441802", 1.0, 2.0, 1.0]], **told
    )


def file(
    values: Any, *, west: float = 111.5, north: float = 25.5, cell: float = 0.1, crs: str | None = "EPSG:4326", **more: Any
) -> BytesIO:
    """Return a GeoTIFF of synthetic rain, its first row in the north."""
    values = np.asarray(values, dtype="f4")
    with MemoryFile() as memory:
        options = {
            "driver": "GTiff",
            "height": values.shape[-2],
            "width": values.shape[-1],
            "dtype": "float32",
            "nodata": -9999.0,
        }
        layers = values if values.ndim == 3 else values[None]
        with memory.open(count=len(layers), crs=crs, transform=from_origin(west, north, cell, cell), **options) as made:
            made.write(layers)
            if unit := more.get("unit"):
                made.units = [unit]
        content = BytesIO(memory.read())
    content.name = more.get("name", "synthetic.tif")
    content.size = len(content.getvalue())  # type: ignore[attr-defined]
    return content
