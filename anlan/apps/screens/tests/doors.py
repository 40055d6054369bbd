"""Whom each address of screens is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "screens:wall_api": "/api/v1/screens/wall/",
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "screens:device_wall": "published warnings of an exercise and panels of the viewer's own; see screens' tests",
    "screens:kiosk": "public: what stands on a screen in a square",
    "screens:state": "public: what stands on a screen in a square",
    "screens:crawl": "public: what stands on a screen in a square",
    "screens:shown": "only a screen's own key makes its word a receipt; see screens' tests",
    "screens:worker": "a script, the same for everybody",
}
