"""Enumerations of geofences: what a fence asks, and what breaks it."""

from __future__ import annotations

from enum import IntEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FenceKind(TextChoices):
    NO_ENTRY = "no_entry", _("No entry")
    STAY_INSIDE = "stay_inside", _("Stay inside")
    SPEED_LIMIT = "speed_limit", _("Speed limit inside")


class Broken(IntEnum):
    """What a vehicle breaks, the gravest highest: the number is the state that its station reports."""

    NOTHING = 0
    TOO_FAST = 1
    LEFT = 2
    ENTERED = 3
