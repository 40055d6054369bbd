"""Enumerations of earthquakes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Whether somebody on duty has answered a report, or it was no earthquake."""

    REPORTED = "reported", _("Reported")
    ANSWERED = "answered", _("Answered by the duty")
    WITHDRAWN = "withdrawn", _("Report withdrawn")
