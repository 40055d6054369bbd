"""Earthquake 地震: the strongest intensity that a town of a county feels by the shocks of the last day (domain.md 3.6).

A shock that is reported, corrected or withdrawn tells every county what it comes to there; a day later it has passed. Levels by
intensity are Yunnan's early-warning rule (S28), Guangdong's own is not in store; the numbers are reference data (hydro/ladders.csv).
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes.api import county_intensities
from anlan.apps.earthquakes.events import EarthquakeReported
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification
from anlan.kit import clock
from anlan.kit.events import on
from anlan.kit.jobs import job

#: After so long a shock is no longer an alarm (proposal, K-).
PASSES = timedelta(hours=24)

HAZARDS.add(
    Hazard(
        code="tremor",
        name=_("Earthquake"),
        name_zh="地震",
        name_en="Earthquake",
        event_code="11C02",
        detector=Value(("shaking",)),
        verification=Verification(
            by="nothing", why=_("The estimate follows the shock that it tells of: no warning comes before it.")
        ),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="activity",
        source="domain.md 3.6 (S28: Yunnan's rule, Guangdong's is not in store)",
        fallen_zh="近24小时无新的有感地震",
        fallen_en="no new shock was felt for 24 hours",
    )
)
telemetry.OTHER_WAYS["earthquakes"] = _("Worked out from reports of earthquakes")


def tell() -> None:
    """Hand in what the shocks of the last day come to in each county, an estimate."""
    now = clock.now()
    felt = sorted(county_intensities(PASSES).items())
    rows = [telemetry.RawReading(0, f"AREA-{county}", "shaking", now, max(1.0, i), estimated=True) for county, i in felt]
    telemetry.ingest(rows, "earthquakes")


@on(EarthquakeReported)
def tell_shock(event: EarthquakeReported) -> None:
    """Tell at once what a shock comes to."""
    tell()


@job(every="1 hour", name="earthquakes.pass")
def pass_shocks() -> None:
    """Let the shocks of yesterday pass."""
    if any(intensity > 1.0 for intensity in county_intensities(2 * PASSES).values()):
        tell()
