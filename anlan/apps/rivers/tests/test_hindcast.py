"""The pack's numbers are what the real flood of June 2022 gives: lines fitted on its readings, forecasts made from readings of before."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anlan.lib.river_forecast import Course, Fitted, Reach, fitted, foretold

PACK = Path(__file__).parents[4] / "packs" / "qingyuan"
Series = list[tuple[float, float]]
#: What the fit of each reach is made of: readings downstream with hours of travel, at most so long a gap upstream.
GAP = 80.0


def _hour(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() / 3600


def readings() -> dict[str, Series]:
    """Return the observed stages of the flood by station: no forecasts, no estimates."""
    found: dict[str, Series] = {}
    with (PACK / "scenarios" / "flood-2022-06" / "observations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"] in ("obs", "peak") and row["stage_m"]:
                found.setdefault(row["station_id"], []).append((_hour(row["time"]), float(row["stage_m"])))
    return {station: sorted(rows) for station, rows in found.items()}


def reaches() -> list[dict[str, Any]]:
    with (PACK / "hydro" / "reaches.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _then(rows: Series, at: float) -> float | None:
    """Return a stage between two readings, or the reading of the same morning where none is before it."""
    for (t0, h0), (t1, h1) in zip(rows, rows[1:], strict=False):
        if t0 <= at <= t1 and t1 - t0 <= GAP:
            return h0 + (h1 - h0) * (at - t0) / (t1 - t0)
    return next((h for t, h in rows if abs(t - at) <= 6), None)


def fit_of(up: str, down: str, hours: float) -> Fitted:
    known = readings()
    pairs = [(x, h) for t, h in known[down] if (x := _then(known[up], t - hours)) is not None]
    return fitted([x for x, _h in pairs], [h for _x, h in pairs])


@pytest.mark.parametrize("row", [r for r in reaches() if r["slope"]], ids=lambda r: f"{r['up']}-{r['down']}")
def test_each_line_is_that_of_the_flood(row: dict[str, Any]) -> None:
    line = fit_of(row["up"], row["down"], float(row["hours"]))
    assert (float(row["slope"]), float(row["intercept"])) == (
        pytest.approx(line.slope, abs=5e-4),
        pytest.approx(line.intercept, abs=5e-3),
    )
    assert int(row["pairs"]) == line.pairs
    if row["left_out"]:
        assert float(row["left_out"]) == pytest.approx(line.error, abs=5e-3)
    else:
        assert np.isnan(line.error), "two pairs tell no error"


def hindcasts() -> list[tuple[str, float, float, float, float, float]]:
    """Return station, hour of issue, hour, foretold, standard error, observed: made at each reading of the head of the river."""
    known = readings()
    lines = [
        Reach(r["up"], r["down"], float(r["hours"]), *(float(r[n]) for n in ("slope", "intercept", "error", "valid_from")))
        for r in reaches()
        if r["slope"] and r["in_use"] == "1"
    ]
    found = []
    for issue in sorted(t for t, _h in known["QY-H01"]):
        courses = {station: _before(rows, issue) for station, rows in known.items()}
        hours = np.arange(1.0, 25.0)
        for station, told in foretold(lines, courses, hours).items():
            for t, h in known.get(station, ()):
                if 3 <= t - issue <= 24 and not np.isnan(value := float(np.interp(t - issue, hours, told.stage))):
                    found.append((station, issue, t, value, float(np.interp(t - issue, hours, told.error)), h))
    return found


def _before(rows: Series, issue: float) -> Course:
    """Return the readings up to an instant, with the straight hours between those less than 30 h apart, as the replay has them."""
    known = [(t, h) for t, h in rows if t <= issue]
    points = list(known)
    for (t0, h0), (t1, h1) in zip(known, known[1:], strict=False):
        if t1 - t0 <= 30:
            points += [(t, h0 + (h1 - h0) * (t - t0) / (t1 - t0)) for t in np.arange(t0 + 1, t1)]
    points.sort()
    return Course(np.array([t - issue for t, _h in points]), np.array([h for _t, h in points]))


def test_the_table_of_the_flood_is_what_the_method_gives() -> None:
    with (PACK / "hydro" / "hindcasts.csv").open(encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    made = hindcasts()
    assert len(told) == len(made) > 8
    for row, (station, issue, at, value, error, observed) in zip(told, made, strict=True):
        assert (row["station"], _hour(row["issued_at"]), _hour(row["at"]), float(row["observed"])) == (
            station,
            issue,
            at,
            observed,
        )
        assert float(row["foretold"]) == pytest.approx(value, abs=0.006)
        assert float(row["deviation"]) == pytest.approx(error, abs=0.006)


def test_downstream_of_the_head_it_was_off_by_less_than_four_tenths() -> None:
    off = [abs(value - observed) for station, _i, _t, value, _e, observed in hindcasts() if station != "QY-H01"]
    assert len(off) >= 5 and max(off) < 0.4 and float(np.sqrt(np.mean(np.square(off)))) < 0.2
