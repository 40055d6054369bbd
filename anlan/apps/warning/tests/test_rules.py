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
    for wrong in (
        {"quantity": "mood", "unit": "°C"},
        {"quantity": "water_level", "unit": "°C"},
        {"quantity": "rain", "unit": "mm"},
        {"quantity": "water_level", "unit": "m", "hours": 3},
    ):
        with pytest.raises(Refusal):
            rules.measured_words(value=39.2, **{**told, **wrong})


def test_what_grows_graver_as_it_falls_is_told_so() -> None:
    told = rules.measured_words(
        station="清城",
        station_en="Qingcheng",
        quantity="water_level",
        value=1.0,
        unit="m",
        threshold=2.0,
        hours=0,
        at=datetime(2026, 7, 1, 14, 0, tzinfo=UTC),
        falling=True,
    )
    assert "低至2.00m" in told[0]
    assert "at or below 2.00 m" in told[1]


@pytest.mark.parametrize(
    ("hazard", "area", "wanted"),
    [
        ("gas_leak", "441802006001", "441802006"),
        ("gas_leak", "441802", "441802"),
        ("flash_flood", "441882103201", "441882103"),
        ("waterlogging", "441802006001", "441802006"),
        ("river_flood", "441802006", "441802"),
        ("of no plug-in", "441802006", "441802"),
    ],
)
def test_a_warning_is_drafted_for_the_town_of_what_threatens_its_surroundings_alone(hazard: str, area: str, wanted: str) -> None:
    assert rules.warned_area(hazard, area) == wanted
