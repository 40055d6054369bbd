"""Declared lives: what a move allows, stamps and refuses; a state that no move declares cannot be saved."""

from __future__ import annotations

import pytest
from django.apps import apps

from anlan.apps.response.choices import TaskState
from anlan.apps.response.models import Task
from anlan.kit import clock
from anlan.kit.actions import ACTIONS
from anlan.kit.desk.life import drawing
from anlan.kit.lives import Life, Move, OutsideItsLife, life_of
from anlan.kit.refusals import Conflict

#: Every kind of record that declares its life.
LIVES = [model for model in apps.get_models() if life_of(model) is not None]


def test_a_move_checks_makes_and_stamps() -> None:
    task = Task(state=TaskState.ISSUED)
    Task.life.accept.check(task, "Accept")
    Task.life.accept.make(task, at=clock.now(), by="yingde")
    assert (task.state, task.accepted_by) == ("accepted", "yingde")
    assert task.accepted_at is not None
    with pytest.raises(Conflict) as caught:
        Task.life.accept.check(task, "Accept")
    assert str(TaskState.ISSUED.label) in str(caught.value), "what it would have to be"
    assert str(TaskState.ACCEPTED.label) in str(caught.value), "what it is"


def test_a_move_without_an_end_leaves_the_state() -> None:
    task = Task(state=TaskState.ISSUED)
    Task.life.report.check(task, "Report")
    Task.life.report.make(task, at=clock.now(), by="x")
    assert task.state == TaskState.ISSUED
    with pytest.raises(Conflict):
        Task.life.report.check(Task(state=TaskState.DONE), "Report")


def test_what_no_move_declares_is_a_fault_of_the_program() -> None:
    Task.life.check_change(Task(state=TaskState.ACCEPTED), TaskState.ISSUED)
    with pytest.raises(OutsideItsLife):
        Task.life.check_change(Task(state=TaskState.ISSUED), TaskState.DONE)


def test_names_are_told_apart() -> None:
    with pytest.raises(ValueError, match="one name"):
        Life(Move("a", TaskState.ISSUED, TaskState.DONE), Move("a", TaskState.ACCEPTED, TaskState.DONE))
    with pytest.raises(AttributeError):
        _ = Task.life.fly


def test_the_lives_of_the_chain_are_declared() -> None:
    told = {model._meta.label for model in LIVES}
    chain = {"alarms.Alarm", "warning.Warning", "warning.Call", "messages.Receipt", "response.Response", "response.Task"}
    assert chain | {"kit.PendingAction", "law.Term", "plans.Plan", "response.Proposal"} <= told


@pytest.mark.parametrize("model", LIVES)
def test_every_state_is_reached_or_begins(model: type) -> None:
    life = model.life  # type: ignore[attr-defined]
    reached, more = {life.start}, True
    while more:
        found = reached | {step.after for step in life.steps if step.before in reached}
        more, reached = found != reached, found
    assert reached == set(life.states), "a state that nothing leads to"
    drawn = drawing(life)
    placed = [box["at"] for box in drawn["boxes"]]
    assert {box.state for box in placed} == reached
    assert len({(box.x, box.y) for box in placed}) == len(placed), "no box upon another"
    assert len(drawn["arrows"]) == len(life.steps)


def test_verbs_move_the_record_that_they_are_about() -> None:
    for verb in ACTIONS.values():
        if verb.spec.moves is not None:
            owners = {model._meta.label_lower for model in LIVES if verb.spec.moves.life is model.life}  # type: ignore[attr-defined]
            assert verb.spec.record.lower() in owners, "kinds of one family share a life"
