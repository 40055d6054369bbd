"""Lookouts and the key forests that they are to see."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.lookouts.choices import LookoutKind, LookoutState
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record


class Lookout(Named, Record):
    """A tower or camera that looks out for smoke: how high, how far, between which bearings, and whether it watches now."""

    life = Life(
        Move("take_out", LookoutState.WATCHING, LookoutState.OUT, stamps="changed_state"),
        Move("put_back", LookoutState.OUT, LookoutState.WATCHING, stamps="changed_state"),
    )

    code = models.CharField(_("Code"), max_length=40, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=LookoutKind.choices, default=LookoutKind.TOWER)
    location = models.PointField(_("Location"), srid=4326)
    height_m = models.FloatField(_("Height of the eye (m)"), validators=[MinValueValidator(1), MaxValueValidator(300)])
    reach_km = models.FloatField(_("Sees up to (km)"), validators=[MinValueValidator(0.5), MaxValueValidator(50)])
    bearing_from = models.FloatField(
        _("From bearing (°)"), default=0, validators=[MinValueValidator(0), MaxValueValidator(360)], help_text=_("0 is north.")
    )
    bearing_to = models.FloatField(_("To bearing (°)"), default=360, validators=[MinValueValidator(0), MaxValueValidator(360)])
    state = models.CharField(_("State"), max_length=10, choices=LookoutState.choices, default=LookoutState.WATCHING)
    changed_state_at = models.DateTimeField(_("Since"), null=True, blank=True)
    changed_state_by = models.CharField(_("Changed by"), max_length=150, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Lookout")


class KeyForest(Named, Record):
    """A forest that is to be watched."""

    code = models.CharField(_("Code"), max_length=40, unique=True)
    outline = models.MultiPolygonField(_("Outline"), srid=4326)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Key forest")
