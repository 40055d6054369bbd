"""The two lanes of detection: sums over hours with all that is worked out from the same quantities, and everything else.

Nothing of one lane rests on readings of the other, so that two workers may judge at the same time: who judges the water's level
does not wait for the rain of a whole city. A batch with readings of both is judged by the lane of sums while the other rests.
"""

from __future__ import annotations

from functools import cache

from anlan.apps.telemetry.kinds.derivations import Aggregate, Count
from anlan.apps.telemetry.kinds.detectors import Sums
from anlan.apps.telemetry.kinds.hazards import HAZARDS
from anlan.apps.telemetry.kinds.measures import QUANTITIES

#: As bits of `Batch.lanes`.
LIGHT, HEAVY = 1, 2


@cache
def heavy() -> frozenset[str]:
    """Return the quantities of the lane of sums: those that are summed, and whatever is worked out from or together with them."""
    found = {q for hazard in HAZARDS if isinstance(hazard.detector, Sums) for q in hazard.quantities}
    found |= {q.code for q in QUANTITIES if isinstance(q.derivation, Count)}
    groups = []
    for quantity in QUANTITIES:
        how = quantity.derivation
        if isinstance(how, Aggregate):
            groups.append({quantity.code, *(HAZARDS.get(how.hazard).quantities if how.hazard in HAZARDS else ())})
        elif how is not None:
            groups.append({quantity.code, *how.sources})
    while more := {q for group in groups if not found.isdisjoint(group) for q in group} - found:
        found |= more
    return frozenset(found)
