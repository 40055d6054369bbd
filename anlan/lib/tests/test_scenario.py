"""Scenario folders: every fault is named with its line; estimates fill only between two real observations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import scenario
from anlan.lib.hydrology import Observation, densify, exceedances

HEAD = 'name_zh = "测试"\nname_en = "Test"\nstart = "2022-06-15T06:00:00+08:00"\nend = "2022-06-16T00:00:00+08:00"\nobservations = "o.csv"\n'
ROWS = "station_id,time,stage_m,flow_m3s,kind\n"


def folder(tmp_path: Path, rows: str, head: str = HEAD) -> Path:
    (tmp_path / "scenario.toml").write_text(head, encoding="utf-8")
    (tmp_path / "o.csv").write_text(ROWS + rows, encoding="utf-8")
    return tmp_path


def test_faults_are_named_by_line(tmp_path: Path) -> None:
    rows = "A,2022-06-15T08:00:00+08:00,1.0,,obs\nZ,2022-06-15T08:00:00+08:00,1.0,,obs\nA,yesterday,1,,obs\nA,2022-06-15T09:00:00+08:00,high,,obs\nA,2022-06-15T09:00:00,1,,obs\n"
    with pytest.raises(scenario.ScenarioError) as error:
        scenario.load(folder(tmp_path, rows), {"A"})
    assert [p.split(":")[1] for p in error.value.problems] == [" line 3", " line 4", " line 5", " line 6"]


@pytest.mark.parametrize(
    "head", ["", "name_zh = 3 =", HEAD.replace("o.csv", "none.csv"), HEAD.replace("2022-06-16T00", "2021-06-16T00")]
)
def test_a_faulty_scenario_file_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(scenario.ScenarioError):
        scenario.load(folder(tmp_path, "", head), None)


def test_order_does_not_matter_and_duplicates_stay(tmp_path: Path) -> None:
    rows = "A,2022-06-15T10:00:00+08:00,3,,obs\nA,2022-06-15T08:00:00+08:00,1,,obs\nA,2022-06-15T08:00:00+08:00,1,,obs\nA,2022-06-15T09:00:00+08:00,9,,forecast_peak\n"
    found = scenario.load(folder(tmp_path, rows, HEAD + "[interpolation]\nstep_minutes = 60\n[decisions]\n"), {"A"})
    assert [(o.value, o.estimated) for o in found.observations] == [(1.0, False), (1.0, False), (2.0, True), (3.0, False)]
    assert found.decisions is not None
    assert found.decisions.confirm == ("I", "II", "III", "IV")


START = datetime(2022, 6, 15, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 2000), st.floats(0, 50)), max_size=8))
def test_estimates_lie_between_their_neighbours(points: list[tuple[int, float]]) -> None:
    real = [Observation(START + timedelta(minutes=m), "A", "water_level", v) for m, v in points]
    made = densify(real, timedelta(hours=1))
    assert [o for o in made if not o.estimated] == sorted(real)
    for estimate in (o for o in made if o.estimated):
        values = [o.value for o in real]
        assert min(values) - 0.001 <= estimate.value <= max(values) + 0.001
        assert min(o.at for o in real) < estimate.at < max(o.at for o in real)


def test_exceedances() -> None:
    points = [(START + timedelta(hours=h), v) for h, v in enumerate([1, 3, 4, 1, 5])]
    assert exceedances(points, 3) == [(points[1][0], points[3][0]), (points[4][0], None)]
