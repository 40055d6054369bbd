"""What this kind of station measures is declared whole, with its words and unit."""

from anlan.apps.telemetry.kinds import SENSORS


def test_it_is_declared_whole() -> None:
    assert SENSORS.get("seismograph").faults() == []
    assert set(SENSORS.get("seismograph").quantities) == {"pga", "pgv", "instrumental_intensity"}
