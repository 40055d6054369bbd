"""Air-quality feed 空气质量源: hours of stations in the columns of CNEMC (CSV or JSON), polled; what is no station of ours is left.

The index is taken as published, else worked out by HJ 633-2012. Polled at the address that `ANLAN_POLL` names.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Poll
from anlan.lib import air

SAMPLE = """datetime,code,lon,lat,city,name,primary,aqi,pm10,pm2_5,o3,no2,so2,co
2024-10-20T1500,1702A,113.0426,23.691,清远市,环保大楼,,30,17,7,95,4,5,0.7
"""


def take(content: bytes) -> str:
    """Take the hours of our stations in."""
    found, ours = air.read(content), telemetry.station_names()
    rows = [
        telemetry.RawReading(number, hour.station, quantity, hour.at, value)
        for number, hour in enumerate(found.hours, 1)
        if hour.station in ours
        for quantity, value in hour.values.items()
        if quantity in ours[hour.station]
    ]
    if rows:
        telemetry.ingest(rows, "air_feed", content)
    return f"{len(found.hours)} / {len({row.station for row in rows})} / {len(found.faults)}"


CONNECTORS.add(
    Connector(
        code="air_feed",
        name=_("Air-quality feed"),
        story=_("Hours of air stations, polled as CSV or JSON in the columns of CNEMC: those of our stations are taken in."),
        sample=SAMPLE,
        decode=lambda raw: air.read(raw).hours,
        poll=Poll(timedelta(minutes=10), take),
    )
)
