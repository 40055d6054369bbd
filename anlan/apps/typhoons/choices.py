"""Enumerations of typhoons."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Whether agencies still speak of a storm."""

    ACTIVE = "active", _("Being reported")
    OVER = "over", _("No longer reported")
