"""Whom each address of rivers is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "rivers:forecast": "/rivers/",
    "rivers:forecasts_api": "/api/v1/rivers/forecasts/",
}
