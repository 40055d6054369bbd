"""Reaches between gauges with what was fitted for them, and how they did on a flood of the past."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.kinds.measures import quantity_choices
from anlan.kit.languages import localised
from anlan.kit.records import Record


class Reach(Record):
    """What a gauge shows now, the one downstream shows a travel time later: the line fitted between them, where it holds, its error."""

    mirrored = True
    owned_by = ("down",)

    up = models.ForeignKey("telemetry.Station", models.PROTECT, verbose_name=_("Gauge upstream"), related_name="+")
    down = models.ForeignKey("telemetry.Station", models.PROTECT, verbose_name=_("Gauge downstream"), related_name="+")
    quantity = models.CharField(_("Quantity"), max_length=30, choices=quantity_choices, default="water_level")
    hours = models.FloatField(_("Travel time (h)"))
    slope = models.FloatField(_("Slope"), null=True, blank=True)
    intercept = models.FloatField(_("Intercept (m)"), null=True, blank=True)
    error = models.FloatField(_("Standard error (m)"), null=True, blank=True)
    pairs = models.PositiveSmallIntegerField(_("Fitted on pairs"), default=0)
    left_out = models.FloatField(_("Error of the pair left out (m)"), null=True, blank=True)
    valid_from = models.FloatField(_("Holds from upstream stage (m)"), null=True, blank=True)
    valid_to = models.FloatField(_("Holds up to upstream stage (m)"), null=True, blank=True)
    in_use = models.BooleanField(_("In use"), default=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    note_en = models.CharField(_("Note in English"), max_length=300, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["up", "down", "quantity"], name="one_reach")]
        verbose_name = _("River reach")
        verbose_name_plural = _("River reaches")

    def __str__(self) -> str:
        return f"{self.up} → {self.down}"

    @property
    def told(self) -> str:
        """Return the note in the reader's language."""
        return str(localised(self.note, self.note_en))


class Hindcast(Record):
    """A forecast that would have been made in a flood of the past, from what was known then, beside what was observed."""

    mirrored = True
    owned_by = ("station",)

    event = models.CharField(_("Flood"), max_length=20)
    station = models.ForeignKey("telemetry.Station", models.PROTECT, verbose_name=_("Station"), related_name="+")
    issued_at = models.DateTimeField(_("Made at"))
    at = models.DateTimeField(_("Forecast for"))
    foretold = models.FloatField(_("Foretold (m)"))
    deviation = models.FloatField(_("Standard error (m)"))
    observed = models.FloatField(_("Observed (m)"))
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["event", "station_id", "issued_at", "at"]
        constraints = [models.UniqueConstraint(fields=["event", "station", "issued_at", "at"], name="one_hindcast")]
        verbose_name = _("Forecast of a past flood")
        verbose_name_plural = _("Forecasts of past floods")

    def __str__(self) -> str:
        return f"{self.station} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    @property
    def lead(self) -> float:
        """Return the hours between making it and its instant."""
        return round((self.at - self.issued_at).total_seconds() / 3600, 1)

    @property
    def off(self) -> float:
        """Return by how much it was off."""
        return round(self.foretold - self.observed, 2)

    @property
    def held(self) -> bool:
        """Return whether what was observed lay within the band."""
        return abs(self.off) <= 1.2816 * self.deviation + 0.005
