"""Facts that response announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ResponseProposed(Event):
    """The facts call for another level."""

    name = "response.proposed"
    label = _("Response level proposed")

    proposal: int
    plan: str
    level: int
    direction: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ResponseChanged(Event):
    """A response was activated, raised, lowered or ended."""

    name = "response.changed"
    label = _("Response changed")

    response: int
    plan: str
    level: int
    direction: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskIssued(Event):
    """A unit was given a task."""

    name = "response.task_issued"
    label = _("Task issued")

    task: int
    organisation: str
    title: str
    due_at: datetime
    title_en: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskAccepted(Event):
    """A unit took its task on."""

    name = "response.task_accepted"
    label = _("Task accepted")

    task: int
    by: str


@dataclass(frozen=True, kw_only=True)
class TaskFinished(Event):
    """A unit did its task, or could not."""

    name = "response.task_finished"
    label = _("Task finished")

    task: int
    state: str


@dataclass(frozen=True, kw_only=True)
class TaskClimbed(Event):
    """A task that nobody accepted, or that is late, goes one rung up."""

    name = "response.task_climbed"
    label = _("Task escalated")

    task: int
    organisation: str
    title: str
    step: int
    reason: str
    title_en: str = ""
    report: str = ""


@dataclass(frozen=True, kw_only=True)
class CommandHandedOver(Event):
    """A seat of the command passed to another post."""

    name = "response.command_handed_over"
    label = _("Seat of command handed over")

    response: int
    seat: str
    seat_en: str
    before: str
    after: str
