"""The door to response."""

from anlan.apps.response.actions import confirm, decline, end, hand_over, lower_level, raise_level, start
from anlan.apps.response.choices import Direction
from anlan.apps.response.queries import TaskCounts, active, count_tasks, due_tasks, history, inbox, open_proposals
from anlan.apps.response.tasks import accept, complete, fail, reassign, report

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
    "hand_over",
    "history",
    "inbox",
    "lower_level",
    "open_proposals",
    "raise_level",
    "reassign",
    "report",
    "start",
]
