"""Enumerations of exchange."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Taken(TextChoices):
    INFORMATION = "information", _("As information")
    DRAFT = "draft", _("As information, and as a draft of ours")


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
