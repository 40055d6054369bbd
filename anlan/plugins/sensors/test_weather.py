"""A weather station's values come in units of its own and are told in degrees and metres per second."""

import pytest

from anlan.apps.telemetry.kinds import SENSORS, UNITS, measured


@pytest.mark.parametrize(("unit", "sent", "value"), [("°C", "k", 312.35), ("°C", "°F", 102.56), ("°C", "℃", 39.2)])
def test_degrees_are_brought_into_celsius(unit: str, sent: str, value: float) -> None:
    factor, offset = UNITS.get(unit).converted(sent) or (0, 0)
    assert value * factor + offset == pytest.approx(39.2)


def test_heat_is_told_as_temperature_and_never_as_rain() -> None:
    assert SENSORS.get("weather").faults() == []
    assert measured("temperature_max_24h", "°C")[:2] == ("24小时最高气温", "the highest temperature of 24 h was")
