"""Earthquake feed 地震速报源: USGS GeoJSON or QuakeML, polled; what is felt here becomes an earthquake, the rest is left."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes.api import take_in
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Poll
from anlan.lib import quake_reports

SAMPLE = """{"type": "FeatureCollection", "features": [{"id": "us1", "geometry": {"coordinates": [113.0, 23.7, 10]},
"properties": {"type": "earthquake", "time": 1680800000000, "mag": 4.6, "net": "us", "place": "Qingyuan", "status": "reviewed"}}]}"""


def take(content: bytes) -> str:
    """Take the reports of a feed in."""
    found = quake_reports.read(content)
    told = take_in(found.reports)
    return f"{len(told)} / {told.count('taken')} / {len(found.faults)}"


CONNECTORS.add(
    Connector(
        code="quake_feed",
        name=_("Earthquake feed"),
        story=_(
            "Reports of an agency, polled as USGS GeoJSON or QuakeML: what is felt here is taken in, corrected and withdrawn."
        ),
        sample=SAMPLE,
        decode=lambda raw: quake_reports.read(raw).reports,
        poll=Poll(timedelta(minutes=1), take),
    )
)
