"""FIRMS 卫星热点: the hotspots of the last day per county, from NASA's CSV (MODIS, VIIRS). Polled at the address that `ANLAN_POLL` names."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import CONNECTORS, Connector, Poll
from anlan.kit import clock
from anlan.lib import hotspots

DAY = timedelta(hours=24)
SAMPLE = """latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,daynight
24.21,113.35,319.4,1.42,1.18,2022-02-26,0245,T,71,6.1NRT,298.52,12.0,D
"""


def take(content: bytes) -> str:
    """Tell every county how many sure hotspots were seen in it within the last day."""
    found, now = hotspots.read(content), clock.now()
    counted = {county.code: 0 for county in places.below("", "county")}
    for spot in found.hotspots:
        if spot.sure and now - DAY < spot.at <= now:
            county = next((code[:6] for code in places.divisions_at(spot.lon, spot.lat) if len(code) >= 6), "")
            if county in counted:
                counted[county] += 1
    rows = [telemetry.RawReading(0, f"AREA-{code}", "hotspot_count", now, float(n)) for code, n in sorted(counted.items())]
    telemetry.ingest(rows, "firms", content)
    return f"{len(found.hotspots)} / {sum(counted.values())} / {len(found.faults)}"


CONNECTORS.add(
    Connector(
        code="firms",
        name=_("FIRMS hotspots"),
        story=_("Hotspots that satellites see, polled as CSV: counted for each county over the last day."),
        sample=SAMPLE,
        decode=lambda raw: hotspots.read(raw).hotspots,
        poll=Poll(timedelta(minutes=30), take),
    )
)
