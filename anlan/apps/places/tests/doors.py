"""Whom each address of places is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "places:base_picture": "the map's background is public reference data",
    "places:base_tile": "the map's background is public reference data",
    "places:layer": "divisions are public reference data",
    "places:find": "divisions are public reference data",
    "places:at_api": "divisions are public reference data",
    "places:at": "divisions are public reference data",
    "places:by_code": "divisions are public reference data",
    "places:ground": "the map's background is public reference data",
    "places:outlines": "divisions are public reference data",
    "places:map_config": "divisions are public reference data",
    "places:outline": "divisions are public reference data",
}
