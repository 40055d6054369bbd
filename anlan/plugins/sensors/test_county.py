"""What this kind of station measures is declared whole, with its words and unit."""

from anlan.apps.telemetry.kinds import SENSORS


def test_it_is_declared_whole() -> None:
    assert SENSORS.get("county").faults() == []
    assert set(SENSORS.get("county").quantities) == {
        "typhoon_wind_12h",
        "typhoon_wind_24h",
        "shaking",
        "lightning_count",
        "hotspot_count",
        "rain_stations_3h",
        "rain_stations_24h",
    }
