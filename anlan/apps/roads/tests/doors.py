"""Whom the pages of roads are open to."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"roads:layer": "/roads/closures.geojson"}
DECIDED = {"desk:roads_closures_begin": "no object in its address; the verb judges the place"}
