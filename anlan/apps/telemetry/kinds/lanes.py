"""The lanes of detection: kinds of work times shares of the stations, so that several workers judge at the same time.

A station belongs to one share, with the whole that it is part of. Of a share one lane judges sums over hours with all that is worked out
from the same quantities, and one everything else: who judges the water's level does not wait for the rain of a whole city. What rests on
many stations of an area is a lane of its own. Nothing in a lane rests on what another one judges or works out (docs/adr/0013).
"""

from __future__ import annotations

from functools import cache

from anlan.apps.telemetry.kinds.derivations import Aggregate, Count
from anlan.apps.telemetry.kinds.detectors import Sums
from anlan.apps.telemetry.kinds.hazards import HAZARDS
from anlan.apps.telemetry.kinds.measures import QUANTITIES, Quantity

#: The shares of the stations, by their keys. The trigger `telemetry_share_anew` knows how many lanes that makes.
SHARES = 2
#: A lane is a bit, so that the lanes of many readings are one number.
LIGHT = tuple(1 << share for share in range(SHARES))
HEAVY = tuple(1 << SHARES + share for share in range(SHARES))
AREAS = 1 << 2 * SHARES
LANES = (*LIGHT, *HEAVY, AREAS)
EVERY = sum(LANES)
#: Namespace of the locks of detection: by a lane's number its own, by 0 that of how stations are shared out.
LOCKS, SHARING = 0x6C616E65, 0


def lanes_in(bits: int) -> list[int]:
    """Return the single lanes of several."""
    return [lane for lane in LANES if bits & lane]


def lane_of(quantity: str, station: int) -> int:
    """Return the lane that judges a quantity of a station; of a part, that of the whole is to be given."""
    if quantity in areal():
        return AREAS
    return (HEAVY if quantity in heavy() else LIGHT)[station % SHARES]


@cache
def areal() -> frozenset[str]:
    """Return the quantities that rest on many stations, with what rests on them or is judged together with them."""
    found = {q.code for q in QUANTITIES if isinstance(q.derivation, Count)}
    worked_out = {q.code for q in QUANTITIES if q.derivation}
    more = found
    while more:
        more = set()
        for quantity in QUANTITIES:
            rests = _rests(quantity)
            if isinstance(quantity.derivation, Aggregate) and not found.isdisjoint({quantity.code, *rests}):
                more |= {quantity.code, *rests}
            elif quantity.code in found:
                more |= rests & worked_out
            elif not found.isdisjoint(rests):
                more.add(quantity.code)
        more -= found
        found |= more
    return frozenset(found)


@cache
def counted() -> frozenset[str]:
    """Return the quantities that are judged with their own station, and from which besides something is worked out over many."""
    own = (q for q in QUANTITIES if q.code in areal())
    return frozenset(source for quantity in own for source in _rests(quantity)) - areal()


@cache
def heavy() -> frozenset[str]:
    """Return the quantities that are summed, and whatever is worked out at a station from or together with them."""
    found = {q for hazard in HAZARDS if isinstance(hazard.detector, Sums) for q in hazard.quantities}
    groups = [{q.code, *_rests(q)} for q in QUANTITIES if q.derivation and q.code not in areal()]
    while more := {q for group in groups if not found.isdisjoint(group) for q in group} - found:
        found |= more
    return frozenset(found - areal())


def _rests(quantity: Quantity) -> set[str]:
    """Return from which quantities, or by the levels of which, one is worked out."""
    how = quantity.derivation
    if isinstance(how, Aggregate):
        return set(HAZARDS.get(how.hazard).quantities) if how.hazard in HAZARDS else set()
    return set(how.sources) if how is not None else set()
