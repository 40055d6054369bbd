"""Read a vector tile back, as a map would."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import DataSource, GDALException


def features(body: bytes, at: tuple[int, int, int], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Decode a tile with GDAL's reader: layer → properties of each feature, its centre as `lon`, `lat`."""
    z, x, y = at
    file = folder / f"{z}" / f"{x}" / f"{y}.mvt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    found: dict[str, list[dict[str, Any]]] = {}
    for layer in DataSource(str(file)):  # type: ignore[attr-defined]
        rows = found.setdefault(layer.name, [])
        # GDAL counts a shape that lies in the tile's margin alone, and gives none.
        with suppress(GDALException):
            for feature in layer:
                centre = feature.geom.clone()
                centre.transform(4326)
                facts = {name: feature.get(name) for name in layer.fields}
                rows.append({**facts, "lon": centre.centroid.x, "lat": centre.centroid.y})
    return found
