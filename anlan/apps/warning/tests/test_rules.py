"""Words of warnings: what was measured is said in its own words, or refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from anlan.apps.warning import rules
from anlan.kit.refusals import Refusal


def test_a_quantity_without_words_is_refused_and_not_told_as_rain() -> None:
    told = {
        "station": "清城",
        "station_en": "Qingcheng",
        "threshold": 39.0,
        "hours": 0,
        "at": datetime(2026, 7, 1, 14, 0, tzinfo=UTC),
    }
    assert "水位13.20m" in rules.measured_words(quantity="water_level", value=13.2, unit="m", **told)[0]
    assert "6小时雨量52.0mm" in rules.measured_words(quantity="rain", value=52, unit="mm", **{**told, "hours": 6})[0]
    with pytest.raises(Refusal):
        rules.measured_words(quantity="air_temperature", value=39.2, unit="°C", **told)
