"""Warnings and the areas they are for, as relational rows."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.choices import COLOURS, Level, MessageType, State
from anlan.kit.records import Record


class Warning(Record):
    """A message to the public that danger threatens; a draft is seen by those who make it only."""

    shared_down = True
    shared_once = "published_at"

    identifier = models.CharField(_("Identifier"), max_length=40, unique=True)
    hazard = models.CharField(_("Hazard"), max_length=30)
    event_code = models.CharField(_("Event code"), max_length=5)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.DRAFT)
    message_type = models.CharField(_("Type"), max_length=6, choices=MessageType.choices, default=MessageType.ALERT)
    status = models.CharField(_("Status"), max_length=8, default="Actual")
    headline_zh = models.CharField(_("Headline (Chinese)"), max_length=150)
    description_zh = models.TextField(_("Description (Chinese)"))
    instruction_zh = models.TextField(_("What to do (Chinese)"), blank=True)
    headline_en = models.CharField(_("Headline (English)"), max_length=200, blank=True)
    description_en = models.TextField(_("Description (English)"), blank=True)
    instruction_en = models.TextField(_("What to do (English)"), blank=True)
    urgency = models.CharField(_("Urgency"), max_length=10, default="Expected")
    certainty = models.CharField(_("Certainty"), max_length=10, default="Observed")
    expires_at = models.DateTimeField(_("Valid until"))
    audience = models.PositiveIntegerField(_("Audience"), null=True, blank=True)
    station = models.CharField(_("Station"), max_length=40, blank=True)
    alarm = models.BigIntegerField(_("Alarm"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", verbose_name=_("Replaces"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_by = models.CharField(_("Drafted by"), max_length=150)
    drafted_at = models.DateTimeField(_("Drafted"))
    signed_by = models.CharField(_("Signed by"), max_length=150, blank=True)
    signed_at = models.DateTimeField(_("Signed"), null=True, blank=True)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        indexes = [models.Index(fields=["state", "hazard"])]
        verbose_name = _("Warning")

    def __str__(self) -> str:
        return self.headline_zh if (get_language() or "zh").startswith("zh") or not self.headline_en else self.headline_en

    @property
    def colour(self) -> str:
        """Return the colour of the level."""
        return COLOURS[Level(self.level)]


class WarningArea(Record):
    """One division (or a drawn outline) that a warning is for."""

    shared_down = True
    shared_once = "published_at"

    warning = models.ForeignKey(Warning, verbose_name=_("Warning"), on_delete=models.PROTECT, related_name="areas")
    division = models.CharField(_("Division"), max_length=12, blank=True)
    name = models.CharField(_("Name"), max_length=100)
    outline = models.MultiPolygonField(_("Outline"), srid=4326)
    population = models.PositiveIntegerField(_("Residents"), default=0)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)

    class Meta:
        ordering = ["warning_id", "division", "id"]
        verbose_name = _("Warning area")

    def __str__(self) -> str:
        return self.name
