"""Enumerations of teams."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamKind(models.TextChoices):
    """What stands behind a team (突发事件应对法 § 39)."""

    COMPREHENSIVE = "comprehensive", _("Comprehensive team")
    PROFESSIONAL = "professional", _("Professional team")
    SOCIAL = "social", _("Social team")


class Readiness(models.TextChoices):
    READY = "ready", _("Ready to go")
    ON_DUTY = "on_duty", _("Standing by")
    OUT = "out", _("Sent out")
    RESTING = "resting", _("Resting")
    UNFIT = "unfit", _("Not fit for use")


#: Who may be sent at once.
SENDABLE = (Readiness.READY, Readiness.ON_DUTY)
