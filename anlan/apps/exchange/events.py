"""Facts that exchange announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ForeignWarningTaken(Event):
    """A warning of somebody else was taken in that is in force for a place of ours."""

    name = "exchange.foreign_warning_taken"
    label = _("Foreign warning taken in")
    foreign: int


@dataclass(frozen=True, kw_only=True)
class ForeignWarningEnded(Event):
    """A warning of somebody else, of which ours was drafted, was updated or cancelled by its sender."""

    name = "exchange.foreign_warning_ended"
    label = _("Foreign warning ended by its sender")
    foreign: int
    cancelled: bool
