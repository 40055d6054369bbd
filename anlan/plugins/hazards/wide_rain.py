"""Rain over a wide area 成片强降雨: how many gauges of a county have heavy rain at once, beside what a single gauge says.

No standard found counts gauges for a city: from which sum a gauge counts, and how many are which level, are proposals (K-) of the
reference data (packs: hydro/ladders.csv, rung `counted_from`). The count is worked out (`telemetry.kinds.Count`); the signal is the
weather bureau's to issue.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds import HAZARDS, Hazard, Value, Verification

HAZARDS.add(
    Hazard(
        code="wide_rain",
        name=_("Rain over a wide area"),
        name_zh="成片强降雨",
        name_en="Rain over a wide area",
        event_code="11B03",
        detector=Value(("rain_stations_3h", "rain_stations_24h")),
        verification=Verification(scale="county", before=timedelta(hours=1), after=timedelta(hours=1), lead=timedelta(hours=1)),
        ladder={"yellow": 2, "orange": 3, "red": 4},
        icon="cloud-storm",
        fallen_zh="强降雨站数已降至预警标准以下",
        fallen_en="fewer gauges than the warning thresholds have heavy rain now",
        source="proposal, K-; 广东省气象灾害预警信号 for what a gauge counts from; domain.md 3.1; times of verification are proposals, K-",
    )
)
