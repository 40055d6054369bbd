"""Enumerations of law."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TermState(TextChoices):
    """How a term stands."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    BREACHED = "breached", _("Overdue")
    KEPT = "kept", _("Kept")
    LATE = "late", _("Done late")
    LAPSED = "lapsed", _("Ended by itself")
    DROPPED = "dropped", _("No longer counts")


#: Those in which a term is still open.
OPEN = (TermState.RUNNING, TermState.PAUSED, TermState.BREACHED)


class LimitUnit(TextChoices):
    """In what a limit is counted; the values are those of `anlan.lib.legal_terms.Unit`."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_HOURS = "working_hours", _("office hours")
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")
