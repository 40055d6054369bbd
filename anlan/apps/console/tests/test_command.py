"""The command page: one queue by the time required, records beside the map, and the map as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.alarms import actions as alarm_actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import watch_silence
from anlan.apps.alarms.models import Alarm
from anlan.apps.console import views
from anlan.apps.people import api as people
from anlan.apps.people.models import Account
from anlan.apps.response import actions as response
from anlan.apps.response import tasks
from anlan.apps.response.models import Proposal, Task
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Station
from anlan.apps.warning import actions as warning
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.board import Rank, all_folded, all_waiting
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.kit.testing.tiles import features

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def read(stage: float, hours: float) -> None:
    row = telemetry.RawReading(2, "QY-H01", "water_level", T0 + timedelta(hours=hours), stage)
    telemetry.detect(telemetry.ingest([row], "test").batch)
    outbox.drain()


@pytest.fixture
def flood(db: None) -> Iterator[None]:
    """Yingde at 30.47 m at T0, and one minute gone."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        with entered(Scope.everything("system:test")):
            read(30.47, 0)
        yield


def test_the_queue_goes_by_what_hangs_on_it(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        found = all_waiting()
    assert [w.kind for w in found] == ["proposal", "alarm", "warning"], "decide, answer the danger, sign"
    alarm = found[1]
    assert alarm.rank == Rank.DANGER
    assert alarm.required_at == alarms.answer_by(T0 + timedelta(minutes=1))
    assert not alarm.late


def test_a_red_alarm_stands_before_twenty_late_tasks_which_are_one_line(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    with entered(Scope.everything("system:test")):
        outbox.drain()
        last = max(task.ack_due_at for task in Task.objects.all())
    with clock.frozen(last + timedelta(minutes=10)):
        with entered(Scope.everything("system:test")):
            read(35.6, 1)
        with entered(cast["commander"].scope):
            found, lines = all_waiting(), all_folded()
        page = cast["commander"].client.get("/").content.decode()
    assert found[0].rank <= Rank.DANGER
    first = next(w for w in found if w.kind == "alarm")
    assert (first.level, first.pinned) == (4, True)
    assert all(w.rank < Rank.WORK for w in found[: found.index(first) + 1])
    assert len([w for w in found if w.kind == "task"]) <= 1, "what others owe is no task of the commander's"
    [line] = lines
    assert "未签收" in line.text
    assert page.index("queue-pinned") < page.index(line.text)


def test_the_level_in_force_is_told_to_everybody_and_opened_by_those_who_may(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        started = response.confirm(proposal=Proposal.objects.get().pk)
    for role in ("signer", "administrator", "integrator", "county_officer", "reporter", "commander"):
        page = cast[role].client.get("/").content.decode()
        assert "响应中" in page, role
        assert "目前没有启动" not in page, role
    assert f'href="{started.desk_url()}"' in cast["commander"].client.get("/").content.decode()
    assert f'href="{started.desk_url()}"' not in cast["signer"].client.get("/").content.decode()


def test_a_duty_that_the_city_holds_is_not_called_vacant_in_a_county(flood: None, cast: dict[str, Any]) -> None:
    page = cast["county_officer"].client.get("/").content.decode()
    assert "市三防总指挥（演示）" in page
    assert "· 清远市" in page


def test_silent_stations_have_a_quiet_place_of_their_own(flood: None, cast: dict[str, Any]) -> None:
    with clock.frozen(T0 + timedelta(hours=30)):
        with entered(Scope.everything("system:test")):
            watch_silence()
        with entered(cast["commander"].scope):
            assert "silence" not in {w.kind for w in all_waiting()}
        page = cast["commander"].client.get("/").content.decode()
    assert "数据超时的站点" in page


def test_each_line_offers_the_verb_to_those_who_may_only(flood: None, cast: dict[str, Any]) -> None:
    def offered(role: str) -> dict[str, str]:
        with entered(cast[role].scope):
            return {w.kind: w.verb for w in all_waiting()}

    assert offered("commander") == {"alarm": "acknowledge", "warning": "", "proposal": "confirm"}
    assert offered("signer") == {"alarm": "", "warning": "issue"}, "who may sign and publish does both in one step"
    assert offered("county_officer") == {}, "Yingde's alarm is none of Qingcheng's"


def test_a_returned_alarm_waits_to_be_closed_by_those_who_may(flood: None, cast: dict[str, Any]) -> None:
    def shown(role: str, address: str = "/") -> bool:
        return "已恢复，待关闭" in cast[role].client.get(address).content.decode()

    assert not shown("city_officer"), "it stands still"
    with entered(Scope.everything("system:test")):
        read(20.0, 0.5)
        alarm = Alarm.objects.get()
    assert alarm.state == "returned"
    assert shown("city_officer")
    assert shown("city_officer", "/map/")
    assert f"{alarm.desk_url()}close/?next=" in cast["city_officer"].client.get("/").content.decode()
    assert not shown("commander"), "who may not close it has nothing to do"
    assert not shown("county_officer"), "Yingde's alarm is none of Qingcheng's"
    with entered(cast["city_officer"].scope):
        alarm_actions.close(alarm=alarm.pk, cause="danger")
    assert not shown("city_officer")


def test_an_overdue_task_joins_the_queue_and_leaves_it_when_done(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    with entered(Scope.everything("system:test")):
        outbox.drain()
        own = people.organisation_of(cast["unit"].username)
        task = Task.objects.filter(organisation__code=own).first()
        assert task is not None
    with clock.frozen(task.due_at + timedelta(minutes=1)), entered(cast["unit"].scope):
        assert [w.verb for w in all_waiting() if w.url == task.desk_url()] == ["accept"]
        tasks.accept(task=task.pk)
        tasks.complete(task=task.pk, report="done")
        assert [w for w in all_waiting() if w.url == task.desk_url()] == []


def test_the_command_page_tells_level_leader_and_link(flood: None, cast: dict[str, Any]) -> None:
    page = cast["commander"].client.get("/map/").content.decode()
    assert "市三防总指挥（演示）" in page
    assert "link-state" in page
    assert "data-wall" not in page
    assert cast["commander"].client.get("/map/?wall=1").headers["Location"] == "/map/wall/", "where the wall was once"
    assert cast["reporter"].client.get("/map/").status_code == 403


def test_any_record_opens_beside_the_map_with_its_verbs_and_filled_tabs_only(flood: None, cast: dict[str, Any]) -> None:
    client = cast["commander"].client
    with entered(Scope.everything("system:test")):
        alarm, proposal = Alarm.objects.get(), Proposal.objects.get()
    panel = client.get(f"/map/record{alarm.desk_url()}").content.decode()
    assert f"{alarm.desk_url()}acknowledge/?next=" in panel
    assert "pane-tasks" not in panel
    with entered(cast["commander"].scope):
        started = response.confirm(proposal=proposal.pk)
    assert "pane-tasks" in client.get(f"/map/record{started.desk_url()}").content.decode()
    assert client.get("/map/record/alarms/alarms/999999/").status_code == 404
    assert client.get("/map/record/no/such/1/").status_code == 404
    assert cast["county_officer"].client.get(f"/map/record{alarm.desk_url()}").status_code == 404


def test_a_verb_of_the_panel_leads_back_to_the_map(flood: None, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        alarm = Alarm.objects.get()
    address = f"{alarm.desk_url()}acknowledge/?next=/map/%3Fselect%3D{alarm.desk_url()}"
    answer = cast["commander"].client.post(address, {"next": "", **seen_on(cast["commander"].client, address)})
    assert (answer.status_code, answer.url) == (302, f"/map/?select={alarm.desk_url()}")


def test_a_verb_page_says_what_its_button_does(flood: None, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        alarm = Alarm.objects.get()
    page = cast["commander"].client.get(f"{alarm.desk_url()}acknowledge/").content.decode()
    assert page.count("确认") >= 2, "heading and button were empty: the template called the verb"


def test_the_map_shows_values_and_warnings_as_they_were(flood: None, cast: dict[str, Any], tmp_path: Path) -> None:
    with entered(Scope.everything("system:test")):
        draft = Warning.objects.get()
    with entered(cast["signer"].scope):
        warning.sign(warning=draft.pk)
        warning.publish(warning=draft.pk)
    with clock.frozen(T0 + timedelta(hours=6)):
        with entered(Scope.everything("system:test")):
            read(25.0, 6)
        client = cast["commander"].client

        def at(hours: float) -> tuple[str, str, int]:
            then = {"at": (T0 + timedelta(hours=hours)).isoformat()}
            body = client.get("/telemetry/stations/tiles/6/52/27.mvt", then).content
            (station,) = [s for s in features(body, (6, 52, 27), tmp_path)["stations"] if s["code"] == "QY-H01"]
            outlines = client.get("/map/past.json", then).json()["layers"]["warnings"]["features"]
            return station.get("value", ""), station["level"], len(outlines)

        assert at(1)[:2] == ("30.47 m", "orange")
        assert at(1)[2] == 1
        assert at(6)[:2] == ("25.00 m", "normal")
        assert at(-1)[1:] == ("normal", 0)
        assert not at(-1)[0], "nothing had been read yet"
        now = features(client.get("/telemetry/stations/tiles/6/52/27.mvt").content, (6, 52, 27), tmp_path)["stations"]
        assert "25.00 m" in {s["value"] for s in now}


def test_a_time_that_is_none_is_refused_in_words(db: None, cast: dict[str, Any]) -> None:
    for address in ("/map/past.json", "/telemetry/stations/tiles/6/52/27.mvt"):
        with assert_nothing_happened():
            answer = cast["commander"].client.get(address, {"at": "yesterday"}, HTTP_ACCEPT="application/json")
        assert answer.status_code == 422
        assert "2022-06-20" in answer.json()["title"]


def test_a_layer_that_cannot_tell_the_past_refuses_it(db: None, cast: dict[str, Any]) -> None:
    with assert_nothing_happened():
        answer = cast["commander"].client.get(
            "/alarms/alarms/tiles/6/52/27.mvt", {"at": T0.isoformat()}, HTTP_ACCEPT="application/json"
        )
    assert answer.status_code == 422


def test_the_timeline_tells_alarms_warnings_and_levels(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    found = cast["commander"].client.get("/map/timeline.json").json()
    assert [a["level"] for a in found["alarms"]] == ["orange"]
    assert [step["level"] for step in found["levels"]] == ["III"]
    assert datetime.fromisoformat(found["to"]) - datetime.fromisoformat(found["from"]) == timedelta(hours=72)
    assert cast["county_officer"].client.get("/map/timeline.json").json()["alarms"] == []


def test_what_ended_before_the_timeline_begins_is_not_on_it(flood: None, cast: dict[str, Any]) -> None:
    def told() -> int:
        return len(cast["commander"].client.get("/map/timeline.json").json()["alarms"])

    with clock.frozen(T0 + timedelta(hours=90)):
        assert told() == 1, "it stands still, whenever it began"
    with entered(Scope.everything("system:test")), clock.frozen(T0 + timedelta(hours=3)):
        read(25.0, 3)
    for hours, shown in ((70, 1), (90, 0)):
        with clock.frozen(T0 + timedelta(hours=hours)):
            assert told() == shown, hours


def test_tasks_stand_at_the_place_of_their_unit(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    with entered(Scope.everything("system:test")):
        outbox.drain()
    found = cast["commander"].client.get("/map/tasks.geojson").json()["features"]
    assert found
    assert all(112 < f["geometry"]["coordinates"][0] < 115 for f in found)


def test_the_list_beside_the_map_says_the_same(flood: None, cast: dict[str, Any]) -> None:
    page = cast["commander"].client.get("/map/list/").content.decode()
    assert "30.47 m" in page
    assert "橙色" in page
    assert "30.47" not in cast["county_officer"].client.get("/map/list/").content.decode()


def test_the_list_beside_the_map_shows_the_gravest_and_says_how_many_more(
    flood: None, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_STATIONS", 1)
    page = cast["commander"].client.get("/map/list/").content.decode()
    assert "30.47 m" in page
    assert page.count("<tr>") == 2
    with entered(cast["commander"].scope):
        more = Station.objects.filter(location__isnull=False).count() - 1
    assert f"另有 {more} 个站点" in page


def test_who_holds_no_post_is_not_called_none(cast: dict[str, Any]) -> None:
    with writing(), entered(Scope.everything("system:test")):
        Account.objects.filter(username="duty").update(post_code="")
    assert ">None<" not in cast["city_officer"].client.get("/").content.decode()


def test_the_workbench_tells_who_is_on_duty(flood: None, cast: dict[str, Any]) -> None:
    page = cast["city_officer"].client.get("/").content.decode()
    assert "市值班员（演示）" in page
    assert "当前没有启动应急响应" in page


def test_what_a_newcomer_may_try_gives_way_to_a_danger_that_nobody_has_answered(
    flood: None, cast: dict[str, Any], settings: Any
) -> None:
    settings.ANLAN_DEMO = True
    assert "first-steps" not in cast["commander"].client.get("/").content.decode()
    assert "first-steps" in cast["reporter"].client.get("/").content.decode(), (
        "a reporter is shown no alarm, and no danger presses"
    )
