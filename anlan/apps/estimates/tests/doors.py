"""Whom each address of estimates is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"estimates:layer": "/estimates/layer.geojson"}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    **dict.fromkeys(
        ("estimates:outlines", "estimates:map", "estimates:found"), "shut to the neighbour: test_the_neighbour_sees_nothing"
    ),
    "desk:estimates_estimates_begin": "no object in its address; the verb judges the place",
}
