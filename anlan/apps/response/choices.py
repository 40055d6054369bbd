"""Enumerations of response."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Direction(TextChoices):
    START = "start", _("Activate")
    RAISE = "raise", _("Raise")
    LOWER = "lower", _("Lower")
    END = "end", _("End")


class ProposalState(TextChoices):
    OPEN = "open", _("Waiting for a decision")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    SUPERSEDED = "superseded", _("Superseded")


class ResponseState(TextChoices):
    ACTIVE = "active", _("In force")
    ENDED = "ended", _("Ended")


class TaskState(TextChoices):
    ISSUED = "issued", _("Issued")
    ACCEPTED = "accepted", _("Accepted")
    DONE = "done", _("Done")
    FAILED = "failed", _("Could not be done")
    CANCELLED = "cancelled", _("Cancelled")


class Rung(IntegerChoices):
    """How far up a task has climbed: who has been told that it waits or is late."""

    POST = 1, _("Unit reminded")
    DEPUTY = 2, _("Bureaus of county and city and the deputy told")
    LEADER = 3, _("Leader told")


WORKING = (TaskState.ISSUED, TaskState.ACCEPTED)
#: A task that a unit gave back is given to another, as one that still waits.
REASSIGNABLE = (*WORKING, TaskState.FAILED)

#: Who coordinates the tasks of all units of a division.
COORDINATORS = frozenset({"bureau", "headquarters"})
