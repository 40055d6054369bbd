"""Enumerations of indicators."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """The plan's groups, in its order."""

    SAFETY = "safety", _("Work safety")
    DISASTERS = "disasters", _("Disaster prevention")
    RESCUE = "rescue", _("Emergency rescue")
    GENERAL = "general", _("Overall")


class How(TextChoices):
    """How the rows that an indicator counts become its value."""

    SUM = "sum", _("Sum")
    RATE = "rate", _("Sum on a base quantity")
    RATIO = "ratio", _("Sum of the parts on the sum of the wholes")
    LONGEST = "longest", _("The longest")


class Span(TextChoices):
    """Which time a value tells of."""

    YEAR = "year", _("A calendar year")
    PLAN = "plan", _("From the plan's first year to this one")
    NOW = "now", _("As it stands now")


class Sense(TextChoices):
    """What a target asks for."""

    BELOW = "lt", _("less than")
    AT_MOST = "le", _("at most")
    AT_LEAST = "ge", _("at least")


class Kind(TextChoices):
    """Where a value comes from."""

    COMPUTED = "computed", _("Computed")
    REPORTED = "reported", _("As reported")
    PUBLISHED = "published", _("As published")


class FigureState(TextChoices):
    """Where a reported figure stands."""

    ENTERED = "entered", _("Waits for its signature")
    SIGNED = "signed", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Taken back")


class Standing(TextChoices):
    """How an indicator stands by its target, the gravest first."""

    MISSED = "missed", _("Target missed")
    DANGER = "danger", _("In danger of missing")
    DOUBTFUL = "doubtful", _("Doubtful")
    NO_GOAL = "no_goal", _("Base not known")
    NOTHING = "nothing", _("No value yet")
    HIDDEN = "hidden", _("Not shown to you")
    COURSE = "course", _("On course")
    MET = "met", _("Target met")


class ReportState(TextChoices):
    """Where a report of a year stands."""

    DRAWN = "drawn", _("Drawn up, not signed")
    SIGNED = "signed", _("Report signed")
