"""Enumerations of exchange."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.api import Level


class Taken(TextChoices):
    INFORMATION = "information", _("As information")
    DRAFT = "draft", _("As information, and as a draft of ours")


#: The levels as a city names them; 0 where the message names none.
LEVELS = [(0, _("No level")), *Level.choices]
#: What CAP's words of a message mean.
STATUSES = {
    "Actual": _("Actual"),
    "Exercise": _("Exercise"),
    "System": _("For machines alone"),
    "Test": _("Test"),
    "Draft": _("Draft"),
}
TYPES = {
    "Alert": _("First issue"),
    "Update": _("Update"),
    "Cancel": _("Cancellation"),
    "Ack": _("Acknowledgement"),
    "Error": _("Refusal"),
}


class ForeignState(TextChoices):
    IN_FORCE = "in_force", _("In force")
    REPLACED = "replaced", _("Updated")
    CANCELLED = "cancelled", _("Cancelled")
    OVER = "over", _("Expired")
    ASIDE = "aside", _("No real danger (test, exercise, cancellation)")


class Sealed(TextChoices):
    NONE = "none", _("Not signed")
    WHOLE = "whole", _("Whole by the certificate inside")
    KNOWN = "known", _("Whole, by a certificate on the trusted list")
