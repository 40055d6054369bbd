"""Units and periods as senders say them: converted where they are known, refused in words where they are not.

A value without a unit is in the quantity's own. A sum without a period is over the datastream's own; where that is longer
than an hour, a bare sum is refused: nobody could tell a day's rain from an hour's.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.telemetry.intake.catalogue import Catalogue
from anlan.apps.telemetry.intake.decoding import Table
from anlan.apps.telemetry.kinds import QUANTITIES, UNITS
from anlan.apps.telemetry.kinds.measures import summed, unit_of
from anlan.apps.telemetry.rules import period_of
from anlan.lib.instants import MICROSECOND, NEVER

HOUR = timedelta(hours=1) // MICROSECOND
AS_IT_IS = (1.0, 0.0)


def honour(table: Table, held: Catalogue, place: NDArray[np.int64], value: NDArray[np.float64]) -> dict[int, str]:
    """Bring values into their quantities' units, in place; returns by row why some cannot be taken (their values become nan)."""
    faults: dict[int, str] = {}
    for n, unit in enumerate(table.units):
        if not unit or place[n] < 0 or (known := _converted(table.quantities[n], unit)) == AS_IT_IS:
            continue
        if known is not None:
            value[n] = value[n] * known[0] + known[1]
            continue
        faults[n] = _("The unit %(unit)r is not known for %(quantity)s; send %(known)s.") % {
            "unit": unit[:20],
            "quantity": table.quantities[n][:40],
            "known": ", ".join(_known(table.quantities[n])),
        }
    if set(summed()) & set(table.quantities):
        faults |= _periods(table, held, place)
    value[list(faults)] = np.nan
    return faults


def _periods(table: Table, held: Catalogue, place: NDArray[np.int64]) -> dict[int, str]:
    said = table.periods or [""] * len(table)
    own = held.period[place] if len(held.stream) else np.full(len(table), NEVER)
    unusual = (place >= 0) & ((own > HOUR) | np.fromiter(map(bool, said), dtype=bool, count=len(table)))
    faults = {}
    for n in np.flatnonzero(unusual).tolist():
        if not QUANTITIES.get(table.quantities[n]).summed:
            continue
        usual = None if own[n] == NEVER else timedelta(microseconds=int(own[n]))
        stated = period_of(said[n]) if said[n] else None
        if said[n] and stated is None:
            faults[n] = _("The period %(text)r is none; write it like PT1H or P1D.") % {"text": str(said[n])[:20]}
        elif stated is None:
            faults[n] = _(
                "This station reports sums over %(hours)g h; say so in `period`, or nobody knows what this sum is over."
            ) % {"hours": _hours(usual)}
        elif usual is None and stated > timedelta(hours=1) or usual is not None and stated > usual:
            faults[n] = _("A sum over %(hours)g h cannot be judged here: this station reports sums over %(usual)g h at most.") % {
                "hours": _hours(stated),
                "usual": _hours(usual or timedelta(hours=1)),
            }
    return faults


def _hours(period: timedelta | None) -> float:
    return (period or timedelta(hours=1)) / timedelta(hours=1)


def _converted(quantity: str, unit: str) -> tuple[float, float] | None:
    return UNITS.get(unit_of(quantity)).converted(unit) if quantity in QUANTITIES else None


def _known(quantity: str) -> list[str]:
    own = unit_of(quantity)
    return [own, *UNITS.get(own).sent]
