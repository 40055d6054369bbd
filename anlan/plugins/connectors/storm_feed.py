"""Typhoon feed 台风路径源: tracks as JSON or CSV, polled; each advisory is taken in as one entered by hand."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Poll
from anlan.apps.typhoons.api import take_in
from anlan.lib import typhoon_tracks

SAMPLE = """{"advisories": [{"number": "2203", "name": "CHABA", "agency": "BABJ", "at": "2022-07-02T06:00:00Z",
"positions": [{"hour": 0, "lat": 21.2, "lon": 111.2, "wind": 36, "pressure": 965}, {"hour": 24, "lat": 24.4, "lon": 110.6, "wind": 15}]}]}"""


def take(content: bytes) -> str:
    """Take the advisories of a feed in."""
    found = typhoon_tracks.read(content)
    told = take_in(found.advisories)
    return f"{len(told)} / {told.count('taken')} / {len(found.faults)}"


CONNECTORS.add(
    Connector(
        code="storm_feed",
        name=_("Typhoon feed"),
        story=_("Advisories of agencies, polled as JSON or CSV of tracks; each is taken in as one entered by hand."),
        sample=SAMPLE,
        decode=lambda raw: typhoon_tracks.read(raw).advisories,
        poll=Poll(timedelta(minutes=15), take),
    )
)
