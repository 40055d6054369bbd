"""Agencies of the pack, storms, what each agency said of them, and how strongly it will blow in each town."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.typhoons.choices import State
from anlan.kit.languages import localised
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record, Reference
from anlan.lib.cyclones import Centre, grade_of, wind_class


class Agency(Reference):
    """Who sends advisories: over how many minutes its winds are means, and whose word counts first here."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=10, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    wind_minutes = models.PositiveSmallIntegerField(_("Winds are means over minutes"))
    rank = models.PositiveSmallIntegerField(_("Heard in this order"))
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["rank", "code"]
        verbose_name = _("Agency")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


class Cyclone(Record):
    """A storm, and what it comes to in the city by the advisory that counts; the same for the whole city."""

    shared_down = True
    life = Life(
        Move("finish", State.ACTIVE, State.OVER, stamps="over"),
        Move("come_back", State.OVER, State.ACTIVE),
    )

    number = models.CharField(_("Number"), max_length=20, unique=True)
    name = models.CharField(_("English name"), max_length=40, blank=True)
    name_zh = models.CharField(_("Name"), max_length=40, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ACTIVE)
    leading = models.CharField(_("Goes by"), max_length=10, blank=True)
    seen_at = models.DateTimeField(_("Newest advisory"), null=True, blank=True)
    strongest = models.FloatField(_("Strongest wind of a town"), default=0.0)
    first_gale_at = models.DateTimeField(_("First gale (class 8)"), null=True, blank=True)
    nearest_km = models.FloatField(_("Passes at (km)"), null=True, blank=True)
    nearest_at = models.DateTimeField(_("Passes"), null=True, blank=True)
    blown_on = models.PositiveIntegerField(_("Residents with class 6 or more"), default=0)
    over_at = models.DateTimeField(_("Over since"), null=True, blank=True)
    over_by = models.CharField(_("Ended by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-seen_at", "-id"]
        verbose_name = _("Typhoon")

    def __str__(self) -> str:
        return f"{self.number} {localised(self.name_zh or self.name, self.name or self.name_zh)}".strip()

    @property
    def force(self) -> int:
        """Return the class of the strongest wind that a town will have."""
        return wind_class(self.strongest)


class Advisory(Record):
    """What one agency said at one time: where the storm is, and where it will be.

    `fixes` holds hour, lon, lat, wind, pressure of each, the analysis first; `radii` those of the analysis by knots and quadrant.
    """

    owned_by = ("cyclone",)
    shared_down = True

    cyclone = models.ForeignKey(Cyclone, models.CASCADE, verbose_name=_("Typhoon"), related_name="advisories")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("Agency"), related_name="+")
    at = models.DateTimeField(_("Position of"))
    location = models.PointField(_("Centre"), srid=4326)
    wind = models.FloatField(
        _("Wind near the centre"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(120)]
    )
    pressure = models.FloatField(
        _("Pressure"), null=True, blank=True, validators=[MinValueValidator(850), MaxValueValidator(1030)]
    )
    grade = models.CharField(_("Grade"), max_length=20, blank=True)
    correction = models.CharField(_("Correction"), max_length=4, blank=True)
    fixes = models.JSONField(_("Positions"), default=list)
    radii = models.JSONField(_("Radii of winds"), default=dict, blank=True)
    text = models.TextField(_("Bulletin"), blank=True)
    strongest = models.FloatField(_("Strongest wind of a town"), default=0.0)
    gale_at = models.DateTimeField(_("First gale (class 8)"), null=True, blank=True)

    class Meta:
        ordering = ["-at", "agency_id", "-id"]
        constraints = [models.UniqueConstraint(fields=["cyclone", "agency", "at"], name="an_agency_speaks_once_of_an_hour")]
        verbose_name = _("Advisory")

    def __str__(self) -> str:
        return f"{self.cyclone} {self.agency_id and self.agency.code} {self.at:%m-%d %H:%M}"

    @property
    def track(self) -> list[Centre]:
        """Return the positions told, hours counted from this advisory; a fix without a wind is as strong as the one before."""
        found: list[Centre] = []
        for fix in self.fixes:
            wind = fix.get("wind")
            wind = wind if wind is not None else found[-1].wind if found else self.wind or 0.0
            radii = {int(knots): sides for knots, sides in self.radii.items()} if not found else {}
            found.append(Centre(fix["hour"], fix["lon"], fix["lat"], wind, radii))
        return found

    @property
    def foretells(self) -> bool:
        """Return whether the agency foretold anything."""
        return len(self.fixes) > 1

    @property
    def force(self) -> int:
        """Return the class of the wind near the centre."""
        return wind_class(self.wind or 0.0)

    @property
    def force_here(self) -> int:
        """Return the class of the strongest wind that a town will have by this advisory alone."""
        return wind_class(self.strongest)

    @property
    def called(self) -> str:
        """Return the grade as told, else that of the wind."""
        return self.grade or grade_of(self.wind or 0.0)

    def instant(self, hour: float) -> datetime:
        """Return when an hour of this advisory is."""
        return self.at + timedelta(hours=hour)


class TownWind(Record):
    """How strongly it will blow at a town's seat by the advisory that counts, and when it begins to."""

    owned_by = ("cyclone",)

    cyclone = models.ForeignKey(Cyclone, models.CASCADE, verbose_name=_("Typhoon"), related_name="towns")
    wind = models.FloatField(_("Strongest wind"))
    force = models.PositiveSmallIntegerField(_("Wind class"))
    strong_at = models.DateTimeField(_("Class 6 from"), null=True, blank=True)
    gale_at = models.DateTimeField(_("Class 8 from"), null=True, blank=True)
    storm_at = models.DateTimeField(_("Class 10 from"), null=True, blank=True)
    nearest_km = models.FloatField(_("Passes at (km)"))
    nearest_at = models.DateTimeField(_("Passes"))
    residents = models.PositiveIntegerField(_("Residents"))

    class Meta:
        ordering = ["-wind", "area"]
        constraints = [models.UniqueConstraint(fields=["cyclone", "area"], name="a_town_has_one_wind_of_a_storm")]
        verbose_name = _("Wind of a town")


def fix_of(hour: float, lon: float, lat: float, wind: float | None, pressure: float | None) -> dict[str, Any]:
    """Return a position as an advisory holds it."""
    return {"hour": hour, "lon": round(lon, 3), "lat": round(lat, 3), "wind": wind, "pressure": pressure}
