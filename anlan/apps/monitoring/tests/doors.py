"""Whom each address of monitoring is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.monitoring.models import Station

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "monitoring:connectors": "/monitoring/connectors/",
    "monitoring:kpis": "/monitoring/kpis/",
    "monitoring:kpis_api": "/api/v1/monitoring/kpis/",
    "monitoring:quality": "/monitoring/quality/",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "monitoring:series": lambda: reverse("monitoring:series", args=[Station.objects.get(code="QY-H02").pk]),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "monitoring:upload": "writes below the asker's own area; see monitoring's tests",
    "monitoring:upload_api": "writes below the asker's own area; see monitoring's tests",
    "monitoring:push_readings": "writes below the asker's own area; see monitoring's tests",
    "monitoring:payload": "shown to the city's desk and to the sender alone; see monitoring's tests",
}
