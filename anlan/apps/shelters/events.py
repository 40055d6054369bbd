"""Facts that shelters announce."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ShelterOpened(Event):
    """A shelter has opened its doors."""

    name = "shelters.shelter_opened"
    label = _("Shelter opened")
    opening: int
    shelter: int


@dataclass(frozen=True, kw_only=True)
class ShelterClosed(ShelterOpened):
    """A shelter has closed after the last has left."""

    name = "shelters.shelter_closed"
    label = _("Shelter closed")
