"""Whom each address of telemetry is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.telemetry.models import Station

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "telemetry:catchments_api": "/api/v1/telemetry/catchments/",
    "telemetry:connectors": "/telemetry/connectors/",
    "telemetry:quality": "/telemetry/quality/",
    "telemetry:rainfall": "/telemetry/rainfall/",
    "telemetry:rain_api": "/api/v1/telemetry/rain/",
    "telemetry:senders_api": "/api/v1/telemetry/senders/",
    "telemetry:weather": "/telemetry/weather/",
    "telemetry:weather_api": "/api/v1/telemetry/weather/",
    "telemetry:sensorthings_root": "/api/sensorthings/v1.1",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "telemetry:sensorthings": lambda: reverse("telemetry:sensorthings", args=["Things('QY-H02')"]),
    "telemetry:series": lambda: reverse("telemetry:series", args=[Station.objects.get(code="QY-H02").pk]),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "telemetry:test_reading": "writes below the asker's own area; see telemetry's tests",
    "telemetry:upload": "writes below the asker's own area; see telemetry's tests",
    "telemetry:upload_api": "writes below the asker's own area; see telemetry's tests",
    "telemetry:push_readings": "writes below the asker's own area; see telemetry's tests",
    "telemetry:payload": "shown to the city's desk and to the sender alone; see telemetry's tests",
}
