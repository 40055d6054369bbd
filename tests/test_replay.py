"""The main job: the June 2022 flood from observation to done task, the same twice, and faulty folders refused whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.apps.exercises.cli import replay
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered

SHIPPED = Path(__file__).parents[1] / "packs" / "qingyuan" / "scenarios" / "flood-2022-06"
pytestmark = pytest.mark.xdist_group("committed")


def run(folder: Path) -> Any:
    result = CliRunner().invoke(replay, [str(folder), "--speed", "max", "--json"])
    assert result.stdout, result.exception
    return result.exit_code, json.loads(result.stdout)


def shortened(tmp_path: Path, rows: str = "") -> Path:
    text = (SHIPPED / "scenario.toml").read_text(encoding="utf-8").replace("2022-06-26T00:00", "2022-06-15T20:00")
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    (tmp_path / "observations.csv").write_text(
        (SHIPPED / "observations.csv").read_text(encoding="utf-8") + rows, encoding="utf-8"
    )
    return tmp_path


def test_the_flood_of_june_2022(committed: None) -> None:
    code, found = run(SHIPPED)
    assert code == 0
    assert found["journal"]["verified"]
    assert found["readings"] == {"accepted": 84, "duplicate": 0, "rejected": 0, "corrected": 0}
    yingde = next(a for a in found["alarms"] if a["station"] == "QY-H01")
    assert (yingde["level"], yingde["peak"]) == ("red", 35.95)
    assert found["warnings"][0]["lead_time_minutes"] > 0
    assert [(r["direction"], r["level"]) for r in found["responses"]] == [("start", "III"), ("raise", "II"), ("end", "")]
    tasks = found["tasks"]
    assert tasks["issued"] > tasks["accepted"] >= tasks["done"] > 30
    assert tasks["overdue"] > 0
    assert found["messages"]["sandbox"]["delivered"] == found["messages"]["sandbox"]["sent"] > 100
    assert set(found["messages"]) == {"sandbox"}, "nothing leaves an exercise"
    assert found["wall_seconds"] < 600
    with entered(Scope.everything("system:test", "exercise")):
        done = JournalEntry.objects.filter(action="response.complete").first()
        assert done is not None


def test_twice_the_same_with_duplicates_and_disorder(committed: None, tmp_path: Path) -> None:
    rows = "QY-H01,英德(五),2022-06-15T08:00:00+08:00,hour,30.47,,obs,,x\nQY-H03,清远(三),2022-06-15T07:00:00+08:00,hour,12.50,,obs,,x\n"
    folder = shortened(tmp_path, rows)
    (_code, first), (_again, second) = run(folder), run(folder)
    first.pop("wall_seconds"), second.pop("wall_seconds")
    assert first == second
    assert first["readings"]["duplicate"] == 1


def test_an_unknown_station_is_named_by_line_and_nothing_is_loaded(committed: None, tmp_path: Path) -> None:
    code, before = run(shortened(tmp_path))
    code, found = run(shortened(tmp_path, "XX-1,某站,2022-06-15T08:00:00+08:00,hour,1,,obs,,x\n"))
    assert code == 2
    assert "line 32" in found["error"][0]
    assert "XX-1" in found["error"][0]
    with entered(Scope.everything("system:test", "exercise")):
        assert JournalEntry.objects.count() == before["journal"]["entries"], "the earlier exercise stands untouched"
