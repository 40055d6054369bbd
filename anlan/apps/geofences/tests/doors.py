"""Whom each address of geofences is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"geofences:layer": "/geofences/layer.geojson"}
