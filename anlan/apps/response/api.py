"""The door to response."""

from anlan.apps.response.actions import confirm, decline, end, hand_over, lower_level, raise_level, start
from anlan.apps.response.chain import Link, Stage
from anlan.apps.response.chain import of_task as chain_of_task
from anlan.apps.response.choices import Direction
from anlan.apps.response.models import Response, Task
from anlan.apps.response.queries import (
    LevelInForce,
    TaskCounts,
    UnitAtWork,
    active,
    count_tasks,
    due_tasks,
    history,
    inbox,
    levels_in_force,
    next_step,
    open_proposals,
    own_tasks,
    units_at_work,
)
from anlan.apps.response.tasks import accept, complete, fail, reassign, report

__all__ = [
    "Direction",
    "LevelInForce",
    "Link",
    "Response",
    "Stage",
    "Task",
    "TaskCounts",
    "UnitAtWork",
    "accept",
    "active",
    "chain_of_task",
    "complete",
    "confirm",
    "count_tasks",
    "decline",
    "due_tasks",
    "end",
    "fail",
    "hand_over",
    "history",
    "inbox",
    "levels_in_force",
    "lower_level",
    "next_step",
    "open_proposals",
    "own_tasks",
    "raise_level",
    "reassign",
    "report",
    "start",
    "units_at_work",
]
