"""Enumerations of supplies."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DepotLevel(TextChoices):
    """The four levels of the reserve network 市－县－乡－村."""

    CITY = "city", _("City depot")
    COUNTY = "county", _("County depot")
    TOWN = "town", _("Town depot")
    VILLAGE = "village", _("Village point")
