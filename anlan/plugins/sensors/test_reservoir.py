"""A reservoir is measured by what a river is."""

from anlan.apps.telemetry.kinds import SENSORS


def test_what_a_reservoir_measures_is_known() -> None:
    assert SENSORS.get("reservoir").faults() == []
