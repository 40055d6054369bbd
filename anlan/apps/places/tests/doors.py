"""Whom each address of places is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "places:near": "/near/?lon=113.05&lat=23.7&km=50",
    "places:near_api": "/api/v1/near/?lon=113.05&lat=23.7&km=50",
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "places:base_picture": "the map's background is public reference data",
    "places:base_tile": "the map's background is public reference data",
    "places:layer": "divisions are public reference data",
    "places:land": "divisions are public reference data",
    "places:find": "divisions are public reference data",
    "places:at_api": "divisions are public reference data",
    "places:at": "divisions are public reference data",
    "places:by_code": "divisions are public reference data",
    "places:ground": "the map's background is public reference data",
    "places:outlines": "divisions are public reference data",
    "places:map_config": "divisions are public reference data",
    "places:outline": "divisions are public reference data",
}
