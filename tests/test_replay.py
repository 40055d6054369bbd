"""The main job: the June 2022 flood from observation to done task, the same twice, and faulty folders refused whole."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone, translation
from rich.cells import cell_len

from anlan.apps.alarms.models import Alarm
from anlan.apps.exercises import actions, driving
from anlan.apps.exercises.cli import replay
from anlan.apps.exercises.models import Inject, RunReport
from anlan.apps.exercises.replay import Driver
from anlan.apps.exercises.report import OVER, RENEWAL
from anlan.apps.messages.models import Message, Receipt
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.telemetry.models import Datastream
from anlan.apps.warning.models import Warning
from anlan.kit import outbox
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.forking import forked

SHIPPED = Path(__file__).parents[1] / "packs" / "qingyuan" / "scenarios" / "flood-2022-06"
HEAD = "station_id,station,time,time_precision,stage_m,flow_m3s,kind,above_warning_m,sources\n"
pytestmark = pytest.mark.slow("replays whole floods through the chain")


def run(folder: Path, *options: str) -> Any:
    """Run the command and return its exit code and what it printed."""
    result = CliRunner().invoke(replay, [str(folder), "--speed", "max", "--json", *options])
    assert result.stdout, result.exception
    return result.exit_code, json.loads(result.stdout)


@cache
def undisturbed(end: str = "10:00") -> dict[str, Any]:
    """Return what the shipped scenario's first hours come to; they come to the same each time (below), so that once will do."""
    with TemporaryDirectory() as folder:
        return comparable(run(shortened(Path(folder), end=end))[1])


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """Return a report without what the command adds about this run."""
    return {key: value for key, value in found.items() if key not in ("stopped_at", "wall_seconds")}


def shortened(tmp_path: Path, rows: str = "", end: str = "10:00", **replaced: str) -> Path:
    """Write the shipped scenario's first hours into a folder of its own: at 08:00 the first alarm, warning, response and tasks."""
    text = (SHIPPED / "scenario.toml").read_text(encoding="utf-8").replace("2022-06-26T00:00", f"2022-06-15T{end}")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    table = (SHIPPED / "observations.csv").read_text(encoding="utf-8")
    (tmp_path / "observations.csv").write_text(table + rows, encoding="utf-8")
    return tmp_path


def exercise() -> Any:
    """Enter the exercise world."""
    return entered(Scope.everything("system:test", "exercise"))


def test_the_flood_of_june_2022(committed: None) -> None:
    code, found = run(SHIPPED)
    assert code == 0
    assert found["journal"]["verified"]
    assert found["readings"].items() >= {"accepted": 84, "duplicate": 0, "rejected": 0, "corrected": 0}.items()
    yingde = [a for a in found["alarms"] if a["station"] == "QY-H01"]
    assert [(a["level"], a["at"], a["estimated"]) for a in yingde] == [
        ("orange", "2022-06-15T08:00:00+08:00", False),
        ("red", "2022-06-22T02:00:00+08:00", True),
    ], "one line a level, at the reading that reached it"
    assert {(a["alarm"], a["peak"]) for a in yingde} == {(yingde[0]["alarm"], 35.95)}
    for alarm in found["alarms"]:
        assert alarm["value"] >= alarm["threshold"]
        assert alarm["peak"] >= alarm["value"]
    for response in found["responses"]:
        assert response["proposal_seconds"] >= 0
        assert response["threshold_at"] <= response["proposed_at"] <= response["activated_at"]
    assert [(r["direction"], r["level"]) for r in found["responses"]] == [("start", "III"), ("raise", "II")]
    third, second = found["responses"]
    (ending,) = found["endings"]
    assert (third["ended_at"], second["ended_at"]) == (second["activated_at"], ending["ended_at"]), (
        "a level lasts to the next step"
    )
    assert ending["level"] == "II"
    leads = [(w["area"], w["level"], w["lead_time_minutes"]) for w in found["warnings"] if w["lead_time_minutes"] is not None]
    assert leads
    assert all(lead >= 0 for _area, _level, lead in leads)
    assert len({(area, level) for area, level, _lead in leads}) == len(leads), "one lead time a level and area"
    assert all(w["lead_time_reason"] for w in found["warnings"] if w["lead_time_minutes"] is None)
    assert ("441881", "red", 590.0) in leads
    assert any(w["lead_time_reason"] == OVER for w in found["warnings"]), "a warning that had run out warned nobody of the crest"
    assert any(w["lead_time_reason"] == RENEWAL for w in found["warnings"]), "renewals are published as well"
    assert found["refused"] == [], "the script's officers may do what it has them do"
    tasks = found["tasks"]
    assert tasks["issued"] > tasks["accepted"] >= tasks["done"] > 30
    assert tasks["overdue"] > 0
    assert found["messages"]["sandbox"]["delivered"] == found["messages"]["sandbox"]["sent"] > 100
    assert set(found["messages"]) == {"sandbox"}, "nothing leaves an exercise"
    with exercise():
        assert JournalEntry.objects.filter(action="response.complete").exists()
        assert not Warning.objects.filter(state="signed").exists(), "what the script signed it also published"
        # The totals, counted anew.
        states = list(Task.objects.values_list("state", "overdue", "accepted_at"))
        assert tasks == {
            "issued": len(states),
            "accepted": sum(at is not None for _state, _late, at in states),
            "done": sum(state == "done" for state, _late, _at in states),
            "overdue": sum(late for _state, late, _at in states),
        }
        assert found["messages"]["sandbox"]["sent"] == Receipt.objects.exclude(state="queued").count()
        assert len({a["alarm"] for a in found["alarms"]}) == Alarm.objects.filter(basis="observed").count()
        assert len(found["warnings"]) == Warning.objects.exclude(published_at=None).exclude(message_type="Cancel").count()
        assert found["journal"]["entries"] == JournalEntry.objects.count()
    with entered(Scope.everything("system:test")):
        kept = RunReport.objects.get()
        assert kept.complete
        assert kept.content == json.loads(json.dumps(comparable(found)))


def test_twice_the_same_also_abroad_and_with_duplicates_and_disorder(committed: None, tmp_path: Path) -> None:
    rows = "QY-H01,英德(五),2022-06-15T08:00:00+08:00,hour,30.47,,obs,,x\nQY-H03,清远(三),2022-06-15T07:00:00+08:00,hour,12.50,,obs,,x\n"
    folder = shortened(tmp_path, rows, end="13:00")
    _code, first = run(folder)
    with translation.override("en"), timezone.override("America/New_York"):
        _code, second = run(folder)
    assert comparable(first) == comparable(second)
    assert first["readings"]["duplicate"] == 1
    with entered(Scope.everything("system:test")):
        assert RunReport.objects.count() == 2, "the report of the run before outlives the reset"


def test_every_step_may_happen_twice(committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once, step = undisturbed("13:00"), Driver.step

    def stutter(self: Driver, at: datetime) -> None:
        before = (self.stirred_at, dict(self.last_run))
        step(self, at)
        self.stirred_at, self.last_run = before
        step(self, at)

    monkeypatch.setattr(Driver, "step", stutter)
    _code, twice = run(shortened(tmp_path, end="13:00"))
    assert comparable(twice) == once


def killed_at(folder: Path, place: Callable[[Driver, str, datetime], bool]) -> None:
    """Run the replay in a process of its own that gets SIGKILL where `place` says: (driver, "before" or "after" the step, tick)."""
    child = forked(lambda: _die(folder, place))
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def _die(folder: Path, place: Callable[[Driver, str, datetime], bool]) -> None:
    step = Driver.step

    def deadly(self: Driver, at: datetime) -> None:
        if place(self, "before", at):
            os.kill(os.getpid(), signal.SIGKILL)
        step(self, at)
        if place(self, "after", at):
            os.kill(os.getpid(), signal.SIGKILL)

    Driver.step = deadly  # type: ignore[method-assign]
    survived = CliRunner().invoke(replay, [str(folder), "--speed", "max", "--json"])
    print("not killed:", survived.output, repr(survived.exception), file=sys.__stderr__, flush=True)


@pytest.mark.parametrize("when", ["before", "after", "within"])
def test_a_killed_replay_goes_on_and_comes_to_the_same_end(
    committed: None, tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two steps, after a step was committed but not marked, and in the middle of one."""
    folder, whole = shortened(tmp_path), undisturbed()
    if when == "within":

        def place(driver: Driver, moment: str, at: datetime) -> bool:
            if moment == "before" and at.hour == 8 and at.minute == 10:
                work = Driver._work
                Driver._work = lambda *args: (work(*args), os.kill(os.getpid(), signal.SIGKILL))  # type: ignore[assignment,method-assign]
            return False
    else:

        def place(driver: Driver, moment: str, at: datetime) -> bool:
            return moment == when and at.hour == 8 and at.minute == 20

    killed_at(folder, place)
    found = driving.current_replay()
    assert found is not None
    assert driving.is_orphan(found)
    assert driving.reached(found) < driving.read(folder).end
    code, resumed = run(folder, "--resume")
    assert code == 0
    assert comparable(resumed) == whole
    assert resumed["journal"]["verified"]


def test_a_stopped_replay_says_where_and_does_not_pass_for_a_whole_one(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Driver.step

    def last(self: Driver, at: datetime) -> None:
        step(self, at)
        if at.hour == 8 and at.minute == 10:
            with exercise():
                actions.stop(replay=self.replay)

    monkeypatch.setattr(Driver, "step", last)
    code, found = run(shortened(tmp_path))
    assert code == 3
    assert found["stopped_at"] == "2022-06-15T08:10:00+08:00"
    monkeypatch.undo()
    code, found = run(tmp_path)
    assert (code, found["stopped_at"]) == (0, None)


def test_a_replay_that_is_broken_off_says_how_to_go_on(committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Driver.step

    def interrupted(self: Driver, at: datetime) -> None:
        if at.hour == 8 and at.minute == 10:
            raise KeyboardInterrupt
        step(self, at)

    folder, whole = shortened(tmp_path), undisturbed()
    monkeypatch.setattr(Driver, "step", interrupted)
    result = CliRunner().invoke(replay, [str(folder), "--speed", "max", "--json"])
    assert (result.exit_code, result.stdout) == (130, "")
    assert "--resume" in result.stderr
    monkeypatch.undo()
    code, resumed = run(folder, "--resume")
    assert code == 0
    assert comparable(resumed) == whole


def test_there_must_be_something_to_go_on_with_and_the_same_files(committed: None, tmp_path: Path) -> None:
    folder = shortened(tmp_path)
    code, found = run(folder, "--resume")
    assert code == 2
    assert "--resume" in found["error"][0] or found["error"]
    killed_at(folder, lambda driver, moment, at: at.hour == 8 and at.minute == 10)
    (folder / "observations.csv").write_text(HEAD + "QY-H01,x,2022-06-15T08:00:00+08:00,hour,30.47,,obs,,x\n", encoding="utf-8")
    code, found = run(folder, "--resume")
    assert code == 2
    assert "文件已被改动" in found["error"][0]


def test_people_decide_where_no_script_does(committed: None, tmp_path: Path) -> None:
    folder = shortened(tmp_path)
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text(text.split("[decisions]")[0], encoding="utf-8")
    _code, found = run(folder)
    assert found["responses"] == []
    assert found["warnings"] == []
    assert found["tasks"]["issued"] == 0
    with exercise():
        assert Proposal.objects.filter(state="open").count() == 1, "it waits for a person"
        assert Warning.objects.filter(state="draft").exists()
        waiting = Proposal.objects.get(state="open")
    # It has ended, and people go on: the exercise stands at its end until somebody resets it.
    commander = Client()
    commander.force_login(get_user_model().objects.get(username="commander"), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/response/proposals/{waiting.pk}/confirm/"
    given = {"reason": "演练", **seen_on(commander, address, SCRIPT_NAME="/exercise")}
    assert commander.post(address, given, SCRIPT_NAME="/exercise").status_code == 302
    with exercise():
        outbox.drain("exercise")
        assert Response.objects.get().activated_by == "commander"
        assert Task.objects.filter(state="issued").exists()
        assert Message.objects.filter(kind="task").exists()
    assert "英德(五)" in commander.get("/replay/", SCRIPT_NAME="/exercise").content.decode()


def test_the_least_keys_are_enough_and_rain_is_a_hazard_as_well(committed: None, tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(
        'name_zh = "暴雨"\nname_en = "Heavy rain"\nstart = 2023-07-01T00:00:00+08:00\nend = 2023-07-01T08:00:00Z\n'
        'observations = "rain.csv"\n',
        encoding="utf-8",
    )
    with entered(Scope.everything("system:test")):
        gauge = Datastream.objects.filter(quantity="rain").first().station.code
    # UTC, the city's own time and another offset; out of order; hours without a reading.
    rows = [
        f"{gauge},2023-06-30T20:00:00Z,90",
        f"{gauge},2023-07-01T03:00:00+08:00,80",
        f"{gauge},2023-07-01T00:00:00+02:00,70",
        f"{gauge},2023-07-01T12:00:00+08:00,0",
    ]
    (tmp_path / "rain.csv").write_text("station_id,time,rain_mm\n" + "\n".join(rows) + "\n", encoding="utf-8")
    code, found = run(tmp_path)
    assert code == 0, found
    assert found["readings"]["accepted"] == 4
    assert {a["hazard"] for a in found["alarms"]} - {"river_flood"}, "rain alone raises an alarm"
    assert all(a["at"].endswith("+08:00") for a in found["alarms"])
    assert (found["responses"], found["endings"]) == ([], []), "nobody was named to decide"


@pytest.mark.parametrize(
    ("language", "words"), [("zh_CN.UTF-8", "告警（按站点与级别）"), ("en_US.UTF-8", "Alarms by station and level")]
)
def test_a_person_reads_the_report_whole_at_80_columns_in_the_terminals_language(
    committed: None, tmp_path: Path, language: str, words: str
) -> None:
    terminal = {"COLUMNS": "80", "LC_ALL": language}
    printed = CliRunner().invoke(replay, [str(shortened(tmp_path))], env=terminal).stdout
    assert words in printed
    assert "06-15 08:00" in printed
    assert "…" not in printed, "nothing is cut off"
    assert "_" not in printed, "no names of the program"
    assert all(cell_len(line) <= 80 for line in printed.splitlines())


def test_another_folder_with_gaps_bom_crlf_warnings_and_closures(committed: None, tmp_path: Path) -> None:
    """A made-up county flood: another year and river, Windows line ends, gaps, a warning by hand, a closed road."""
    toml = (
        'name_zh = "连江小洪水"\nname_en = "A small Lianjiang flood"\nstart = 2023-06-01T00:00:00+08:00\n'
        'end = 2023-06-02T00:00:00+08:00\nobservations = "levels.csv"\n[decisions]\nconfirm = ["IV"]\nofficer = "commander"\n'
    )
    (tmp_path / "scenario.toml").write_bytes(b"\xef\xbb\xbf" + toml.replace("\n", "\r\n").encode())
    rows = (
        "time,station_id,stage_m,kind\r\n2023-06-01T18:00:00+08:00,QY-H05,30.10,obs\r\n\r\n"
        "2023-06-01T02:00:00+08:00,QY-H05,31.80,obs\r\n2023-06-01T02:00:00+08:00,QY-H05,31.80,obs\r\n"
        "2023-06-01T02:30:00+08:00,QY-H05,61.80,obs\r\n2023-05-31T23:00:00+08:00,QY-H05,29.00,obs\r\n"
        "2023-06-01T02:40:00+08:00,QY-H05,33.00,wish\r\n"
    )
    (tmp_path / "levels.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    warned = (
        "time,area,hazard,level,headline_zh,headline_en,description_zh\n"
        "2023-06-01T01:00:00+08:00,441823,river_flood,blue,阳山县洪水蓝色预警,Blue flood warning for Yangshan,连江水位上涨。\n"
    )
    (tmp_path / "warnings.csv").write_text(warned, encoding="utf-8")
    closed = "time,area,road,reason\n2023-06-01T03:00:00+08:00,441881110,S292 连江口段,路面积水\n"
    (tmp_path / "closures.csv").write_text(closed, encoding="utf-8")
    code, found = run(tmp_path)
    assert code == 0, found
    counts = {"accepted": 3, "duplicate": 1, "rejected": 0, "corrected": 0}
    assert found["readings"] == counts | {"suspect": 1, "left_out": 2}, "one jumped; one before the start and one of no kind"
    assert [(d["station"], d["count"]) for d in found["suspect"]] == [("QY-H05", 1)]
    assert [(a["station"], a["level"]) for a in found["alarms"]] == [("QY-H05", "yellow")]
    assert [(r["direction"], r["level"]) for r in found["responses"]][:1] == [("start", "IV")]
    leads = {w["headline"]: w["lead_time_minutes"] for w in found["warnings"]}
    assert leads["阳山县洪水蓝色预警"] is None, "no station of Yangshan raised an alarm"
    assert [i["kind"] for i in found["injects"]] == ["warning", "closure"]
    with exercise():
        assert Inject.objects.count() == 2
        assert Task.objects.filter(state="done").exists()


def test_the_second_shipped_scenario_says_how_little_was_published(committed: None) -> None:
    code, found = run(SHIPPED.parent / "rise-2023-06")
    assert code == 0
    assert {a["station"] for a in found["alarms"]} == {"QY-H01", "QY-H06", "QY-H07", "QY-H13"}
    assert [r["direction"] for r in found["responses"]][0] == "start"
    assert found["responses"][-1]["ended_at"] is None, "nobody published the last fall, so it is not over"
