"""Grids of rain, and what each comes to in counties, towns and catchments."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.apps.radar.choices import GridState, Origin
from anlan.kit.lives import Life, Move
from anlan.kit.records import Record


class RainGrid(Record):
    """The sum of rain over some hours as a grid told it; the same for the whole city.

    `areas` holds code, mean and highest in mm, and the share of the ground that the grid knows, of each county and town; `catchments`
    the same by the code of the station that they drain to.
    """

    shared_down = True
    life = Life(Move("withdraw", GridState.STANDING, GridState.WITHDRAWN, stamps="withdrawn"))

    origin = models.CharField(_("Origin"), max_length=10, choices=Origin.choices)
    source = models.CharField(_("Source"), max_length=200)
    began_at = models.DateTimeField(_("Rain from"))
    ended_at = models.DateTimeField(_("Rain until"))
    state = models.CharField(_("State"), max_length=10, choices=GridState.choices, default=GridState.STANDING)
    file = models.CharField(_("File"), max_length=200)
    cells = models.PositiveIntegerField(_("Cells"))
    cell_km = models.FloatField(_("Width of a cell (km)"))
    mean = models.FloatField(_("Mean over the city (mm)"), null=True, blank=True)
    highest = models.FloatField(_("Highest cell (mm)"), null=True, blank=True)
    areas = models.JSONField(_("By area"), default=list)
    catchments = models.JSONField(_("By catchment"), default=list, blank=True)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("Withdrawn by"), max_length=150, blank=True)

    class Meta:
        ordering = ["-ended_at", "-id"]
        verbose_name = _("Rain grid")
        constraints = [models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="radar_grid_runs_forward")]

    def __str__(self) -> str:
        return f"{self.get_origin_display()} {localtime(self.began_at):%m-%d %H:%M} – {localtime(self.ended_at):%m-%d %H:%M}"

    @property
    def hours(self) -> float:
        """Return over how many hours it is a sum."""
        return (self.ended_at - self.began_at) / timedelta(hours=1)
