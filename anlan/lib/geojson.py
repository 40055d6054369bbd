"""GeoJSON as a map's layers are served, from GEOS' and shapely's geometries alike, in degrees (WGS 84)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import shapely


def geometry(shape: Any) -> Any:
    """Return a geometry as GeoJSON; what is GeoJSON already stays."""
    if isinstance(shape, Mapping):
        return shape
    return json.loads(shapely.to_geojson(shape) if isinstance(shape, shapely.Geometry) else shape.geojson)


def feature(shape: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a geometry with its properties as a feature."""
    return {"type": "Feature", "geometry": geometry(shape), "properties": properties}


def collection(features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return features as one collection."""
    return {"type": "FeatureCollection", "features": list(features)}
