"""The exercise director's page: start, pause, speed, stop, reset, reports, compare, upload. Real time is a test's own."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from anlan.apps.exercises import driving, folders, jobs
from anlan.apps.exercises.models import Replay, RunReport
from anlan.apps.exercises.replay import Driver
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered

pytestmark = pytest.mark.xdist_group("committed")
PAGE = "/exercise/replay/"
TOML = (
    'name_zh = "小演练"\nname_en = "Small drill"\nstart = 2023-06-01T00:00:00+08:00\nend = 2023-06-01T06:00:00+08:00\n'
    'observations = "o.csv"\n'
)
ROWS = "station_id,time,stage_m\nQY-H01,2023-06-01T01:00:00+08:00,27\nQY-H01,2023-06-01T04:00:00+08:00,25\n"


@dataclass
class Hand:
    """Real time that passes only when somebody sleeps, and somebody who acts at certain moments of it."""

    acts: dict[float, Any] = field(default_factory=dict)
    at: float = 0.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        for moment in [m for m in self.acts if m <= self.at]:
            self.acts.pop(moment)()


class Browser:
    """A signed-in member of the demo cast in the exercise world."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        account = get_user_model().objects.get(username=username)
        self.client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, address: str = PAGE, **query: Any) -> Any:
        return self.client.get(address.removeprefix("/exercise"), query, SCRIPT_NAME="/exercise")

    def post(self, part: str, **fields: Any) -> Any:
        return self.client.post(f"/replay/{part}/", fields, SCRIPT_NAME="/exercise", follow=True)

    def do(self, what: str) -> Any:
        return self.post("control", do=what)


@pytest.fixture
def drill(tmp_path: Path) -> Path:
    folder = tmp_path / "drill"
    folder.mkdir()
    (folder / "scenario.toml").write_text(TOML, encoding="utf-8")
    (folder / "o.csv").write_text(ROWS, encoding="utf-8")
    return folder


def world_time() -> Any:
    return clock.exercise_now()


def state() -> Replay:
    found = driving.current_replay()
    assert found is not None
    return found


def test_speed_pause_going_on_and_stop_are_followed_at_once(committed: None, drill: Path) -> None:
    director, hand = Browser("commander"), Hand()
    with driving.driving():
        driver = driving.prepare(drill, starter="commander", speed=60, area="4418")
    begun = driver.scenario.start
    seen: dict[str, Any] = {}

    def paused() -> None:
        director.do("pause")
        seen["paused"] = world_time()

    def going_on() -> None:
        seen["still"] = world_time()
        director.do("resume")
        director.do("3600")

    def stopped() -> None:
        seen["fast"] = world_time()
        director.do("stop")

    # 60 s at ×60 are an hour of exercise time; nothing passes in the pause; 2 s at ×3600 are two hours.
    hand.acts = {60.0: paused, 90.0: going_on, 92.0: stopped}
    with driving.driving():
        driving.drive(driver, pace=driving.Pace(hand.now, hand.sleep))
    assert timedelta(minutes=59) <= seen["paused"] - begun <= timedelta(minutes=61)
    assert seen["still"] == seen["paused"], "the exercise clock stands still in a pause"
    assert timedelta(hours=1.4) <= seen["fast"] - seen["still"] <= timedelta(hours=2.1)
    assert state().state == "stopped"
    assert driver.reached < driver.scenario.end
    assert hand.at < 95, "a stop is heard within a pulse"


@pytest.mark.parametrize("moment", ["between the look and the move", "within a step"])
def test_the_clock_stands_from_the_moment_a_pause_is_answered(
    committed: None, drill: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    director, hand, step = Browser("commander"), Hand(), Driver.step
    with driving.driving():
        driver = driving.prepare(drill, starter="commander", speed=600, area="4418")
    seen: dict[str, Any] = {}

    def pause() -> None:
        if not seen and driver.reached > driver.scenario.start:
            director.do("pause")
            seen["paused"] = world_time()
            hand.acts[hand.at + 30] = stop

    def stop() -> None:
        seen["later"] = world_time()
        director.do("stop")

    def looked() -> float:
        if moment == "between the look and the move":
            pause()
        return hand.now()

    def stepped(driver: Driver, at: datetime) -> None:
        if moment == "within a step":
            pause()
        step(driver, at)

    monkeypatch.setattr(Driver, "step", stepped)
    with driving.driving():
        driving.drive(driver, pace=driving.Pace(looked, hand.sleep))
    assert seen["later"] == seen["paused"]


def test_nothing_is_lost_between_two_slices(committed: None, drill: Path) -> None:
    hand = Hand()
    pace = driving.Pace(hand.now, hand.sleep)
    with driving.driving():
        driver = driving.prepare(drill, starter="commander", speed=60, area="4418")
        for _slice in range(3):
            driving.drive(driver, seconds=55.0, pace=pace)
            hand.at += 2.0  # until the timed job comes round again
        passed = world_time() - driver.scenario.start
    # The last two seconds, and the pulse in which a slice ends, are counted by the slice that comes.
    assert timedelta(seconds=60 * (hand.at - 3)) <= passed <= timedelta(seconds=60 * hand.at)


def test_the_work_of_a_step_takes_nothing_from_the_speed(committed: None, drill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand, step, steps = Hand(), Driver.step, []

    def working(driver: Driver, at: datetime) -> None:
        step(driver, at)
        steps.append(at)
        hand.at += 2.0

    monkeypatch.setattr(Driver, "step", working)
    with driving.driving():
        driver = driving.prepare(drill, starter="commander", speed=60, area="4418")
        driving.drive(driver, pace=driving.Pace(hand.now, hand.sleep))
    assert len(steps) > 10
    # Six hours at ×60, and the work of the last step.
    assert 360 <= hand.at <= 362.5


def test_the_director_starts_the_worker_drives_and_the_report_outlives_a_reset(committed: None, drill: Path) -> None:
    director = Browser("commander")
    page = director.get()
    assert page.status_code == 200
    answer = director.post("start", scenario="pack:flood-2022-06", speed="0")
    assert state().started_by == "commander"
    assert "2022年6月北江洪水" in answer.content.decode()
    director.do("reset")
    assert driving.current_replay() is None
    with driving.driving():
        driving.prepare(drill, starter="commander", speed=0, area="4418")
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert state().state == "finished"
    with entered(Scope.everything("system:test")):
        kept = list(RunReport.objects.order_by("id"))
        assert [r.complete for r in kept] == [False, True]
        assert kept[1].content["readings"]["accepted"] == 2
        emptied = JournalEntry.objects.filter(action="exercises.note_emptied")
        assert {e.actor for e in emptied} == {"commander"}
    text = director.get().content.decode()
    assert "英德(五)" in text
    compared = director.get("/exercise/replay/compare/", run=[r.pk for r in kept]).content.decode()
    assert "不同之处" in compared or "各项均相同" in compared
    assert director.get("/exercise/replay/compare/", run=[kept[0].pk]).status_code == 302
    page = director.get(f"/exercise/exercises/reports/{kept[1].pk}/")
    assert page.status_code == 200
    assert "英德(五)" in page.content.decode()
    with entered(Scope.everything("system:test", "exercise")):
        entries = JournalEntry.objects.count()
    director.do("reset")
    with entered(Scope.everything("system:test", "exercise")):
        assert JournalEntry.objects.count() < entries
    with entered(Scope.everything("system:test")):
        assert RunReport.objects.count() == 2


def test_a_paused_replay_leaves_the_worker_and_goes_on_where_it_stood(committed: None, drill: Path) -> None:
    director = Browser("commander")
    with driving.driving():
        driving.prepare(drill, starter="commander", speed=0, area="4418")
    director.do("pause")
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert driving.reached(state()) == state().starts_at
    assert "暂停" in director.get().content.decode()
    director.do("resume")
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert state().state == "finished"


def test_folders_that_changed_under_way_stop_with_the_reason(committed: None, drill: Path) -> None:
    director = Browser("commander")
    with driving.driving():
        driving.prepare(drill, starter="commander", speed=0, area="4418")
    (drill / "o.csv").write_text(ROWS.replace("27", "28"), encoding="utf-8")
    jobs._drivers.clear()
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert state().state == "stopped"
    assert "文件已被改动" in director.get().content.decode()


def test_a_killed_command_line_is_taken_over_from_the_page(committed: None, drill: Path) -> None:
    director = Browser("commander")
    with driving.driving():
        driving.prepare(drill, starter=driving.CLI, speed=0, area="4418")
    assert driving.is_orphan(state())
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert driving.reached(state()) == state().starts_at, "the worker leaves a command line's replay alone"
    assert 'value="take_over"' in director.get().content.decode()
    director.do("take_over")
    with entered(Scope.everything("system:job", "exercise")):
        jobs.drive()
    assert state().state == "finished"


def zipped(files: dict[str, str]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    made.seek(0)
    made.name = "my-drill.zip"  # type: ignore[attr-defined]
    return made


def damaged() -> io.BytesIO:
    """Return a zip whose compressed content begins with a block type that deflate does not have."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scenario.toml", TOML)
    raw = bytearray(made.getvalue())
    raw[30 + len("scenario.toml")] = 0xFF
    return io.BytesIO(bytes(raw))


def test_a_damaged_zip_is_refused_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(tmp_path / "media"))
    with pytest.raises(Refusal):
        folders.unpack("drill.zip", damaged())
    assert not (tmp_path / "media").exists()


def test_administrators_upload_a_zip_or_name_a_folder_and_nobody_else(
    committed: None, drill: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(tmp_path / "media"))
    admin, commander, clerk = Browser("admin"), Browser("commander"), Browser("duty")
    for bad in (
        {"scenario.toml": TOML},
        {"../scenario.toml": TOML, "../o.csv": ROWS},
        {"a/scenario.toml": TOML, "b/scenario.toml": TOML},
        {"a/readme.txt": "x"},
        {"scenario.toml": TOML, "o.csv": ROWS.replace("27", "high")},
    ):
        admin.post("upload", file=zipped(bad))
        assert not list((tmp_path / "media").glob("scenarios/*")), bad
    assert commander.post("upload", file=zipped({"scenario.toml": TOML, "o.csv": ROWS})).status_code == 403
    admin.post("upload", file=zipped({"drill/scenario.toml": TOML, "drill/o.csv": ROWS}))
    assert "小演练" in admin.get().content.decode()
    admin.post("start", scenario="upload:my-drill", speed="10")
    assert (state().name_zh, state().speed) == ("小演练", 10)
    admin.do("stop")
    admin.post("start", path=str(drill), speed="0")
    assert state().folder == str(drill)
    assert commander.post("start", path=str(drill), speed="0").status_code == 403
    assert clerk.post("start", scenario="pack:flood-2022-06", speed="0").status_code == 403
    assert clerk.do("reset").status_code == 403
    assert clerk.get().status_code == 200
    assert Browser("water").get().status_code == 403
    assert state().folder == str(drill)


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("start", {"scenario": "pack:nothing", "speed": "0"}),
        ("start", {"scenario": "pack:flood-2022-06", "speed": "9999"}),
        ("start", {"scenario": "pack:flood-2022-06", "speed": "²"}),
        ("control", {"do": "fly"}),
        ("control", {"do": "²"}),
        ("control", {"do": "pause"}),
    ],
)
def test_wrong_buttons_say_so_and_change_nothing(committed: None, part: str, fields: dict[str, str]) -> None:
    assert Browser("commander").post(part, **fields).status_code in (200, 422)
    assert driving.current_replay() is None


def test_people_decide_where_the_director_says_so_also_after_a_crash(committed: None, drill: Path) -> None:
    with (drill / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write('\n[decisions]\nconfirm = "all"\nofficer = "commander"\nafter_minutes = 5\n')
    with driving.driving():
        scripted = driving.prepare(drill, starter="commander", speed=60, area="4418")
        assert scripted.scenario.decisions is not None
        assert state().unattended
        driver = driving.prepare(drill, starter="commander", speed=60, area="4418", people=True)
    assert driver.scenario.decisions is None
    assert not state().unattended
    assert driving.reopen(state()).scenario.decisions is None, "who takes over scripts nobody either"
