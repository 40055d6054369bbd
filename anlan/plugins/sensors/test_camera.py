"""What this kind of station measures is declared whole, with its words and unit."""

from anlan.apps.telemetry.kinds import SENSORS


def test_it_is_declared_whole() -> None:
    assert SENSORS.get("camera").faults() == []
    assert {"camera_smoke", "camera_water", "camera_crowd", "camera_intrusion"} < set(SENSORS.get("camera").quantities)
