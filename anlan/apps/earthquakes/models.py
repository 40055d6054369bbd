"""Attenuation sets of the pack, reported earthquakes, and how strongly each town was shaken."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes.choices import State
from anlan.apps.earthquakes.rules import level_of
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record, Reference
from anlan.lib.levels import COLOURS
from anlan.lib.seismic import Attenuation, Axis, roman


class AttenuationSet(Reference):
    """How shaking falls with distance in a region: coefficients of an ellipse's two axes, with their source."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=30, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    long_a = models.FloatField()
    long_b = models.FloatField()
    long_c = models.FloatField()
    long_r0 = models.FloatField()
    short_a = models.FloatField()
    short_b = models.FloatField()
    short_c = models.FloatField()
    short_r0 = models.FloatField()
    sigma = models.FloatField(_("Standard error"))
    strike = models.FloatField(_("Direction of the long axis (degrees)"))
    preferred = models.BooleanField(_("Used here"), default=False)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Attenuation set")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))

    @property
    def model(self) -> Attenuation:
        """Return the set as the library reckons with it."""
        long = Axis(self.long_a, self.long_b, self.long_c, self.long_r0)
        return Attenuation(long, Axis(self.short_a, self.short_b, self.short_c, self.short_r0), self.sigma)


class Earthquake(Record):
    """A shock as the newest report of its agency tells it; the same for the whole city."""

    shared_down = True
    life = Life(
        Move("answer", State.REPORTED, State.ANSWERED, stamps="answered"),
        Move("withdraw", (State.REPORTED, State.ANSWERED), State.WITHDRAWN),
        Move("report_again", (State.ANSWERED, State.WITHDRAWN), State.REPORTED),
    )

    code = models.CharField(_("Code"), max_length=100, unique=True)
    agency = models.CharField(_("Agency"), max_length=60)
    at = models.DateTimeField(_("Time of the shock"))
    location = models.PointField(_("Epicentre"), srid=4326)
    magnitude = models.FloatField(_("Magnitude"), validators=[MinValueValidator(-2), MaxValueValidator(10)])
    depth_km = models.FloatField(
        _("Depth (km)"), null=True, blank=True, validators=[MinValueValidator(-10), MaxValueValidator(800)]
    )
    place = models.CharField(_("Place"), max_length=200, blank=True)
    reviewed = models.BooleanField(_("Reviewed by the agency"), default=False)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.REPORTED)
    reports = models.PositiveSmallIntegerField(_("Number of reports"), default=1)
    attenuation = models.ForeignKey(AttenuationSet, models.PROTECT, verbose_name=_("Attenuation set"), related_name="+")
    epicentral = models.FloatField(_("Intensity at the epicentre"))
    strongest = models.FloatField(_("Strongest in the city"))
    shaken = models.PositiveIntegerField(_("Residents at V and above"))
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    answered_by = models.CharField(_("Answered by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("Earthquake")

    def __str__(self) -> str:
        return f"M{self.magnitude:.1f} {self.place}".strip()

    @property
    def level(self) -> int:
        """Return the level of the strongest shaking in the city, 1 blue to 4 red, 0 where none is felt."""
        return level_of(self.strongest)

    @property
    def colour(self) -> str:
        """Return the colour of its level, "" where none is felt."""
        return COLOURS.get(self.level, "")

    @property
    def degree(self) -> str:
        """Return the strongest intensity in the city as a degree."""
        return roman(self.strongest)


class TownShaking(Record):
    """How strongly a town was shaken at its seat, between what error allows, and who lives there."""

    owned_by = ("earthquake",)

    earthquake = models.ForeignKey(Earthquake, models.CASCADE, verbose_name=_("Earthquake"), related_name="towns")
    km = models.FloatField(_("Distance"))
    intensity = models.FloatField(_("Intensity"))
    sigma = models.FloatField(_("Standard error"))
    residents = models.PositiveIntegerField(_("Residents"))
    villages = models.PositiveSmallIntegerField(_("Villages"))

    class Meta:
        ordering = ["-intensity", "area"]
        constraints = [models.UniqueConstraint(fields=["earthquake", "area"], name="a_town_is_shaken_once")]
        verbose_name = _("Shaking of a town")

    @property
    def degree(self) -> str:
        """Return the intensity as a degree with its error: "VI（5.9–6.9）"."""
        return f"{roman(self.intensity)} ({max(1.0, self.intensity - self.sigma):.1f}–{self.intensity + self.sigma:.1f})"
