"""Whom each address of console is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.telemetry.models import Station

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "console:workbench": "/",
    "console:command": "/map/",
    "console:wall": "/map/wall/",
    "console:map_config": "/map/config.json",
    "console:tiles": "/map/tiles/?of=stations/7/104/55&of=posts/7/104/55",
    "console:timeline": "/map/timeline.json",
    "console:past": "/map/past.json?at=2022-06-15T00:00:30Z",
    "console:map_list": "/map/list/",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "console:record": lambda: reverse("console:record", args=["telemetry", "stations", Station.objects.get(code="QY-H02").pk]),
}
DECIDED = {
    "console:help": "leads to a guide, which is open to everybody",
    "console:guide": "the guides of the program: no record in them, and open before one signs in",
}
