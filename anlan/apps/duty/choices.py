"""Enumerations of duty."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShiftState(models.TextChoices):
    """Where a shift stands."""

    PLANNED = "planned", _("Planned")
    ON = "on", _("On duty")
    DONE = "done", _("Handed on")
    MISSED = "missed", _("Nobody came")
    CANCELLED = "cancelled", _("Shift called off")


class EntryKind(models.TextChoices):
    """What an entry of the duty log tells of."""

    CALL = "call", _("Telephone call")
    REPORT = "report", _("Report received")
    ORDER = "order", _("Instruction")
    MEASURE = "measure", _("Measure taken")
    OTHER = "other", _("Other matter")


class RollState(models.TextChoices):
    """Whether a duty room answered when it was called."""

    CALLED = "called", _("Waits for an answer")
    ANSWERED = "answered", _("Roll answered")
    MISSED = "missed", _("Not answered")
