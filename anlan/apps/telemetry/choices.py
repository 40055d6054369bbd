"""Enumerations of telemetry: levels, sides of a clock, quality flags. What can be measured is in the registries of `kinds`."""

from __future__ import annotations

from enum import IntFlag

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    NONE = 0, _("Normal")
    BLUE = 1, _("Blue")
    YELLOW = 2, _("Yellow")
    ORANGE = 3, _("Orange")
    RED = 4, _("Red")


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
