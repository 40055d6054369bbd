"""The plug-in contract that people owns: the sectors of government to which organisations and grants belong. Plug-ins add theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kit.registry import Registry


@dataclass(frozen=True)
class Sector:
    """A sector: emergency management, water, transport …"""

    code: str
    name: Any

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        return [] if len(self.code) <= 20 else ["has a code longer than 20 letters"]


SECTORS: Registry[Sector] = Registry("sectors")
for _sector in (
    Sector("emergency", _("Emergency management")),
    Sector("water", _("Water")),
    Sector("weather", _("Weather")),
    Sector("transport", _("Transport")),
    Sector("health", _("Health")),
    Sector("police", _("Public security")),
    Sector("power", _("Power")),
    Sector("fire", _("Fire and rescue")),
    Sector("land", _("Natural resources")),
    Sector("housing", _("Housing and construction")),
    Sector("agriculture", _("Agriculture")),
    Sector("education", _("Education")),
    Sector("civil", _("Civil affairs")),
    Sector("communication", _("Communications")),
    Sector("publicity", _("Publicity")),
    Sector("government", _("Government")),
):
    SECTORS.add(_sector)


def sector_choices() -> list[tuple[str, Any]]:
    """Return the sectors for a form and a column, in the order in which they were registered."""
    return [(sector.code, sector.name) for sector in SECTORS.in_order()]
