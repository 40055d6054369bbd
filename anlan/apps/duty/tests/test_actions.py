"""Tests of what is done on duty: journal, events and messages, and that a refusal leaves nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from anlan.apps.duty import actions, board, jobs, queries
from anlan.apps.duty.models import LogEntry, RollCall, Shift
from anlan.apps.duty.tests import factories
from anlan.apps.messages.models import Message
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotFound, Refusal
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened

AREA = "441802"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def shift(live: Any) -> Shift:
    return factories.a_shift(AREA, 0, handed="")


@pytest.fixture
def on(shift: Shift) -> Shift:
    return actions.take_over(shift=shift.pk)


def planned(first: Any, **more: Any) -> Shift:
    return actions.plan(organisation=factories.room(AREA), first=first, turns=factories.turns(AREA), **more)


def test_the_turns_follow_each_other_until_the_days_are_full(live: Any) -> None:
    first = clock.now() + timedelta(hours=1)
    planned(first, days=3, hours=12)
    rows = list(Shift.objects.order_by("begins_at"))
    assert [(row.begins_at - first) / timedelta(hours=12) for row in rows] == [0, 1, 2, 3, 4, 5]
    assert [row.leader.code for row in rows] == [f"t-{AREA}-{n % 2}" for n in range(6)]
    assert {row.area for row in rows} == {AREA}
    assert JournalEntry.objects.filter(action="duty.plan").count() == 6


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"days": 0}, Refusal),
        ({"days": 93}, Refusal),
        ({"hours": 10}, Refusal),
        ({"first": clock.real_now() - timedelta(days=2), "days": 9}, Refusal),
        ({"first": clock.real_now() + timedelta(days=400)}, Refusal),
        ({"first": clock.real_now() + timedelta(hours=20)}, Conflict),
    ],
)
def test_a_rota_that_cannot_be_is_refused(shift: Shift, given: dict[str, Any], kind: type[Exception]) -> None:
    with assert_nothing_happened(Shift), pytest.raises(kind):
        planned(**{"first": clock.now() + timedelta(days=3), **given})


def test_a_neighbour_plans_no_rota_for_another_county(live: Any, as_: Any) -> None:
    body, turns = factories.room(AREA), factories.turns(AREA)
    with as_("441881", "duty.*", "people.*"), assert_nothing_happened(Shift), pytest.raises((NotFound, Refusal)):
        actions.plan(organisation=body, first=clock.now(), turns=turns)


def test_whoever_goes_on_duty_ends_the_shift_before(on: Shift) -> None:
    after = factories.a_shift(AREA, 1, begins_at=clock.now() + timedelta(hours=1))
    actions.take_over(shift=after.pk)
    on.refresh_from_db()
    after.refresh_from_db()
    assert (on.state, on.handed, after.state, after.taken_by) == ("done", "", "on", "system:test")
    assert [str(one.label) for one in actions.decision_sheets.taking(after, {}).doubts]


def test_nobody_goes_on_duty_days_before_or_after(live: Any) -> None:
    early = factories.a_shift(AREA, 1, begins_at=clock.now() + timedelta(days=1))
    over = factories.a_shift(AREA, 2, begins_at=clock.now() - timedelta(days=2), ends_at=clock.now() - timedelta(days=1))
    for row in (early, over):
        with assert_nothing_happened(Shift), pytest.raises(Conflict):
            actions.take_over(shift=row.pk)


def test_a_shift_is_handed_on_with_what_it_leaves(on: Shift) -> None:
    actions.write(shift=on.pk, kind="call", text="飞来峡镇报：江口村两户被围", party="飞来峡镇")
    with assert_nothing_happened(LogEntry), pytest.raises(Refusal):
        actions.hand_over(shift=on.pk, handed=" ")
    actions.hand_over(shift=on.pk, handed="江口村两户待转移，盯住飞来峡水位")
    on.refresh_from_db()
    assert (on.state, on.handed) == ("done", "江口村两户待转移，盯住飞来峡水位")
    assert JournalEntry.objects.get(action="duty.hand_over").diff["state"] == ["on", "done"]
    actions.write(shift=on.pk, kind="call", text="补记", party="x" * 100)
    for text, party in (("", ""), ("x" * 1001, ""), ("x", "y" * 101)):
        with assert_nothing_happened(LogEntry), pytest.raises(Refusal):
            actions.write(shift=on.pk, kind="call", text=text, party=party)
    with clock.frozen(clock.now() + timedelta(days=2)), assert_nothing_happened(LogEntry), pytest.raises(Conflict):
        actions.write(shift=on.pk, kind="call", text="too late")


def test_what_nobody_takes_over_is_told_step_by_step_and_given_up(shift: Shift) -> None:
    told = []
    for minutes in (5, 11, 12, 25, 26):
        with clock.frozen(shift.begins_at + minutes * MINUTE):
            jobs.watch()
            outbox.drain("live")
            told.append(Message.objects.filter(about=f"shift:{shift.pk}").count())
    assert told == [0, 1, 1, 2, 2]
    newest = Message.objects.filter(about=f"shift:{shift.pk}").latest("id")
    assert set(newest.receipts.values_list("recipient_code", flat=True)) >= {shift.organisation.code, "qy-emb"}
    with clock.frozen(shift.ends_at):
        jobs.watch()
    shift.refresh_from_db()
    assert shift.state == "missed"


def test_a_room_that_answers_is_there_and_one_that_does_not_is_told_above(on: Shift) -> None:
    call = actions.call_roll(shift=on.pk)
    with assert_nothing_happened(RollCall), pytest.raises(Conflict):
        actions.call_roll(shift=on.pk)
    outbox.drain("live")
    assert Message.objects.filter(about=f"rollcall:{call.pk}").count() == 1
    with clock.frozen(call.due_at):
        jobs.watch()
    call.refresh_from_db()
    assert call.state == "missed" and OutboxEvent.objects.filter(name="duty.roll_missed").count() == 1
    outbox.drain("live")
    assert Message.objects.filter(about=f"rollcall:{call.pk}").count() == 2


def test_a_call_is_answered_by_the_room_alone_and_not_by_who_called(on: Shift, cast: Any) -> None:
    call = actions.call_roll(shift=on.pk)
    for role in ("city_officer", "neighbour"):
        with entered(cast[role].scope), assert_nothing_happened(), pytest.raises((Refusal, NotFound)):
            actions.answer_roll(call=call.pk)
    with entered(cast["county_officer"].scope):
        answered = actions.answer_roll(call=call.pk)
    assert (answered.state, answered.answered_by, answered.late) == ("answered", "qingcheng", False)
    with entered(cast["county_officer"].scope):
        own = actions.call_roll(shift=on.pk)
        with assert_nothing_happened(), pytest.raises(Refusal):
            actions.answer_roll(call=own.pk)


def test_nobody_of_another_room_goes_on_duty_writes_or_hands_on(shift: Shift, cast: Any) -> None:
    with entered(cast["city_officer"].scope), assert_nothing_happened(Shift), pytest.raises(Refusal):
        actions.take_over(shift=shift.pk)
    actions.take_over(shift=shift.pk)
    with entered(cast["city_officer"].scope):
        for step in (partial(actions.write, kind="call", text="x"), partial(actions.hand_over, handed="x")):
            with assert_nothing_happened(Shift, LogEntry), pytest.raises(Refusal):
                step(shift=shift.pk)


def test_a_shift_that_was_skipped_is_given_up_and_does_not_throw_off_who_is_on(shift: Shift) -> None:
    after = factories.a_shift(AREA, 1, begins_at=clock.now() + timedelta(hours=1))
    third = factories.a_shift(AREA, 2, begins_at=clock.now() - timedelta(hours=1), ends_at=clock.now() + timedelta(hours=1))
    actions.take_over(shift=after.pk)
    for row in (shift, third):
        row.refresh_from_db()
        assert row.state == "missed"
    earlier = factories.a_shift(AREA, 3)
    with assert_nothing_happened(Shift), pytest.raises(Conflict):
        actions.take_over(shift=earlier.pk)


def test_what_is_handed_on_early_leaves_a_gap_that_is_told_and_can_be_planned(on: Shift) -> None:
    actions.hand_over(shift=on.pk, handed="x")
    assert [one.kind for one in board.rotas_that_end()] == ["rota"]
    with clock.frozen(clock.now() + MINUTE):
        assert planned(clock.now(), days=1).state == "planned"


def test_the_workbench_tells_of_an_empty_room_a_call_and_a_rota_that_ends(shift: Shift) -> None:
    assert [one.kind for one in board.rooms_without_anybody()] == ["shift"]
    assert [one.kind for one in board.rotas_that_end()] == ["rota"]
    on = actions.take_over(shift=shift.pk)
    actions.call_roll(shift=on.pk)
    assert list(board.rooms_without_anybody()) == []
    assert [one.verb for one in board.roll_calls_to_answer()] == ["answer_roll"]


def test_the_room_over_a_village_is_that_of_its_county(on: Shift) -> None:
    found = queries.room_over("441802107201")
    assert found is not None and found.now == on and found.next is None
    assert queries.room_over("441881") is None


def test_who_sits_may_be_changed_with_the_reason(on: Shift) -> None:
    other = factories.somebody(AREA, 2)
    actions.swap(shift=on.pk, leader=other, officer=other, reason="生病")
    on.refresh_from_db()
    assert (on.leader, on.second) == (other, None)
    assert JournalEntry.objects.get(action="duty.swap").reason == "生病"
