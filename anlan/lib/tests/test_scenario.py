"""Scenario folders: every fault is named with its file and line; estimates fill only between two real observations."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import scenario
from anlan.lib.hydrology import Observation, densify, exceedances

HEAD = 'name_zh = "测试"\nname_en = "Test"\nstart = "2022-06-15T06:00:00+08:00"\nend = "2022-06-16T00:00:00+08:00"\nobservations = "o.csv"\n'
ROWS = "station_id,time,stage_m,flow_m3s,kind\n"
GOOD = "A,2022-06-15T08:00:00+08:00,1.0,,obs\n"


def folder(tmp_path: Path, rows: str = GOOD, head: str = HEAD, **files: str) -> Path:
    """Write a scenario folder; `files` are more tables by their stem."""
    (tmp_path / "scenario.toml").write_text(head, encoding="utf-8")
    (tmp_path / "o.csv").write_text(ROWS + rows, encoding="utf-8")
    for stem, text in files.items():
        (tmp_path / f"{stem}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def problems(place: Path) -> list[str]:
    """Return what is wrong with a folder where only station A and division 441881 are known."""
    with pytest.raises(scenario.ScenarioError) as error:
        scenario.load(place, {"A"}, lambda code: code == "441881")
    return error.value.problems


def test_faults_are_named_by_file_and_line(tmp_path: Path) -> None:
    rows = f"{GOOD}Z,2022-06-15T08:00:00+08:00,1.0,,obs\nA,yesterday,1,,obs\nA,2022-06-15T09:00:00+08:00,high,,obs\nA,2022-06-15T09:00:00,1,,obs\nA,2022-06-15T10:00:00+08:00,inf,,obs\nA,2022-06-15T11:00:00+08:00,1,,obs,x,y\nA,2022-06-15T12:00:00+08:00,,-5,obs\nA,2022-06-15T12:00:00+08:00,nan,,obs\n"
    found = problems(folder(tmp_path, rows))
    assert [p.split(": ")[:2] for p in found] == [["o.csv", f"line {n}"] for n in (3, 4, 5, 6, 7, 8, 9, 10)]
    assert "'Z' is not known" in found[0]
    assert "must not be negative" in found[6]
    assert "is not a number" in found[7]
    assert "offset" in found[3]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "name_zh is missing"),
        ("name_zh = 3 =", "scenario.toml"),
        (HEAD.replace('"测试"', "3"), "name_zh must be a text"),
        (HEAD.replace("o.csv", "none.csv"), "none.csv: there is no such file"),
        (HEAD.replace("o.csv", "../o.csv"), "file in this folder"),
        (HEAD.replace("2022-06-16T00", "2021-06-16T00"), "end must lie after start"),
        (HEAD.replace("2022-06-16T00", "2122-06-16T00"), "end must lie after start"),
        (HEAD.replace('"2022-06-15T06:00:00+08:00"', '"2022-06-15T06:00:00"'), "offset"),
        (HEAD.replace('"2022-06-15T06:00:00+08:00"', "2022-06-15"), "offset"),
        (HEAD.replace('"2022-06-15T06:00:00+08:00"', '"soon"'), "not a date and time"),
        (f"{HEAD}[interpolation]\nstep_minutes = 0\n", "step_minutes must be a number"),
        (f'{HEAD}[interpolation]\nstep_minutes = "often"\n', "step_minutes must be a number"),
        (f"{HEAD}interpolation = 3\n", "[interpolation] must be a table"),
        (f"{HEAD}decisions = 3\n", "[decisions] must be a table"),
        (f'{HEAD}[decisions]\nconfirm = ["V"]\n', "V is no response level"),
        (f"{HEAD}[decisions]\nconfirm = 3\n", "confirm must be"),
        (f"{HEAD}[decisions]\nofficer = 3\n", "officer must be a text"),
        (f"{HEAD}[decisions]\nafter_minutes = -1\n", "after_minutes must be a number"),
        (f"{HEAD}[decisions]\ntasks = 3\n", "tasks must be a table"),
        (f'{HEAD}[decisions.tasks]\nsilent = "all"\n', "silent must be a list"),
        (f'{HEAD}warnings = "w.csv"\n', "w.csv: there is no such file"),
    ],
)
def test_a_faulty_scenario_file_is_refused_with_words(tmp_path: Path, head: str, told: str) -> None:
    assert told in "\n".join(problems(folder(tmp_path, head=head)))


def test_a_faulty_table_is_refused_with_words(tmp_path: Path) -> None:
    place = folder(tmp_path, "")
    assert problems(place) == ["o.csv: no observation lies between start and end"]
    for content, told in (
        (b"", "columns station_id, time are missing"),
        (b"station,when\n", "columns station_id, time are missing"),
        (b"station_id,time\nA,2022-06-15T08:00:00+08:00\n", "none of the columns stage_m"),
        (b"station_id,time,stage_m,stage_m\nA,2022-06-15T08:00:00+08:00,1,2\n", "the column stage_m is there twice"),
        (ROWS.encode() + "清远".encode("gbk"), "line 2: this is not UTF-8"),
        (ROWS.encode() + b'"A,2022', "o.csv: line 2"),
        (ROWS.encode() + b"A,2022-02-30T00:00:00+08:00,1,,obs\n", "not a date and time"),
    ):
        (place / "o.csv").write_bytes(content)
        assert told in problems(place)[0], content
    (place / "scenario.toml").write_bytes(HEAD.encode("utf-16"))
    assert "not UTF-8" in problems(place)[0]
    (place / "scenario.toml").unlink()
    assert "no scenario.toml" in problems(place)[0]


@pytest.mark.parametrize("name", ["o.csv", "warnings.csv", "closures.csv", "scenario.toml"])
@pytest.mark.parametrize("target", ["elsewhere.csv", "../outside/elsewhere.csv"])
def test_a_link_out_of_the_folder_is_refused_and_not_read(tmp_path: Path, name: str, target: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    place = folder(inside)
    (outside / "elsewhere.csv").write_text("secret\n", encoding="utf-8")
    (place / name).unlink(missing_ok=True)
    (place / name).symlink_to(outside / target if "/" not in target else target)
    found = problems(place)
    assert found == [f"{name}: this is a link out of the folder; put the file itself there"]


def test_a_link_within_the_folder_is_a_file_of_it(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "o.csv").rename(place / "real.csv")
    (place / "o.csv").symlink_to("real.csv")
    assert len(scenario.load(place).observations) == 1


@pytest.mark.parametrize("name", ["..", "/etc/passwd", "a/../o.csv", "a\\u0000b", "sub", "pipe"])
def test_what_is_no_file_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    place = folder(tmp_path, head=HEAD.replace("o.csv", name))
    (place / "sub").mkdir()
    os.mkfifo(place / "pipe")
    [found] = problems(place)
    assert "file in this folder" in found or "there is no such file" in found


def test_bom_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = scenario.load(folder(tmp_path), {"A"})
    for name in ("scenario.toml", "o.csv"):
        raw = (tmp_path / name).read_bytes().replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + raw)
    again = scenario.load(tmp_path, {"A"})
    assert again.observations == plain.observations
    assert again.digest != plain.digest, "other bytes are another folder"


def test_warnings_and_closures_are_read_by_name_or_found(tmp_path: Path) -> None:
    warned = "time,area,hazard,level,headline_zh,description_zh\n2022-06-15T09:00:00+08:00,441881,river_flood,red,头,文\n"
    closed = "time,area,road\n2022-06-15T09:30:00+08:00,441881,G240\n2021-06-15T09:30:00+08:00,441881,old\n"
    found = scenario.load(folder(tmp_path, warnings=warned, closures=closed), {"A"}, lambda code: code == "441881")
    assert [(w.line, w.level, w.headline_zh) for w in found.warnings] == [(2, 4, "头")]
    assert [c.road for c in found.closures] == ["G240"], "what lies outside start and end is left out"
    bad = "time,area,hazard,level,headline_zh,description_zh\nnoon,999,river_flood,purple,,文\n"
    told = problems(folder(tmp_path, warnings=bad, closures="time,area\n"))
    assert [p.split(":")[0] for p in told] == ["warnings.csv"] * 4 + ["closures.csv"]
    assert "purple" in told[2]


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


def test_nothing_is_estimated_towards_a_value_that_no_water_reaches() -> None:
    """The hours before and after a mistyped 2806 m would be believed, and raise alarms of their own."""
    levels = [25.0, 2806.0, 25.4, 26.0]
    real = [Observation(START + timedelta(hours=4 * n), "A", "water_level", level) for n, level in enumerate(levels)]
    assert len(densify(real, timedelta(hours=1))) == 4 + 9
    made = densify(real, timedelta(hours=1), steepest={("A", "water_level"): 2.0})
    assert [o.value for o in made if o.estimated] == [25.55, 25.7, 25.85]


def test_exceedances() -> None:
    points = [(START + timedelta(hours=h), v) for h, v in enumerate([1, 3, 4, 1, 5])]
    assert exceedances(points, 3) == [(points[1][0], points[3][0]), (points[4][0], None)]
