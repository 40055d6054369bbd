"""What keeps alarms back and in order: out of service, suppression by state, red shelving, chattering, cards, shifts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.alarms import actions, keeping
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import let_calm_return, weigh_restraints
from anlan.apps.alarms.letters import SHIFT, raised_by_hour, write_shift_paper
from anlan.apps.alarms.models import Alarm, AlarmCard, OutOfService, ShiftReport, StateRule
from anlan.apps.telemetry import api
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.actions import confirm
from anlan.kit.models import JournalEntry, OutboxEvent, PendingAction
from anlan.kit.refusals import Conflict, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)


def put(stage: float, hours: float = 0, station: str = "QY-H01", quantity: str = "water_level") -> None:
    api.detect(api.ingest([RawReading(2, station, quantity, T0 + hours * H, stage)], "test").batch)


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"alarms.{name}").count()


def out(**more: Any) -> OutOfService:
    given = {"hours": 4.0, "instead": "人工读尺", "reason": "换探头"}
    return keeping.take_out_of_service(station=Station.objects.get(code="QY-H01"), **{**given, **more})


@pytest.mark.parametrize(
    "more", [{"reason": " "}, {"instead": ""}, {"hours": 0.0}, {"hours": 200.0}, {"quantity": "gas_level_never"}]
)
def test_out_of_service_wants_a_reason_a_limit_and_what_watches_instead(live: Scope, more: dict[str, Any]) -> None:
    with assert_nothing_happened(OutOfService), pytest.raises(Refusal):
        out(**more)


def test_alarms_of_what_is_out_of_service_are_kept_back_recorded_and_told_afterwards(live: Scope) -> None:
    row = out()
    with assert_nothing_happened(OutOfService), pytest.raises(Conflict):
        out()
    put(30.47)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.restraint, alarm.restraint_reason) == ("suppressed", "out", "换探头")
    assert (told("alarm_raised"), told("alarm_suppressed"), alarms.alarms_open()) == (0, 1, [])
    put(31.0, 1)
    assert told("alarm_level_changed") == 0
    keeping.put_back(outage=row.pk)
    weigh_restraints()
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.restraint, told("alarm_raised")) == ("raised", "", 1)
    assert JournalEntry.objects.filter(action="alarms.keep_back", record_id=str(alarm.pk)).exists()


def test_what_passes_while_out_of_service_is_told_to_nobody_and_the_time_ends_by_itself(live: Scope) -> None:
    out(hours=1.0)
    put(30.47)
    put(20.0, 1)
    assert (Alarm.objects.get().state, told("alarm_returned")) == ("returned", 0)
    with clock.frozen(clock.now() + 2 * H):
        weigh_restraints()
    assert (OutOfService.objects.get().state, OutOfService.objects.get().ended_by) == ("ended", "system:test")


def test_what_stood_is_kept_back_when_its_station_is_taken_out(live: Scope) -> None:
    put(30.47)
    out(quantity="water_level")
    weigh_restraints()
    assert Alarm.objects.get().state == "suppressed"
    with assert_nothing_happened(Alarm):
        weigh_restraints()


def test_a_state_keeps_alarms_back_but_never_a_red_one(live: Scope) -> None:
    state = Datastream.objects.get(station__code="QY-H01", quantity="flow") if _has_flow() else _other("QY-H01")
    rule = {"hazard": "river_flood", "state_of": state, "sign": "le", "value": 100.0, "reason": "闸门关闭"}
    created(StateRule, area=state.area, name="关闸", **rule)
    put(50.0, -1, quantity=state.quantity)
    put(30.47)
    assert (Alarm.objects.get().state, Alarm.objects.get().restraint) == ("suppressed", "state")
    put(35.95, 1)
    assert (Alarm.objects.get().level, Alarm.objects.get().state, told("alarm_raised")) == (4, "raised", 1)
    weigh_restraints()
    assert Alarm.objects.get().state == "raised"


def _has_flow() -> bool:
    return Datastream.objects.filter(station__code="QY-H01", quantity="flow").exists()


def _other(station: str) -> Datastream:
    held = Station.objects.get(code=station)
    made: Datastream = created(Datastream, area=held.area, station=held, quantity="flow", stale_after=timedelta(hours=6))
    return made


def test_a_red_alarm_is_put_aside_by_two_persons_and_for_an_hour(live: Scope, cast: dict[str, Any]) -> None:
    put(35.95)
    alarm = Alarm.objects.get()
    with assert_nothing_happened(Alarm), pytest.raises(Refusal):
        actions.shelve(alarm=alarm.pk, hours=1, reason="ship")
    with entered(cast["commander"].scope):
        with assert_nothing_happened(Alarm), pytest.raises(Refusal):
            actions.shelve_red(alarm=alarm.pk, hours=2, reason="ship")
        own = actions.shelve_red(alarm=alarm.pk, hours=1, reason="ship")
        with pytest.raises(SamePerson):
            confirm(pending=own.pk)
    with entered(cast["city_officer"].scope):
        asked = actions.shelve_red(alarm=alarm.pk, hours=1, reason="ship")
        assert isinstance(asked, PendingAction) and Alarm.objects.get().state == "raised"
    with entered(cast["commander"].scope):
        confirm(pending=asked.pk)
        assert Alarm.objects.get().state == "shelved"


def test_a_chattering_source_is_one_alarm_with_a_count_and_returns_once_it_is_calm(live: Scope) -> None:
    put(30.1)
    actions.acknowledge(alarm=Alarm.objects.get().pk)
    for n in range(3):
        put(25.0, n + 0.5)
        put(30.1, n + 1)
    before = told("alarm_level_changed"), told("alarm_returned")
    for n in range(3, 9):
        put(25.0, n + 0.5)
        put(30.1, n + 1)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.reopened) == ("acknowledged", 9)
    assert (told("alarm_level_changed"), told("alarm_returned")) == before, "it bothers nobody any more"
    put(25.0, 10)
    with clock.frozen(T0 + 10 * H + timedelta(minutes=9)), assert_nothing_happened(Alarm):
        let_calm_return()
    with clock.frozen(T0 + 10 * H + timedelta(minutes=10)):
        let_calm_return()
    assert Alarm.objects.get().state == "returned"


def card(**more: Any) -> AlarmCard:
    given = {"hazard": "gale", "level": 3, "consequence": 4, "why": "x", "who": "y", "task": "z", "minutes": 5.0}
    given |= {"shelf_hours": 2.0, "since": date(2022, 1, 1), "review_on": date(2023, 1, 1), "source": "test"}
    return keeping.write_card(**{**given, **more})


@pytest.mark.parametrize("more", [{"minutes": 0.0}, {"shelf_hours": -1.0}, {"review_on": date(2022, 1, 1)}])
def test_a_card_wants_a_time_and_a_review(live: Scope, more: dict[str, Any]) -> None:
    with assert_nothing_happened(AlarmCard), pytest.raises(Refusal):
        card(**more)


def test_a_card_holds_from_its_day_and_the_former_one_stays(live: Scope) -> None:
    from anlan.apps.alarms.queries.cards import card_of, consequence_of

    card()
    card(consequence=1, since=clock.today() + timedelta(days=1), review_on=clock.today() + timedelta(days=9))
    with assert_nothing_happened(AlarmCard), pytest.raises(Conflict):
        card()
    assert consequence_of("gale", 3) == 4
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert consequence_of("gale", 3) == 1
    found = card_of("gale", 2)
    assert found is not None and found.level == 0, "the one of every level"
    assert consequence_of("nothing_known", 2) == 3, "what is not rationalised is taken seriously"


def test_a_shift_is_handed_over_by_one_and_taken_over_by_another(live: Scope, as_: Any) -> None:
    put(30.47)
    actions.shelve(alarm=Alarm.objects.get().pk, hours=2, reason="ship")
    put(22.2, 0, "QY-H02")
    with as_("4418", actor="first"):
        with assert_nothing_happened(ShiftReport), pytest.raises(Refusal):
            keeping.write_shift(since=clock.now() - 40 * H)
        row = keeping.write_shift(since=clock.now() - 8 * H, remark="平稳")
        assert (row.figures["raised"], row.figures["standing"], len(row.figures["shelved"])) == (2, 2, 1)
        chart = SHIFT.fill(row).charts[0]
        assert (chart.labels, sum(p.value or 0 for p in chart.series[0].points)) == (raised_by_hour(row).labels, 2)
        assert len(chart.labels) in (8, 9), "every hour that the shift touches, also those without an alarm"
        one = write_shift_paper(row=row.pk)
        assert write_shift_paper(row=row.pk).sha256 == one.sha256, "the same paper, whatever happened since"
        with assert_nothing_happened(ShiftReport), pytest.raises(SamePerson):
            keeping.take_shift_over(report=row.pk)
    with as_("4418", actor="second"):
        assert keeping.take_shift_over(report=row.pk).taken_by == "second"
