"""SensorThings reads its recorded sample as the push does; the service itself is tried in telemetry's tests."""

from anlan.apps.telemetry.intake.decoding import from_json
from anlan.plugins.connectors.sensorthings import SAMPLE


def test_it_reads_its_sample() -> None:
    table = from_json(SAMPLE.encode())
    assert (table.stations, table.values) == (["QY-H01"], [34.57])
