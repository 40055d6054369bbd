"""The door to places."""

from anlan.apps.places.models import Division
from anlan.apps.places.queries import (
    DivisionFact,
    DivisionIndex,
    Population,
    ancestors,
    below,
    division,
    divisions_at,
    find,
    geometry_of,
    has_outline,
    index,
    layer_geojson,
    map_config,
    points_of,
    population_in,
    touched,
)

__all__ = [
    "Division",
    "DivisionFact",
    "DivisionIndex",
    "Population",
    "ancestors",
    "below",
    "division",
    "divisions_at",
    "find",
    "geometry_of",
    "has_outline",
    "index",
    "layer_geojson",
    "map_config",
    "points_of",
    "population_in",
    "touched",
]
