"""Enumerations of screens."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    DISPLAY = "display", _("Display with a browser")
    LED = "led", _("LED panel")
    CRAWL = "crawl", _("Broadcaster's crawl")


class Tongue(TextChoices):
    BOTH = "both", _("Chinese and English")
    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class ShowingState(TextChoices):
    ORDERED = "ordered", _("Not yet shown")
    SHOWN = "shown", _("On the screen")
    OVER = "over", _("Was shown, over")
    MISSED = "missed", _("Over, never shown")
