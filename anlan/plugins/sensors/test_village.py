"""A village gauge measures rain like any other."""

from anlan.apps.telemetry.kinds import SENSORS


def test_it_measures_rain() -> None:
    assert (SENSORS.get("village").faults(), SENSORS.get("village").quantities) == ([], ("rain",))
