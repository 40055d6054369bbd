"""Enumerations of places."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village")


class ChangeKind(TextChoices):
    """How a division changed; the values are the words of the published list (GB/T 2260, year by year)."""

    RECODED = "同名改码", _("New code, same name")
    ABOLISHED = "撤销", _("Abolished")
    FOUNDED = "新设", _("Founded")
    REARRANGED = "区划调整", _("Boundaries rearranged")
    TO_CITY = "撤县设市", _("County made a city")
    TO_DISTRICT = "撤县设区", _("County made a district")


class CountKind(TextChoices):
    CENSUS = "census", _("Census")
    RESIDENT = "resident", _("Residents at the year's end")
    URBAN = "urban", _("Residents of towns at the year's end")
