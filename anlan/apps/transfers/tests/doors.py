"""Whom the pages of transfers are open to."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"transfers:layer": "/transfers/layer.geojson", "transfers:registers": "/transfers/registers/"}
DECIDED = {
    "transfers:progress_api": "an action is shared downwards; its villages are the asker's own: test_the_neighbour_sees_no_village",
    "desk:transfers_transfers_begin": "no object in its address; the verb judges the villages",
}
