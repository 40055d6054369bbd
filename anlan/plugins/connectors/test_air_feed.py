"""The air-quality feed: hours of our stations are taken in once, the others are left; the codec is tested in lib."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Batch, Reading
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.plugins.connectors.air_feed import SAMPLE, take
from anlan.plugins.hazards._trial import equip

AT = datetime(2024, 10, 20, 7, tzinfo=UTC)


def test_it_reads_its_sample() -> None:
    (hour,) = CONNECTORS.get("air_feed").decode(SAMPLE.encode())
    assert (hour.station, hour.at, hour.values) == ("1702A", AT, {"aqi": 30.0, "pm2_5": 7.0, "pm10": 17.0})


def test_ours_are_taken_in_and_others_are_left(live: Scope) -> None:
    equip("1702A", "air", ("aqi", "pm2_5"))
    other = SAMPLE.splitlines()[1].replace("1702A", "9999A")
    with clock.frozen(AT + timedelta(hours=1)):
        assert take((SAMPLE + other + "\nx,,,\n").encode()) == "2 / 1 / 1"
        assert take(SAMPLE.encode()) == "1 / 1 / 0"
    assert sorted(Reading.objects.values_list("value", flat=True)) == [7.0, 30.0], "taken once"
    with assert_nothing_happened(Reading, Batch):
        assert take((SAMPLE.splitlines()[0] + "\n" + other).encode()) == "1 / 0 / 0"


def test_what_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        take(b"<html>not a feed")
