"""Facts that transfers announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class TransferOpened(Event):
    """Households of some villages are to be brought away."""

    name = "transfers.transfer_opened"
    label = _("Transfer action opened")
    transfer: int


@dataclass(frozen=True, kw_only=True)
class TransferUrged(Event):
    """Those who were to get ready are to go now."""

    name = "transfers.transfer_urged"
    label = _("Told to move now")
    transfer: int


@dataclass(frozen=True, kw_only=True)
class TransferSafe(Event):
    """Whoever opened an action says that people may go home."""

    name = "transfers.transfer_safe"
    label = _("Declared safe to return")
    transfer: int


@dataclass(frozen=True, kw_only=True)
class JourneyMoved(Event):
    """A household's helper said how far it is."""

    name = "transfers.journey_moved"
    label = _("A household went on")
    journey: int
    state: str
