"""Models of roads: classes with their speeds, pieces of road, closures."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.roads.choices import Cause, ClosureState
from anlan.kit.lives import Life, Move
from anlan.kit.records import Named, Record, Reference


class RoadClass(Named, Reference):
    """A class of roads, and how fast a rescue vehicle is assumed to drive on it."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    speed_kmh = models.FloatField(_("Assumed speed (km/h)"), validators=[MinValueValidator(1), MaxValueValidator(150)])
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["-speed_kmh", "code"]
        verbose_name = _("Class of roads")


class RoadPiece(Reference):
    """A piece of road between two junctions, or a part of one."""

    code = models.CharField(_("Code"), max_length=40, unique=True)
    road_class = models.ForeignKey(RoadClass, models.PROTECT, verbose_name=_("Class of roads"), related_name="+")
    derived = models.BooleanField(_("Drawn by a program"), default=False)
    course = models.LineStringField(_("Course of the road"), srid=4326)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Piece of road")

    def __str__(self) -> str:
        return self.code


class Closure(Record):
    """A place where roads are closed: since when, why, who says so, until when it is expected to last."""

    #: A county must know which of its roads the city has closed.
    shared_down = True
    life = Life(
        Move("change", ClosureState.CLOSED),
        Move("lift", ClosureState.CLOSED, ClosureState.LIFTED, stamps="lifted"),
    )

    place = models.CharField(_("Where the road is closed"), max_length=100)
    cause = models.CharField(_("Closed because"), max_length=10, choices=Cause.choices)
    shape = models.GeometryField(_("Place closed"), srid=4326)
    reach_m = models.PositiveIntegerField(_("Closed within (m)"), validators=[MaxValueValidator(5000)], default=50)
    pieces = ArrayField(models.CharField(max_length=40), verbose_name=_("Pieces of road closed"), default=list, blank=True)
    since = models.DateTimeField(_("Closed since"))
    until = models.DateTimeField(_("Expected to reopen"), null=True, blank=True)
    informant = models.CharField(_("Who says so"), max_length=100)
    remark = models.CharField(_("Remark"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=ClosureState.choices, default=ClosureState.CLOSED)
    lifted_at = models.DateTimeField(_("Reopened at"), null=True, blank=True)
    lifted_by = models.CharField(_("Reopened by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        verbose_name = _("Road closure")

    def __str__(self) -> str:
        return f"{self.place} {localtime(self.since):%m-%d %H:%M}"

    @property
    def count(self) -> int:
        """Return how many pieces of known road are closed."""
        return len(self.pieces)
