"""The door to response."""

from anlan.apps.response.actions import (
    accept,
    complete,
    confirm,
    decline,
    end,
    fail,
    lower_level,
    raise_level,
    reassign,
    report,
    start,
)
from anlan.apps.response.choices import Direction
from anlan.apps.response.queries import TaskCounts, active, count_tasks, due_tasks, history, inbox, open_proposals

__all__ = [
    "Direction",
    "TaskCounts",
    "accept",
    "active",
    "complete",
    "confirm",
    "count_tasks",
    "decline",
    "due_tasks",
    "end",
    "fail",
    "history",
    "inbox",
    "lower_level",
    "open_proposals",
    "raise_level",
    "reassign",
    "report",
    "start",
]
