"""The wallboard: how things stand, nothing to press, nothing that the viewer may not read; its map stops for an alarm."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.alarms import actions as alarm_actions
from anlan.apps.alarms.models import Alarm
from anlan.apps.console import wall
from anlan.apps.console.tests.test_command import T0, read
from anlan.apps.response import actions as response
from anlan.apps.response.models import Proposal, Task
from anlan.apps.telemetry.models import Datastream
from anlan.apps.warning.models import Warning
from anlan.kit import clock, outbox
from anlan.kit.scope import Authority, Scope, entered

ALL = "4418"


@pytest.fixture
def flood(db: None) -> Any:
    """Yingde rises over the warning level within two hours; the response is started, its tasks are out."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        with entered(Scope.everything("system:test")):
            read(25.0, -1.5)
            read(30.47, 0)
        yield


def test_it_shows_how_things_stand_and_offers_nothing_to_press(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    with entered(Scope.everything("system:test")):
        outbox.drain()
    page = cast["commander"].client.get("/map/wall/").content.decode()
    board = page[page.index("<main") : page.index("</main>")]
    assert "英德" in board
    assert "30.47 m" in board
    assert "每小时上涨" in board
    assert "市三防总指挥" in board
    assert "级响应" in board
    assert not re.search(r"<(button|form|input|select)\b", board)
    assert re.findall(r'<a [^>]*href="([^"]+)"', board) == ["/map/"], "the only way is the way out"


def test_units_are_told_with_what_they_have_done(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        response.confirm(proposal=Proposal.objects.get().pk)
    with entered(Scope.everything("system:test")):
        outbox.drain()
        issued = Task.objects.count()
    with entered(cast["commander"].scope):
        found = wall.stands(ALL)
    assert found["tasks"] == (0, issued)
    assert len(found["units"]) == wall.UNITS
    assert sum(unit.issued for unit in found["units"]) <= issued


def test_the_map_stays_with_an_unanswered_alarm_and_goes_on_when_it_is_answered(flood: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        held = wall.stands(ALL)["tour"]
        place = Datastream.objects.get(pk=Alarm.objects.get().datastream_id).station.location
        alarm_actions.acknowledge(alarm=Alarm.objects.get().pk)
        going = wall.stands(ALL)["tour"]
    assert [to for _name, to in held["held"]] == [(place.x, place.y)]
    assert going["held"] == []
    assert len([to for _name, to in going["stops"] if len(to) == 4]) == 8, "the eight counties"


def test_the_residents_of_overlapping_warnings_are_counted_once(flood: None, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")):
        assert wall.stands(ALL)["people"] == 0, "a draft threatens nobody yet"
        assert Warning.objects.count() == 1


def test_what_is_not_for_the_viewer_is_said_to_be_so_and_never_called_none(flood: None, cast: dict[str, Any]) -> None:
    neighbour = cast["county_officer"].client.get("/map/wall/").content.decode()
    assert "英德" not in neighbour, "Yingde's figures are none of Qingcheng's"
    with entered(Scope("live", "wall", authorities=(Authority(ALL, frozenset({"console.view_map"})),))):
        found = wall.stands(ALL)
    assert (found["trends"], found["units"], found["alarms"]) == (None, None, None)


def test_a_station_that_says_nothing_comes_after_those_that_speak(flood: None, cast: dict[str, Any]) -> None:
    with entered(Scope.everything("system:test")), clock.frozen(datetime(2022, 6, 20, tzinfo=UTC)):
        read(30.6, 1)
        found = wall.stands(ALL)["trends"]
    stale = [trend.value.stale for trend, _picture in found]
    assert stale == sorted(stale)
