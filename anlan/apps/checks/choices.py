"""Enumerations of checks."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SheetKind(TextChoices):
    """What a sheet is for."""

    CAPABILITY = "capability", _("Capability of a place")
    INSPECTION = "inspection", _("Inspection")
    SELF_CHECK = "self_check", _("Self-check")
    STOCKTAKE = "stocktake", _("Check of equipment")


class Each(TextChoices):
    """Of what there must be one check each, so that what lacks can be counted."""

    COUNTY = "county", _("Each county")
    TOWN = "town", _("Each town")
    VILLAGE = "village", _("Each village")
    ANY = "any", _("Whatever is checked")


class VersionState(TextChoices):
    """How a version of a sheet stands."""

    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    DISCARDED = "discarded", _("Discarded")


class AnswerKind(TextChoices):
    """How an item is answered."""

    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    DATE = "date", _("Day")
    PHOTO = "photo", _("Photo")


class Gravity(TextChoices):
    """How grave it is when an item fails."""

    MINOR = "minor", _("Minor")
    GENERAL = "general", _("General")
    MAJOR = "major", _("Major")


class CheckState(TextChoices):
    """How a check stands."""

    DRAFT = "draft", _("Being filled in")
    HANDED_IN = "handed_in", _("Handed in")
    DISCARDED = "discarded", _("Discarded")


class Outcome(TextChoices):
    """What an answer means."""

    PASSED = "passed", _("In order")
    FAILED = "failed", _("Not in order")
    NOT_APPLICABLE = "na", _("Does not apply")
    NOTED = "noted", _("Noted")


class Verdict(TextChoices):
    """What a check comes to."""

    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    NONE = "none", _("Nothing to judge")


class FindingState(TextChoices):
    """How a finding stands."""

    OPEN = "open", _("Open")
    PUT_RIGHT = "put_right", _("Put right")
    VERIFIED = "verified", _("Verified")
    ACCEPTED = "accepted", _("Risk accepted")
