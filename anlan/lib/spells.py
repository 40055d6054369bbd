"""Spells of days: how many days in a row, up to each, a value has stood beyond a number; on days × stations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anlan.lib.series import dry_days

Floats = NDArray[np.float64]


def days_from(value: Floats, limit: Floats) -> Floats:
    """Return the run of days with at least `limit` (one a station); a day without a value ends it and has none itself."""
    return _run(value, value >= limit)


def days_up_to(value: Floats, limit: Floats) -> Floats:
    """Return the run of days with at most `limit` (one a station); a day without a value ends it and has none itself."""
    return _run(value, value <= limit)


def days_without(rain: Floats, wet: Floats) -> Floats:
    """Return the run of days with less rain than `wet` (one a station); nothing of a station without rain or number."""
    found = np.stack([dry_days(rain[:, [n]], float(wet[n]))[:, 0] for n in range(rain.shape[1])], axis=1) if rain.size else rain
    return np.where(np.isnan(rain).all(axis=0) | np.isnan(wet), np.nan, found)


def _run(value: Floats, inside: NDArray[np.bool_]) -> Floats:
    found, run = np.zeros_like(value), np.zeros(value.shape[1])
    for n, row in enumerate(inside):
        run = np.where(row, run + 1, 0.0)
        found[n] = np.where(np.isnan(value[n]), np.nan, run)
    return found
