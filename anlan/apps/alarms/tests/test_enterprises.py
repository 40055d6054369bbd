"""An enterprise's alarms: first to it, to the city when unanswered or not dealt with in time, at once where the installation is grave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import weigh_restraints
from anlan.apps.alarms.models import Alarm
from anlan.apps.enterprises.models import Enterprise
from anlan.apps.enterprises.tests.factories import GROUND, enterprise
from anlan.apps.people.models import Organisation
from anlan.apps.telemetry import api
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAY = ("alarms.answer_own_alarm", "alarms.view_alarm", "telemetry.view_station")


@pytest.fixture
def plant(live: Scope) -> Datastream:
    """Make a plant with a stage gauge of its own: yellow from 5 m, orange from 6, red from 7."""
    body = created(
        Organisation, code="e-plant", name="示例化工厂", name_en="Plant", kind="enterprise", sector="emergency", area=GROUND
    )
    enterprise(grade=2, organisation=body)
    station = created(Station, code="QY-E01", name="罐区水位", kind="river", area=GROUND, source="test")
    stream = created(Datastream, station=station, quantity="water_level", stale_after=timedelta(hours=1), area=GROUND)
    for level, value in (("warning", 5.0), ("guarantee", 6.0), ("historical_max", 7.0)):
        created(Threshold, datastream=stream, hazard="river_flood", level=level, value=value, source="test", area=GROUND)
    return stream


def put(value: float, minutes: float = 0) -> None:
    api.detect(api.ingest([RawReading(2, "QY-E01", "water_level", T0 + minutes * MINUTE, value)], "test").batch)


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"alarms.{name}").count()


def test_it_is_the_enterprises_alone_until_its_time_is_over(plant: Datastream) -> None:
    put(5.2)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.restraint, alarm.restraint_reason) == ("suppressed", "owner", "示例化工厂")
    assert (told("alarm_raised"), told("alarm_suppressed"), alarms.alarms_open()) == (0, 1, [])
    weigh_restraints()
    assert Alarm.objects.get().state == "suppressed"
    with clock.frozen(clock.now() + 10 * MINUTE):
        weigh_restraints()
        weigh_restraints()
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.restraint, told("alarm_raised")) == ("raised", "", 1)
    assert JournalEntry.objects.filter(action="alarms.keep_back", record_id=str(alarm.pk)).count() == 1


def test_answered_it_stays_there_for_its_second_time(plant: Datastream, as_: Any) -> None:
    put(5.2)
    pk = Alarm.objects.get().pk
    with as_(GROUND, *MAY, actor="plant"):
        actions.answer_own(alarm=pk, measure="已关闭进料阀")
        with assert_nothing_happened(Alarm), pytest.raises(Conflict):
            actions.answer_own(alarm=pk, measure="再报一次")
    alarm = Alarm.objects.get()
    assert (alarm.owner_answered_by, alarm.owner_measure, alarm.state) == ("plant", "已关闭进料阀", "suppressed")
    entry = JournalEntry.objects.get(action="alarms.answer_own")
    assert (entry.actor, entry.area, entry.reason or entry.diff) and entry.record_id == str(pk)
    start = clock.now()
    for minutes, state in ((11, "suppressed"), (69, "suppressed"), (70, "raised")):
        with clock.frozen(start + minutes * MINUTE):
            weigh_restraints()
        assert Alarm.objects.get().state == state, minutes


def test_dealt_with_in_time_the_city_hears_nothing_of_it(plant: Datastream) -> None:
    put(5.2)
    put(3.0, 5)
    assert (Alarm.objects.get().state, told("alarm_raised"), told("alarm_returned")) == ("returned", 0, 0)


@pytest.mark.parametrize(
    ("grade", "value", "at_once"), [(2, 6.1, True), (1, 6.1, True), (3, 6.1, False), (3, 7.1, True), (0, 5.2, False)]
)
def test_grave_ones_of_grave_installations_go_to_both_at_once(plant: Datastream, grade: int, value: float, at_once: bool) -> None:
    with writing():
        Enterprise.objects.update(grade=grade)
    put(value)
    assert (Alarm.objects.get().state, told("alarm_raised")) == (("raised", 1) if at_once else ("suppressed", 0))


def test_it_goes_to_the_city_as_soon_as_it_becomes_grave(plant: Datastream) -> None:
    put(5.2)
    put(6.1, 5)
    assert (Alarm.objects.get().state, told("alarm_raised")) == ("raised", 1)


def test_each_sees_and_answers_on_its_own_ground_alone(plant: Datastream, as_: Any) -> None:
    put(5.2)
    pk = Alarm.objects.get().pk
    with as_("441802107902", *MAY, actor="neighbour"):
        assert not Alarm.objects.exists() and not Station.objects.exists()
        with assert_nothing_happened(Alarm), pytest.raises(NotFound):
            actions.answer_own(alarm=pk, measure="x")
    with as_(GROUND, *MAY, actor="plant"):
        assert Station.objects.get().code == "QY-E01" and Alarm.objects.get().pk == pk
    with as_("4418", "alarms.view_alarm", actor="duty"), assert_nothing_happened(Alarm), pytest.raises(NotAuthorised):
        actions.answer_own(alarm=pk, measure="x")


def test_another_place_knows_no_owner(live: Scope) -> None:
    api.detect(api.ingest([RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test").batch)
    pk = Alarm.objects.get().pk
    with assert_nothing_happened(Alarm), pytest.raises(Conflict):
        actions.answer_own(alarm=pk, measure="x")
