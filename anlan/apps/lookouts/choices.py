"""Enumerations of lookouts."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LookoutKind(TextChoices):
    TOWER = "tower", _("Lookout tower")
    CAMERA = "camera", _("Camera on a tower")


class LookoutState(TextChoices):
    WATCHING = "watching", _("Watching")
    OUT = "out", _("Not watching")
