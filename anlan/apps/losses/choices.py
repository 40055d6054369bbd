"""Enumerations of losses."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProcessState(models.TextChoices):
    """Whether a disaster goes on."""

    RUNNING = "running", _("Disaster under way")
    ENDED = "ended", _("Over, to be verified")


class TownState(models.TextChoices):
    """What a town owes on a process."""

    AWAITING = "awaiting", _("Not reported")
    REPORTING = "reporting", _("Reporting")
    VERIFYING = "verifying", _("Verified report owed")
    VERIFIED = "verified", _("Verified report sent")
    RELEASED = "released", _("Asked no longer")


class ReportKind(models.TextChoices):
    """Where a loss report stands in the series of its town."""

    INITIAL = "initial", _("Initial report")
    FOLLOW_UP = "follow_up", _("Follow-up report")
    VERIFIED = "verified", _("Verified report")


class ReportState(models.TextChoices):
    """Where a loss report stands on its way up."""

    DRAFT = "draft", _("Figures being filled in")
    SUBMITTED = "submitted", _("Submitted, not checked")
    RETURNED = "returned", _("Returned to the town")
    APPROVED = "approved", _("Figures approved")
    DISCARDED = "discarded", _("Draft given up")


class RowState(models.TextChoices):
    """Whether a row of a ledger still counts."""

    COUNTS = "counts", _("Counts")
    STRUCK = "struck", _("Struck out")


class Fate(models.TextChoices):
    """What became of a person of ledger ⑧."""

    DEAD = "dead", _("Dead")
    MISSING = "missing", _("Missing")


class Sex(models.TextChoices):
    """Sex of a person of a ledger."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Cause(models.TextChoices):
    """What a person of ledger ⑧ died of or went missing by."""

    DROWNED = "drowned", _("Drowned")
    BUILDING = "building", _("Collapse of a building")
    SLIDE = "slide", _("Landslide or debris flow")
    BOLT = "bolt", _("Struck by lightning")
    OBJECT = "object", _("Hit by something falling")
    OTHER = "other", _("Another cause")


class Damage(models.TextChoices):
    """What became of a home of ledger ⑨."""

    COLLAPSED = "collapsed", _("Collapsed")
    SEVERE = "severe", _("Severely damaged")
    SLIGHT = "slight", _("Slightly damaged")


class HomeKind(models.TextChoices):
    """Which kind of home it is."""

    RURAL = "rural", _("Rural home")
    URBAN = "urban", _("Urban home")
