"""Enumerations of roads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    """What has closed a road."""

    FLOODED = "flooded", _("Under water")
    SLIDE = "slide", _("Landslide or rockfall")
    BROKEN = "broken", _("Bridge or roadbed broken")
    ACCIDENT = "accident", _("Traffic accident")
    CONTROL = "control", _("Closed by order")
    WORKS = "works", _("Roadworks")
    OTHER = "other", _("Something else")


class ClosureState(models.TextChoices):
    CLOSED = "closed", _("Road closed")
    LIFTED = "lifted", _("Reopened")
