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
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class Metric(TextChoices):
    ALARM_LEVEL = "alarm_level", _("Stations at an alarm level")
    FLOW = "flow", _("Flow at a station")
    WARNING_LEVEL = "warning_level", _("Warnings in force at a level")


class Doer(TextChoices):
    CODE = "code", _("This organisation")
    SECTOR = "sector", _("Organisations of a sector")
    KIND = "kind", _("Organisations of a kind")


class At(TextChoices):
    CITY = "city", _("City")
    AFFECTED_COUNTY = "affected_county", _("Affected counties")
    AFFECTED_TOWN = "affected_town", _("Affected towns")
