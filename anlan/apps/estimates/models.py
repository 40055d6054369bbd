"""Reference data of the models, estimates, and the outlines that each draws."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates.choices import Band, Kind, State
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference
from anlan.lib.levels import COLOURS


class Fuel(Named, Reference):
    """What burns in a forest, and the factor that Wang Zhengfei's model gives it."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    factor = models.FloatField(_("Factor (Ks)"), validators=[MinValueValidator(0.1), MaxValueValidator(3)])
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["factor", "code"]
        verbose_name = _("Fuel")


class Substance(Named, Reference):
    """A toxic gas, and from which concentrations it kills or harms whoever breathes it for an hour."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    cas = models.CharField(_("CAS number"), max_length=12)
    lethal = models.FloatField(_("Toxic endpoint 1 (mg/m³)"), validators=[MinValueValidator(0.01)])
    harmful = models.FloatField(_("Toxic endpoint 2 (mg/m³)"), validators=[MinValueValidator(0.01)])
    idlh = models.FloatField(_("IDLH (mg/m³)"), null=True, blank=True)
    heavy = models.BooleanField(_("Heavier than air"), default=False)
    source = models.CharField(_("Source"), max_length=300)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Substance")


class Doubt(Named, Reference):
    """How far off something that a model is given may be."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    low = models.FloatField(_("Lower bound"))
    high = models.FloatField(_("Upper bound"))
    source = models.CharField(_("Source"), max_length=300)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Error of a model")


class Estimate(Record):
    """How far a fire or a gas may come, as somebody had it reckoned: an estimate, never an observation."""

    life = Life(Move("withdraw", State.STANDING, State.WITHDRAWN, stamps="withdrawn"))

    kind = models.CharField(_("Model"), max_length=10, choices=Kind.choices)
    place = models.CharField(_("Place"), max_length=100, blank=True)
    location = models.PointField(_("Where it began"), srid=4326)
    began_at = models.DateTimeField(_("Began at"))
    given = models.JSONField(_("Reckoned from"), default=dict)
    people_likely = models.PositiveIntegerField(_("Residents, likely"), default=0)
    people_most = models.PositiveIntegerField(_("Residents, at most"), default=0)
    furthest_km = models.FloatField(_("Furthest, at most"), default=0)
    alarm = models.BigIntegerField(_("Alarm"), null=True, blank=True)
    remark = models.CharField(_("Remark"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.STANDING)
    made_at = models.DateTimeField(_("Reckoned at"))
    made_by = models.CharField(_("Reckoned by"), max_length=150)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("Withdrawn by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("Estimate")

    def __str__(self) -> str:
        where = self.place or f"{self.location.x:.3f}, {self.location.y:.3f}"
        return f"{self.get_kind_display()} · {where} · {localtime(self.began_at):%m-%d %H:%M}"


class Reached(Record):
    """The ground that is reached in a step of an estimate, how far, and who lives there."""

    owned_by = ("estimate",)

    estimate = models.ForeignKey(Estimate, models.CASCADE, verbose_name=_("Estimate"), related_name="outlines")
    step = models.FloatField(_("Time or concentration"))
    band = models.CharField(_("How sure"), max_length=8, choices=Band.choices)
    level = models.PositiveSmallIntegerField(_("Level"))
    outline = models.MultiPolygonField(_("Outline"), srid=4326)
    reach_km = models.FloatField(_("Distance"))
    hectares = models.FloatField(_("Hectares"))
    people = models.PositiveIntegerField(_("Residents"))
    towns = models.JSONField(_("Towns"), default=list, blank=True)

    class Meta:
        ordering = ["estimate", "step", "-hectares"]
        constraints = [models.UniqueConstraint(fields=["estimate", "step", "band"], name="a_step_is_reached_once")]
        verbose_name = _("Ground reached")

    @property
    def colour(self) -> str:
        """Return the colour that its level has on a map."""
        return COLOURS[self.level]
