"""Whom each address of plans is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "plans:print": "the city's plan is shared with its counties",
    "plans:compare": "the city's plan is shared with its counties",
    "plans:new": "writes below the asker's own area; see plans' tests",
}
