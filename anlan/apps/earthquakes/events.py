"""Facts that earthquakes announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class EarthquakeReported(Event):
    """A shock was reported, or a later report corrected it."""

    name = "earthquakes.earthquake_reported"
    label = _("Earthquake reported")
    earthquake: int
    magnitude: float
    strongest: float
    level: int
