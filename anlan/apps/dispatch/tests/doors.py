"""Whom the pages of dispatch are open to."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"dispatch:layer": "/dispatch/layer.geojson"}
DECIDED = {
    **dict.fromkeys(("dispatch:route", "dispatch:map"), "shut to the neighbour: test_the_neighbour_sees_no_way"),
    "desk:dispatch_orders_begin": "no object in its address; the verb judges the team",
}
