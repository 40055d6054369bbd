"""Facts that duty announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ShiftUnmanned(Event):
    """A shift has begun and nobody has taken it over; `step` is how far up that was told."""

    name = "duty.shift_unmanned"
    label = _("Nobody on duty")

    shift: int
    step: int


@dataclass(frozen=True, kw_only=True)
class RollCalled(Event):
    """A duty room was called and has so many minutes to answer."""

    name = "duty.roll_called"
    label = _("Roll called")

    call: int


@dataclass(frozen=True, kw_only=True)
class RollMissed(Event):
    """A duty room did not answer a roll call in time."""

    name = "duty.roll_missed"
    label = _("Roll call not answered")

    call: int
