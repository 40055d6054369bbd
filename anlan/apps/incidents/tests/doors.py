"""Whom each address of incidents is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:incidents_rapid_begin": "writes below the asker's own area; see incidents' tests",
    "desk:incidents_incidents_begin": "writes below the asker's own area; see incidents' tests",
}
