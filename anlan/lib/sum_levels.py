"""Levels by sums over hours, on arrays: which level sums reach, and when one is left again. Pure.

Sums and limits are whole thousandths, so that they compare exactly: sums windows × series, limits windows × levels × series.
Detection moves stations batch by batch by it, and the effect of a proposed threshold is counted by it on what was measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anlan.lib.instants import NEVER

Ints = NDArray[np.int64]
Sums = NDArray[np.int32] | NDArray[np.int64]
#: No threshold: out of reach.
NONE = np.iinfo(np.int32).max


def held_at(limits: NDArray[np.int32], share: float) -> NDArray[np.int32]:
    """Return the limits at which a level is still held: a share of those by which it is reached."""
    return np.where(limits == NONE, NONE, np.ceil(limits * share)).astype(np.int32)


def reached(sums: Sums, limits: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return the highest level whose limit any window's sum has reached: windows × series, windows × levels × series."""
    levels = np.zeros(sums.shape[1], dtype=np.int8)
    for level in range(limits.shape[1], 0, -1):
        over = (sums >= limits[:, level - 1]).any(axis=0)
        np.maximum(levels, over.view(np.int8) * np.int8(level), out=levels)
    return levels


def stepped(
    levels: NDArray[np.int8],
    up: NDArray[np.int8],
    held: NDArray[np.int8],
    clear: tuple[Ints, NDArray[np.int8]],
    ats: Ints,
    wait: int,
) -> tuple[NDArray[np.int8], Ints, NDArray[np.int8]]:
    """Move levels at their instants: up at once, down once clear for `wait`, to the highest that was held meanwhile.

    `clear` is since when each is clear of its level (NEVER: it is not) and to which it would fall; returns the levels and both anew.
    """
    since, to = clear
    target = np.maximum(up, np.minimum(levels, held))
    falling = target < levels
    fresh = falling & (since == NEVER)
    to = np.where(fresh, target, np.maximum(to, target))
    since = np.where(fresh, ats, since)
    done = falling & (ats - since >= wait)
    after = np.where(falling, np.where(done, to, levels), target).astype(np.int8)
    return after, np.where(falling & ~done, since, NEVER), to


def levels_of(sums: Sums, limits: NDArray[np.int32], share: float, ats: Ints, wait: int) -> NDArray[np.int8]:
    """Return the level of one series at each of its instants by several sets of limits: windows × instants, windows × levels × sets → sets × instants."""
    sets, instants = limits.shape[2], len(ats)
    clear = held_at(limits, share)
    ups, helds = (np.stack([reached(sums, some[:, :, [n]]) for n in range(sets)]) for some in (limits, clear))
    found = np.zeros((sets, instants), dtype=np.int8)
    level = np.zeros(sets, dtype=np.int8)
    since, to = np.full(sets, NEVER, dtype=np.int64), np.zeros(sets, dtype=np.int8)
    over = np.flatnonzero(ups.any(axis=0))
    n = 0
    while n < instants:
        if not level.any():  # nothing stands: on to where something is reached
            place = int(np.searchsorted(over, n))
            if place == len(over):
                break
            n = int(over[place])
        level, since, to = stepped(level, ups[:, n], helds[:, n], (since, to), ats[n], wait)
        found[:, n] = level
        n += 1
    return found
