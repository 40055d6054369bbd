"""What the storms come to, told to detection: for each county the strongest wind expected within 12 and 24 hours, an estimate."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry import api as telemetry
from anlan.apps.typhoons import queries
from anlan.kit import clock

telemetry.OTHER_WAYS["typhoons"] = _("Worked out from typhoon advisories")


def tell() -> None:
    """Hand in a reading of each county, by all active storms from now on."""
    now = clock.now()
    told = [
        telemetry.RawReading(0, f"AREA-{county}", f"typhoon_wind_{hours}h", now, wind, estimated=True)
        for county, winds in sorted(queries.county_winds().items())
        for hours, wind in winds.items()
    ]
    telemetry.ingest(told, "typhoons")
