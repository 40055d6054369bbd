"""Enumerations of plans."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class ResponseLevel(IntegerChoices):
    """Response levels; a smaller number is graver."""

    I = 1, "I"  # noqa: E741  the plan's own Roman numerals
    II = 2, "II"
    III = 3, "III"
    IV = 4, "IV"


class PlanState(TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    APPROVED = "approved", _("Approved")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class Metric(TextChoices):
    """What a condition counts; beside these any quantity that a station measures, which is compared itself."""

    ALARM_LEVEL = "alarm_level", _("Stations at an alarm level")
    WARNING_LEVEL = "warning_level", _("Warnings in force at a level")


class Phase(TextChoices):
    COMMAND = "command", _("Command")
    INFORMATION = "information", _("Information")
    MONITORING = "monitoring", _("Monitoring")
    PATROL = "patrol", _("Patrol")
    TRANSFER = "transfer", _("Evacuation")
    CONTROL = "control", _("Control")
    PUBLICITY = "publicity", _("Publicity")
    SUPPORT = "support", _("Support")
    RESCUE = "rescue", _("Rescue")
    SUPPLIES = "supplies", _("Supplies")
    MEDICAL = "medical", _("Medical")
    SHELTER = "shelter", _("Shelter")
    REGULATION = "regulation", _("Regulation of water")
    RELIEF = "relief", _("Relief")


class Doer(TextChoices):
    CODE = "code", _("This organisation")
    SECTOR = "sector", _("Organisations of a sector")
    KIND = "kind", _("Organisations of a kind")


class At(TextChoices):
    CITY = "city", _("City")
    AFFECTED_COUNTY = "affected_county", _("Affected counties")
    AFFECTED_TOWN = "affected_town", _("Affected towns")
