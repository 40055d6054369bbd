"""Facts that typhoons announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class CycloneReckoned(Event):
    """What a storm comes to in the city was worked out anew, by an advisory or because time went on."""

    name = "typhoons.cyclone_reckoned"
    label = _("Typhoon reckoned anew")
    cyclone: int
    number: str
    strongest: float
