"""Whom each address of plans is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:plans_plans_begin": "no object in its address; the verb judges the plan's area",
    "plans:print": "the city's plan is shared with its counties",
    "plans:compare": "the city's plan is shared with its counties",
}
