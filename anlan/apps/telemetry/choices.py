"""Enumerations of telemetry: levels, sides of a clock, quality flags. What can be measured is in the registries of `kinds`."""

from __future__ import annotations

from enum import IntFlag

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.lib.frames import Fault


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


class RegisterTable(TextChoices):
    """Which of a Modbus device's four tables a register stands in."""

    HOLDING = "holding", _("Holding registers (4x)")
    INPUT = "input", _("Input registers (3x)")
    COIL = "coil", _("Coils (0x)")
    DISCRETE = "discrete", _("Discrete inputs (1x)")


class RegisterType(TextChoices):
    """How the words of registers are a number."""

    INT16 = "int16", "int16"
    UINT16 = "uint16", "uint16"
    INT32 = "int32", "int32"
    UINT32 = "uint32", "uint32"
    INT64 = "int64", "int64"
    UINT64 = "uint64", "uint64"
    FLOAT32 = "float32", "float32"
    FLOAT64 = "float64", "float64"


class WordOrder(TextChoices):
    """In which order the bytes of a number lie in registers; A is the highest."""

    ABCD = "ABCD", _("ABCD (big-endian)")
    CDAB = "CDAB", _("CDAB (words swapped)")
    BADC = "BADC", _("BADC (bytes swapped)")
    DCBA = "DCBA", _("DCBA (little-endian)")


class ChangeState(TextChoices):
    """Where a proposed change of a threshold stands."""

    PROPOSED = "proposed", _("Proposed")
    SIGNED = "signed", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force since then")
    DECLINED = "declined", _("Declined")


class Flag(IntFlag):
    """Quality flags of a reading; nothing is dropped silently. Any flag makes it suspect: shown, but it raises nothing."""

    GOOD = 0
    RANGE = 1
    STEP = 2
    PERSISTENCE = 4
    LADDER = 8
    WORK = 16
    NEIGHBOUR = 32


DOUBTS = {
    Flag.RANGE: _("outside what is possible"),
    Flag.STEP: _("jumped"),
    Flag.PERSISTENCE: _("does not move"),
    Flag.LADDER: _("far from the station's ladder"),
    Flag.WORK: _("told while somebody worked on it"),
    Flag.NEIGHBOUR: _("contradicts all its neighbours"),
}
#: Of a sum whose period nobody declared.
UNDECLARED_SUM = _("too much for one hour after a pause; perhaps the sum of a longer time")

#: What is wrong with a frame, in words.
FAULTS = {
    Fault.RUBBISH: _("no frame, or text that cannot be read"),
    Fault.SHORT: _("cut short"),
    Fault.LENGTH: _("another length than it says"),
    Fault.CHECKSUM: _("checksum wrong"),
    Fault.ENDING: _("end mark missing"),
    Fault.FIELD: _("a field that cannot be"),
}
