"""The door to places."""

from anlan.apps.places.queries import (
    DivisionFact,
    DivisionIndex,
    Population,
    ancestors,
    division,
    divisions_at,
    find,
    geometry_of,
    index,
    layer_geojson,
    map_config,
    name_of,
    population_in,
)

__all__ = [
    "DivisionFact",
    "DivisionIndex",
    "Population",
    "ancestors",
    "division",
    "divisions_at",
    "find",
    "geometry_of",
    "index",
    "layer_geojson",
    "map_config",
    "name_of",
    "population_in",
]
