"""Units and periods as senders say them: converted where they are known, refused in words where they are not.

A value without a unit is in the quantity's own. A sum without a period is over the datastream's own; where that is longer
than an hour, a bare sum is refused: nobody could tell a day's rain from an hour's.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anlan.apps.telemetry.choices import SUMMED, UNITS
from anlan.apps.telemetry.intake.catalogue import Catalogue
from anlan.apps.telemetry.intake.decoding import Table
from anlan.apps.telemetry.rules import period_of
from anlan.lib.instants import MICROSECOND, NEVER

#: Unit of a quantity → what else may be sent, and by how much it is multiplied.
CONVERTED = {
    "m": {"cm": 0.01, "mm": 0.001, "dm": 0.1, "km": 1000.0},
    "m³/s": {"m3/s": 1.0, "m^3/s": 1.0, "cms": 1.0, "l/s": 0.001},
    "mm": {"cm": 10.0, "m": 1000.0, "in": 25.4},
}
HOUR = timedelta(hours=1) // MICROSECOND


def honour(table: Table, held: Catalogue, place: NDArray[np.int64], value: NDArray[np.float64]) -> dict[int, str]:
    """Bring values into their quantities' units, in place; returns by row why some cannot be taken (their values become nan)."""
    faults: dict[int, str] = {}
    for n, unit in enumerate(table.units):
        if unit and place[n] >= 0 and (factor := _factor(table.quantities[n], unit)) != 1.0:
            value[n] *= factor
            if np.isnan(factor):
                faults[n] = _("The unit %(unit)r is not known for %(quantity)s; send %(known)s.") % {
                    "unit": unit[:20],
                    "quantity": table.quantities[n][:40],
                    "known": ", ".join(_known(table.quantities[n])),
                }
    if SUMMED & set(table.quantities):
        faults |= _periods(table, held, place)
    value[list(faults)] = np.nan
    return faults


def _periods(table: Table, held: Catalogue, place: NDArray[np.int64]) -> dict[int, str]:
    said = table.periods or [""] * len(table)
    own = held.period[place] if len(held.stream) else np.full(len(table), NEVER)
    unusual = (place >= 0) & ((own > HOUR) | np.fromiter(map(bool, said), dtype=bool, count=len(table)))
    faults = {}
    for n in np.flatnonzero(unusual).tolist():
        if table.quantities[n] not in SUMMED:
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


def _factor(quantity: str, unit: str) -> float:
    own = UNITS.get(quantity, "")  # type: ignore[call-overload]
    return 1.0 if unit.strip() == own else CONVERTED.get(own, {}).get(unit.strip().lower(), float("nan"))


def _known(quantity: str) -> list[str]:
    own = UNITS.get(quantity, "")  # type: ignore[call-overload]
    return [own, *CONVERTED.get(own, {})]
