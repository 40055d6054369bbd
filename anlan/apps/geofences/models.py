"""Fences, and where each vehicle and vessel was last."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.geofences.choices import FenceKind
from anlan.apps.telemetry.kinds import sensor_choices
from anlan.kit.records import Named, Record, Stream


class Fence(Named, Record):
    """An area that vehicles or vessels may not enter, must not leave, or must drive slowly in; at all hours, or from one to another."""

    code = models.CharField(_("Code"), max_length=40, unique=True)
    kind = models.CharField(_("Kind of geofence"), max_length=12, choices=FenceKind.choices)
    concerns = models.CharField(
        _("Concerns"), max_length=20, choices=sensor_choices, blank=True, help_text=_("Empty: whatever tells where it is.")
    )
    limit_kmh = models.FloatField(
        _("At most (km/h)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    since = models.TimeField(_("From the hour"), null=True, blank=True)
    until = models.TimeField(_("To the hour"), null=True, blank=True, help_text=_("It may lie after midnight."))
    active = models.BooleanField(_("In force"), default=True)
    outline = models.MultiPolygonField(_("Outline"), srid=4326)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Geofence")


class Position(Stream):
    """Where a vehicle or vessel was last, how fast, and what it broke there by which fence."""

    station_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    kmh = models.FloatField(null=True)
    broken = models.SmallIntegerField(default=0)
    fence_id = models.BigIntegerField(null=True)
    since = models.DateTimeField(null=True)
