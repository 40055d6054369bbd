"""What this kind of station measures is declared whole, with its words and unit."""

from anlan.apps.telemetry.kinds import SENSORS


def test_it_is_declared_whole() -> None:
    assert SENSORS.get("road").faults() == []
    assert set(SENSORS.get("road").quantities) == {"visibility", "water_depth", "road_surface", "road_open"}
