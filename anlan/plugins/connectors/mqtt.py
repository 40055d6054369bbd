"""MQTT: devices and gateways publish readings as JSON to a broker, each on a topic with its own key, and are told after the commit.

`anlan/readings/<key>` takes what the push API takes, with the message's number as `id`; `anlan/receipts/<key>` tells what became of
each. A sender that was told nothing sends the same again: it is taken once.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.api import from_json
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Topics

SAMPLE = '{"id": "m-1", "readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57}]}'


def report(number: str, station: str, quantity: str, at: datetime, value: float) -> bytes:
    """Make a message as a device sends it."""
    reading = {"station": station, "quantity": quantity, "time": at.isoformat(), "value": value}
    return json.dumps({"id": number, "readings": [reading]}).encode()


CONNECTORS.add(
    Connector(
        code="mqtt",
        name=_("MQTT broker"),
        story=_(
            "Published to anlan/readings/<key> at the broker (MQTT_URL); anlan/receipts/<key> tells each message's fate after the commit."
        ),
        sample=SAMPLE,
        decode=from_json,
        topics=Topics("anlan/readings/+", "anlan/receipts/{key}", report),
    )
)
