"""River flood 江河洪水: water level and flow against a station's warning ladder (GB/T 22482; domain.md 3.2).

Blue near the warning level, yellow from warning level or a 5-year flow, orange from guarantee level or a 20-year flow,
red from the historical maximum or a 50-year flow. The numbers are each station's own reference data.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from anlan.apps.monitoring.kinds import HAZARDS, Hazard

LADDER = {
    "near": 1,
    "warning": 2,
    "return_5": 2,
    "guarantee": 3,
    "return_20": 3,
    "historical_max": 4,
    "return_50": 4,
}


def grade(values: NDArray[np.float64], thresholds: Mapping[str, NDArray[np.float64]]) -> NDArray[np.int8]:
    """Return the highest rung that each value has reached; a missing threshold is never reached."""
    levels = np.zeros(len(values), dtype=np.int8)
    for name, level in LADDER.items():
        if name in thresholds:
            np.maximum(levels, (values >= thresholds[name]).view(np.int8) * np.int8(level), out=levels)
    return levels


HAZARDS.add(
    Hazard(
        code="river_flood",
        name=_("River flood"),
        name_zh="江河洪水",
        name_en="River flood",
        event_code="11A01",
        quantities=("water_level", "flow"),
        thresholds=tuple(LADDER),
        grade=grade,
        hysteresis={"water_level": 0.02, "flow": 200.0},
        source="GB/T 22482-2008; 水情预警发布管理办法",
    )
)
