"""Enumerations of monitoring: station kinds, quantities, alarm states, levels, quality flags."""

from __future__ import annotations

from enum import IntFlag

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class StationKind(TextChoices):
    RIVER = "river", _("River station")
    RESERVOIR = "reservoir", _("Reservoir station")
    RAIN = "rain", _("Rain gauge")


class Quantity(TextChoices):
    WATER_LEVEL = "water_level", _("Water level")
    FLOW = "flow", _("Flow")
    RAIN = "rain", _("Rain")


UNITS = {Quantity.WATER_LEVEL: "m", Quantity.FLOW: "m³/s", Quantity.RAIN: "mm"}
#: Physically possible values; outside is flagged, absurd (ten times outside) is rejected.
SPANS = {Quantity.WATER_LEVEL: (-10.0, 2000.0), Quantity.FLOW: (0.0, 100_000.0), Quantity.RAIN: (0.0, 500.0)}


class Level(IntegerChoices):
    NONE = 0, _("Normal")
    BLUE = 1, _("Blue")
    YELLOW = 2, _("Yellow")
    ORANGE = 3, _("Orange")
    RED = 4, _("Red")


COLOURS = {Level.BLUE: "blue", Level.YELLOW: "yellow", Level.ORANGE: "orange", Level.RED: "red"}


class AlarmState(TextChoices):
    RAISED = "raised", _("Raised")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SHELVED = "shelved", _("Shelved")
    RETURNED = "returned", _("Returned to normal")
    CLOSED = "closed", _("Closed")


OPEN = (AlarmState.RAISED, AlarmState.ACKNOWLEDGED, AlarmState.SHELVED)


class Flag(IntFlag):
    """Quality flags of a reading; nothing is dropped silently."""

    GOOD = 0
    RANGE = 1
    STEP = 2
    PERSISTENCE = 4
