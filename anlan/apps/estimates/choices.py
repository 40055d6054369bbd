"""Enumerations of estimates."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Which model an estimate was reckoned by."""

    FIRE = "fire", _("Spread of a forest fire")
    GAS = "gas", _("Drift of a leaked gas")


class Band(TextChoices):
    """How sure it is that a place is reached."""

    LOW = "low", _("At least")
    LIKELY = "likely", _("Likely reach")
    HIGH = "high", _("At most")


class State(TextChoices):
    """Whether an estimate is to be gone by."""

    STANDING = "standing", _("Stands")
    WITHDRAWN = "withdrawn", _("Withdrawn estimate")


class Cloud(IntegerChoices):
    """The sky as GB/T 3840-91 asks for it: rows of its table of radiation."""

    CLEAR = 0, _("Clear, up to 4/10")
    BROKEN = 1, _("Cloudy, 5/10 to 7/10")
    HIGH = 2, _("Overcast, little of it low")
    LOW_BROKEN = 3, _("Overcast, 5/10 to 7/10 of it low")
    LOW = 4, _("Overcast and low, rain or fog")


class Way(IntegerChoices):
    """The eight ways of the compass."""

    NORTH = 0, _("north")
    NORTH_EAST = 1, _("north-east")
    EAST = 2, _("east")
    SOUTH_EAST = 3, _("south-east")
    SOUTH = 4, _("south")
    SOUTH_WEST = 5, _("south-west")
    WEST = 6, _("west")
    NORTH_WEST = 7, _("north-west")

    @classmethod
    def of(cls, bearing: float) -> Way:
        """Return the way that lies nearest a bearing in degrees."""
        return cls(round(bearing / 45) % 8)
