"""Enumerations of incidents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.IntegerChoices):
    """How grave an incident is by the law's four grades; none of warning and response levels follows from it."""

    I = 1, _("I, especially serious")  # noqa: E741
    II = 2, _("II, serious")
    III = 3, _("III, larger")
    IV = 4, _("IV, ordinary")


class RapidState(models.TextChoices):
    """What became of a rapid report."""

    NEW = "new", _("Nobody has looked at it yet")
    TAKEN_UP = "taken_up", _("Became an incident")
    ATTACHED = "attached", _("Belongs to an incident")
    DISMISSED = "dismissed", _("Not followed up")


class IncidentState(models.TextChoices):
    """Whether an incident goes on."""

    OPEN = "open", _("Incident under way")
    CLOSED = "closed", _("Incident over")
    MERGED = "merged", _("Merged into another")


class Source(models.TextChoices):
    """From where the duty room knows of an incident."""

    RAPID = "rapid", _("Rapid report")
    PHONE = "phone", _("Telephone call")
    ALARM = "alarm", _("Alarm")
    DEPARTMENT = "department", _("Another department")
    PUBLIC = "public", _("The public or the media")
    OTHER = "other", _("Other source")


class ReportKind(models.TextChoices):
    """Where a report stands in the series on one incident."""

    INITIAL = "initial", _("Initial report")
    FOLLOW_UP = "follow_up", _("Follow-up report")
    FINAL = "final", _("Final report")
    VERIFIED = "verified", _("Verified report")
    SUPPLEMENT = "supplement", _("Supplementary report")


class Mode(models.TextChoices):
    """How a report is passed on."""

    PHONE = "phone", _("By telephone")
    WRITTEN = "written", _("In writing")


class ReportState(models.TextChoices):
    """Where a report stands on its way to the body above."""

    DRAFT = "draft", _("Report being written")
    SENT = "sent", _("Sent, not confirmed")
    RECEIVED = "received", _("Receipt confirmed")
    SENT_BACK = "sent_back", _("Sent back for correction")
    DISCARDED = "discarded", _("Draft given up")


class Stage(models.TextChoices):
    """Which report a rule asks for."""

    INITIAL = "initial", _("Initial report")
    FOLLOW_UP = "follow_up", _("Follow-up report")
    VERIFIED = "verified", _("Verified report")
    SUPPLEMENT = "supplement", _("Supplementary report")


class BodyLevel(models.TextChoices):
    """The level of the body that owes a report, or that gets it."""

    COUNTY = "county", _("County")
    CITY = "city", _("City")
    PROVINCE = "province", _("Province")


class Measure(models.TextChoices):
    """The figures by which a grade is proposed."""

    DEAD = "dead", _("Dead")
    SERIOUS = "serious", _("Seriously injured")
    LOSS = "loss", _("Direct loss (10,000 yuan)")
    TRANSFERRED = "transferred", _("People transferred")
