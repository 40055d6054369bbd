"""Whom each address of messages is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "messages:delivery": "/messages/delivery/",
    "messages:circuits_api": "/api/v1/messages/circuits/",
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "messages:test_contact": "writes to one of the asker's own contact points; see messages' tests",
}
