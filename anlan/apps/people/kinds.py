"""The plug-in contract that people owns: the sectors of government to which organisations and grants belong. Plug-ins add theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Sector:
    """A sector: emergency management, water, transport …"""

    code: str
    name: Any
    rank: int = 50

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        return [] if len(self.code) <= 20 else ["has a code longer than 20 letters"]


SECTORS: Registry[Sector] = Registry("sectors")
for _rank, _sector in enumerate(
    (
        ("emergency", _("Emergency management")),
        ("water", _("Water")),
        ("weather", _("Weather")),
        ("transport", _("Transport")),
        ("health", _("Health")),
        ("police", _("Public security")),
        ("power", _("Power")),
        ("fire", _("Fire and rescue")),
        ("land", _("Natural resources")),
        ("housing", _("Housing and construction")),
        ("agriculture", _("Agriculture")),
        ("education", _("Education")),
        ("civil", _("Civil affairs")),
        ("communication", _("Communications")),
        ("publicity", _("Publicity")),
        ("government", _("Government")),
    )
):
    SECTORS.add(Sector(*_sector, rank=_rank))


def sector_choices() -> list[tuple[str, Any]]:
    """Return the sectors for a form and a column, in order of their rank."""
    return [(sector.code, sector.name) for sector in sorted(SECTORS, key=lambda sector: sector.rank)]
