"""The file drop reads its recorded sample, and the columns of published observations."""

from anlan.apps.telemetry.intake.decoding import from_csv
from anlan.plugins.connectors.file_drop import SAMPLE


def test_it_reads_its_sample() -> None:
    table = from_csv(SAMPLE.encode())
    assert (list(table.lines), table.stations, table.quantities, table.values) == ([2], ["QY-H01"], ["water_level"], ["34.57"])


def test_it_reads_published_observations_and_leaves_forecasts() -> None:
    text = "station_id,time,stage_m,flow_m3s,kind\nA,2022-06-21T20:00:00+08:00,11.8,17000,obs\nA,2022-06-22T20:00:00+08:00,12,,forecast_peak\n"
    assert from_csv(text.encode()).values == ["11.8", "17000"]
