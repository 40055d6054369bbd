"""Whom each address of typhoons is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
COMMON = "a storm is common knowledge, the same for the whole city"
DECIDED = {
    "desk:typhoons_storms_begin": "no object in its address; the verb judges the city",
    "typhoons:layer": COMMON,
    "typhoons:track": COMMON,
    "typhoons:map": COMMON,
}
