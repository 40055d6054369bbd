"""SensorThings: another system posts observations to the service's sets of observations; answered after the commit."""

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import from_json
from anlan.apps.telemetry.kinds import CONNECTORS, Connector

SAMPLE = '{"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57}]}'

CONNECTORS.add(
    Connector(
        code="sensorthings",
        name=_("SensorThings"),
        story=_("POST /api/sensorthings/v1.1/Datastreams('…')/Observations with a token."),
        sample=SAMPLE,
        decode=from_json,
    )
)
