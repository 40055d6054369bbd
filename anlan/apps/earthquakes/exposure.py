"""How strongly each town is shaken by a shock, and who lives there: the reckoning that the report, the command line and the map share."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.apps.places import api as places
from anlan.lib import seismic
from anlan.lib.seismic import Attenuation


@dataclass(frozen=True)
class Shaken:
    """A town's share of a shock: its intensity at the seat, its residents (estimated) and villages."""

    code: str
    name: str
    km: float
    intensity: float
    residents: int
    villages: int


def of_towns(
    towns: list[places.TownResidents], model: Attenuation, strike: float, magnitude: float, lon: float, lat: float
) -> list[Shaken]:
    """Return every town with its intensity, the strongest shaken first."""
    km, direction = seismic.offsets(lon, lat, [t.lon for t in towns], [t.lat for t in towns])
    felt = seismic.intensity_at(model, magnitude, km, direction, strike)
    found = [
        Shaken(t.code, t.name, round(float(far), 1), round(float(i), 2), t.residents, t.villages)
        for t, far, i in zip(towns, km, felt, strict=True)
    ]
    return sorted(found, key=lambda s: (-s.intensity, s.code))


def residents_by_degree(shaken: list[Shaken]) -> dict[str, int]:
    """Return how many residents live at each degree of intensity, the strongest first; what nobody feels is left out."""
    found: dict[str, int] = {}
    for town in shaken:
        if town.intensity >= 2:
            found[seismic.roman(town.intensity)] = found.get(seismic.roman(town.intensity), 0) + town.residents
    return found
