"""What a gauge says against its neighbours: sums over the same hours, compared on arrays over all gauges at once.

Two questions. Of some hours: do all neighbours have much rain where this gauge has next to none (blocked, tipped over, without
power), or none where it has much (a cell of its own, or a fault)? Of many days: is its share of its neighbours' rain so far off
that it drifts (a worn bucket, a tree grown over it)?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from anlan.lib.areal import in_plane

Floats = NDArray[np.float64]


class Verdict(IntEnum):
    """What a gauge's sum is beside its neighbours'."""

    FITS = 0
    LOW = 1
    HIGH = 2
    DRIFTS = 3


@dataclass(frozen=True)
class Limits:
    """What counts as a neighbour, and from where on sums contradict each other (km and mm)."""

    within_km: float
    nearest: int
    least: int
    wet: float
    dry: float
    #: Of many days: so much must have fallen at the neighbours, and so far may the share be off, down and up.
    drift_from: float = 100.0
    share_low: float = 0.5
    share_high: float = 2.0


@dataclass(frozen=True)
class Compared:
    """By gauge: the mean of its neighbours (by inverse square of the distance), the lowest and highest of them, and how many they are."""

    mean: Floats
    lowest: Floats
    highest: Floats
    count: NDArray[np.int64]


def compared(lons: Sequence[float], lats: Sequence[float], sums: Floats, limits: Limits) -> Compared:
    """Compare the sums of all gauges with their neighbours'; nan is a gauge that was not heard, of which nothing is said or taken."""
    narrow = cos(radians(float(np.mean(lats)))) if len(lats) else 1.0
    x, y = in_plane(lons, lats, narrow)
    away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    away[:, np.isnan(sums)] = np.inf
    np.fill_diagonal(away, np.inf)
    away[away > limits.within_km] = np.inf
    if len(sums) > limits.nearest:
        kth = np.partition(away, limits.nearest - 1, axis=1)[:, limits.nearest - 1 : limits.nearest]
        away[away > kth] = np.inf
    there = np.isfinite(away)
    # Gauges at one place (the centre of a town) would weigh without end.
    weight = np.where(there, 1.0 / np.maximum(away, 1.0) ** 2, 0.0)
    known = np.nan_to_num(sums)[None, :]
    count = there.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight * known).sum(axis=1) / weight.sum(axis=1)
    lowest = np.where(there, known, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(there, known, -np.inf).max(axis=1, initial=-np.inf)
    enough = (count >= limits.least) & ~np.isnan(sums)
    told = [np.where(enough, each, np.nan) for each in (mean, lowest, highest)]
    return Compared(told[0], told[1], told[2], np.where(enough, count, 0))


def contradicted(sums: Floats, others: Compared, limits: Limits) -> NDArray[np.int8]:
    """Return the verdict on each gauge's sum of some hours: every neighbour must contradict it."""
    with np.errstate(invalid="ignore"):
        low = (sums <= limits.dry) & (others.lowest >= limits.wet)
        high = (sums >= limits.wet) & (others.highest <= limits.dry)
    return (low * Verdict.LOW + high * Verdict.HIGH).astype(np.int8)


def drifting(sums: Floats, others: Compared, limits: Limits) -> NDArray[np.int8]:
    """Return the verdict on each gauge's sum of many days: its share of its neighbours' mean."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = sums / others.mean
        off = (others.mean >= limits.drift_from) & ((share < limits.share_low) | (share > limits.share_high))
    return (off * Verdict.DRIFTS).astype(np.int8)
