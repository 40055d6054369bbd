"""Enumerations of telemetry: station kinds, quantities, levels, rungs of thresholds, quality flags."""

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
#: Quantities whose values are sums over a period.
SUMMED = {Quantity.RAIN}
#: Physically possible values; outside is flagged, absurd (ten times outside) is rejected.
SPANS = {Quantity.WATER_LEVEL: (-10.0, 2000.0), Quantity.FLOW: (0.0, 100_000.0), Quantity.RAIN: (0.0, 500.0)}


class Level(IntegerChoices):
    NONE = 0, _("Normal")
    BLUE = 1, _("Blue")
    YELLOW = 2, _("Yellow")
    ORANGE = 3, _("Orange")
    RED = 4, _("Red")


class Rung(TextChoices):
    """Named thresholds: of the river's warning ladder (GB/T 22482; return periods in years), and of a signal's colours."""

    NEAR = "near", _("Near warning level")
    WARNING = "warning", _("Warning level")
    GUARANTEE = "guarantee", _("Guarantee level")
    HISTORICAL_MAX = "historical_max", _("Historical maximum")
    RETURN_5 = "return_5", _("5-year flood")
    RETURN_10 = "return_10", _("10-year flood")
    RETURN_20 = "return_20", _("20-year flood")
    RETURN_50 = "return_50", _("50-year flood")
    RETURN_100 = "return_100", _("100-year flood")
    BLUE = "blue", _("Blue")
    YELLOW = "yellow", _("Yellow")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Red")


class ClockSide(TextChoices):
    """On which side of ours a sender's clock is."""

    AHEAD = "ahead", _("ahead")
    BEHIND = "behind", _("behind")


class Flag(IntFlag):
    """Quality flags of a reading; nothing is dropped silently. Any flag makes it suspect: shown, but it raises nothing."""

    GOOD = 0
    RANGE = 1
    STEP = 2
    PERSISTENCE = 4
    LADDER = 8


DOUBTS = {
    Flag.RANGE: _("outside what is possible"),
    Flag.STEP: _("jumped"),
    Flag.PERSISTENCE: _("does not move"),
    Flag.LADDER: _("far from the station's ladder"),
}
#: Of a sum whose period nobody declared.
UNDECLARED_SUM = _("too much for one hour after a pause; perhaps the sum of a longer time")
