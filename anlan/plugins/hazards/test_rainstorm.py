"""The rainstorm's levels from a recorded sample of hourly rain, against the Qingyuan pack's own numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from anlan.apps.telemetry.detection.windows import NONE, reached
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit.scope import Scope
from anlan.lib.hydrology import thousandths
from anlan.plugins.hazards import rainstorm  # noqa: F401  it registers the hazard
from anlan.plugins.hazards._trial import tried

REFERENCE = Path(__file__).parents[3] / "packs" / "qingyuan" / "hydro" / "ladders.csv"
#: Hourly rain in mm, the newest last.
SAMPLE = (0.0, 0.5, 2.0, 36.0, 12.0, 6.5)


def limits() -> np.ndarray:
    hazard = HAZARDS.get("rainstorm")
    found = np.full((len(hazard.windows), 4, 1), NONE, dtype=np.int32)
    with REFERENCE.open(encoding="utf-8") as file:
        for row in (r for r in csv.DictReader(file) if r["hazard"] == "rainstorm"):
            found[hazard.windows.index(int(row["window_hours"])), hazard.ladder[row["level"]] - 1, 0] = float(row["value"]) * 1000
    return found


@pytest.mark.parametrize(("hours", "level"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 3), (6, 3)])
def test_levels_of_the_sample(hours: int, level: int) -> None:
    known = SAMPLE[:hours]
    sums = thousandths(np.array([[sum(known[-window:])] for window in HAZARDS.get("rainstorm").windows]))
    assert reached(sums, limits())[0] == level


def test_every_number_names_its_source_and_how_sure_it_is() -> None:
    with REFERENCE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["source"]
            assert row["confidence"]


def test_the_sample_is_warned_of(live: Scope) -> None:
    came = tried("rainstorm", "rainstorm.synthetic")
    assert came.levels == (1, 3)
    assert "3小时雨量50.0mm，达到50.0mm。" in came.drafts[-1].description_zh
