"""Pure decisions: whose advisory counts, and what an advisory must be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.kit.refusals import Refusal

#: An agency that has said nothing for so long gives way to the next one (proposal, K-): advisories come every 3 to 6 hours.
GIVES_WAY = timedelta(hours=12)
#: No agency foretells further.
FURTHEST = 168.0


@dataclass(frozen=True)
class Said:
    """Who spoke, when, and in which order he is heard."""

    id: int
    rank: int
    at: datetime


def leading(said: Iterable[Said]) -> Said | None:
    """Return the advisory that counts: the newest of the agency heard first that has not fallen silent."""
    held = list(said)
    if not held:
        return None
    newest = max(one.at for one in held)
    fresh = [one for one in held if newest - one.at < GIVES_WAY]
    return min(fresh, key=lambda one: (one.rank, newest - one.at, -one.id))


def check_hours(hours: Sequence[float]) -> None:
    """Refuse positions that do not begin with the analysis and go on in time."""
    if not hours or hours[0] != 0:
        raise Refusal(_("The first position is that of the advisory's own time: hour 0."), field="positions.0.hour")
    for n, (before, after) in enumerate(zip(hours, hours[1:], strict=False), 1):
        if not before < after <= FURTHEST:
            raise Refusal(_("Positions go on in time, up to 168 hours."), field=f"positions.{n}.hour")


def radii_of(text: str, field: str) -> dict[str, float]:
    """Read radii in km as they are written, north-east first: "240 200 160 300", or one number for all."""
    parts = text.replace(",", " ").replace("/", " ").split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = [-1.0]
    if not parts:
        return {}
    if len(numbers) not in (1, 4) or not all(0 <= n <= 1500 for n in numbers):
        raise Refusal(_("Give radii in km: one, or those of north-east, south-east, south-west and north-west."), field=field)
    return dict(zip(("NE", "SE", "SW", "NW"), numbers * (4 // len(numbers)), strict=True))
