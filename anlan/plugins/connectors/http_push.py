"""HTTP push: another system posts readings as JSON or CSV with its token; answered after the commit."""

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import from_json
from anlan.apps.telemetry.kinds import CONNECTORS, Connector

SAMPLE = '{"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57}]}'

CONNECTORS.add(
    Connector(
        code="http_push",
        name=_("HTTP push"),
        story=_("POST /api/v1/telemetry/readings/ with a token."),
        sample=SAMPLE,
        decode=from_json,
    )
)
