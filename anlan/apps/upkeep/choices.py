"""Enumerations of upkeep: kinds of work and where one stands."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkKind(TextChoices):
    INSPECTION = "inspection", _("Inspection")
    MAINTENANCE = "maintenance", _("Maintenance")
    CALIBRATION = "calibration", _("Calibration")
    REPLACEMENT = "replacement", _("Replacement of a sensor")


class WorkState(TextChoices):
    OPEN = "open", _("Being worked on")
    DONE = "done", _("Work is done")
