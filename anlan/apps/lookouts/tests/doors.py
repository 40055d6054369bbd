"""Whom each address of lookouts is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "lookouts:coverage": "/lookouts/",
    "lookouts:coverage_api": "/api/v1/lookouts/coverage/",
    "lookouts:forests": "/lookouts/forests.geojson",
    "lookouts:gaps": "/lookouts/gaps.geojson",
    "lookouts:map": "/lookouts/map.json",
    "lookouts:posts": "/lookouts/posts.geojson",
}
