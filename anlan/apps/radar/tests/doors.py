"""Whom each address of radar is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:radar_grids_begin": "no object in its address; the verb judges the city",
}
