"""Values worked out from series of readings, on arrays: rates and the angle of creep, rolling extremes, days, levels of a whole.

Readings are columns sorted by series and instant; instants in microseconds. Where nothing can be said the result is nan.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400_000_000


def _keys(series: Ints, at: Ints, span: int) -> tuple[Ints, int]:
    """Return one ascending key for series and instant, and the stride between series (further apart than any reach)."""
    stride = int(at.max() - at.min()) + span + 1
    if stride * (int(series.max()) + 1) > 2**62:
        raise OverflowError("too many series over too long a time for one pass")
    return series * stride + (at - at.min()), stride


def rates(series: Ints, at: Ints, value: Floats, over: int, oldest: int) -> Floats:
    """Return the change a day from the newest reading at least `over` ago (and at most `oldest`) to each reading."""
    found = np.full(len(at), np.nan)
    if not len(at):
        return found
    keys, _stride = _keys(series, at, oldest)
    base = np.searchsorted(keys, keys - over, side="right") - 1
    there = base >= 0
    there[there] &= (series[base[there]] == series[there]) & (at[there] - at[base[there]] <= oldest)
    which = np.flatnonzero(there)
    found[which] = (value[which] - value[base[which]]) / ((at[which] - at[base[which]]) / DAY)
    return found


def tangent_angles(rate: Floats, steady: Floats) -> Floats:
    """Return the improved tangent angle 改进切线角 of creep in degrees: atan(rate / steady rate); no movement is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        angles: Floats = np.degrees(np.arctan(np.maximum(rate, 0.0) / np.where(steady > 0, steady, np.nan)))
    return angles


def rolling(series: Ints, at: Ints, value: Floats, over: int, how: str) -> Floats:
    """Return the max, min or mean of each reading and those less than `over` before it."""
    if not len(at):
        return np.zeros(0)
    keys, _stride = _keys(series, at, over)
    first = np.searchsorted(keys, keys - over, side="right")
    first = np.maximum(first, np.searchsorted(series, series, side="left"))
    if how == "mean":
        total = np.concatenate([[0.0], np.cumsum(value)])
        last = np.arange(len(at)) + 1
        means: Floats = (total[last] - total[first]) / (last - first)
        return means
    # One look-up for each power of two: a window is two of them that overlap.
    best = np.maximum if how == "max" else np.minimum
    table = [value]
    while 2 ** len(table) <= len(at):
        half = 2 ** (len(table) - 1)
        table.append(best(table[-1][:-half], table[-1][half:]))
    length = np.arange(len(at)) - first + 1
    power = np.floor(np.log2(length)).astype(int)
    found = np.empty(len(at))
    for each in np.unique(power).tolist():
        mine = np.flatnonzero(power == each)
        found[mine] = best(table[each][first[mine]], table[each][mine - 2**each + 1])
    return found


def nearest(series: Ints, at: Ints, asked: Ints, when: Ints, within: int) -> Ints:
    """Return for each asked series and instant the place of its nearest reading at most `within` away, of two as near the earlier; -1: none."""
    if not len(at) or not len(asked):
        return np.full(len(asked), -1, dtype=np.int64)
    first = min(int(at.min()), int(when.min()))
    stride = max(int(at.max()), int(when.max())) - first + within + 1
    if stride * (max(int(series.max()), int(asked.max())) + 1) > 2**62:
        raise OverflowError("too many series over too long a time for one pass")
    keys, ends = series * stride + (at - first), asked * stride + (when - first)
    after = np.searchsorted(keys, ends, side="left")
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, len(keys) - 1)
    gaps = np.abs(keys[before] - ends), np.abs(keys[after] - ends)
    found = np.where(gaps[0] <= gaps[1], before, after)
    return np.where(np.minimum(*gaps) <= within, found, -1)


def sums_up_to(series: Ints, at: Ints, value: Floats, asked: Ints, until: Ints, over: int) -> Floats:
    """Return for each asked series the sum of its readings of the `over` that ends at an instant; 0 where it has none."""
    if not len(at) or not len(asked):
        return np.zeros(len(asked))
    first = min(int(at.min()), int(until.min()) - over)
    stride = max(int(at.max()), int(until.max())) - first + 1
    keys = series * stride + (at - first)
    total = np.concatenate([[0.0], np.cumsum(value)])
    ends = asked * stride + (until - first)
    found: Floats = total[np.searchsorted(keys, ends, side="right")] - total[np.searchsorted(keys, ends - over, side="right")]
    return found


def daily(series: Ints, at: Ints, value: Floats, days: int, first_day: int, hour: int, how: str, width: int) -> Floats:
    """Return the max, min, mean or sum of each day as days × series; a day is the 24 h that end at `hour` (UTC) of it."""
    day = -(-(at - hour * DAY // 24) // DAY) - first_day
    inside = (day >= 0) & (day < days)
    day, series, value = day[inside], series[inside], value[inside]
    count = np.zeros((days, width))
    np.add.at(count, (day, series), 1)
    start = {"max": -np.inf, "min": np.inf, "mean": 0.0, "sum": 0.0}[how]
    found = np.full((days, width), start)
    {"max": np.maximum, "min": np.minimum}.get(how, np.add).at(found, (day, series), value)
    if how == "mean":
        found = found / np.maximum(count, 1)
    return np.where(count > 0, found, np.nan)


def promoted(levels: NDArray[np.int8], group: Ints, groups: int, counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the level of each group: its gravest member's, or the next one up where so many members stand at a level.

    `counts` is groups × 3: how many at blue or above are yellow together, at yellow or above orange, at orange or above red.
    """
    found = np.zeros(groups, dtype=np.int8)
    np.maximum.at(found, group, levels)
    for level in (1, 2, 3):
        standing = np.bincount(group[levels >= level], minlength=groups)
        raised = (counts[:, level - 1] > 0) & (standing >= counts[:, level - 1])
        found = np.maximum(found, np.where(raised, level + 1, 0)).astype(np.int8)
    return found


def dry_days(rain: Floats, least: float) -> Floats:
    """Return for days × series how many days in a row, up to each, had less rain than `least`.

    A day without a reading counts as dry, but none before the first that has one.
    """
    found = np.zeros_like(rain)
    run, begun = np.zeros(rain.shape[1]), np.zeros(rain.shape[1], dtype=bool)
    for n, row in enumerate(rain):
        begun |= ~np.isnan(row)
        run = np.where(begun & ~(np.nan_to_num(row) >= least), run + 1, 0.0)
        found[n] = run
    return found


def scored(value: Floats, bounds: Sequence[float], scores: Sequence[float]) -> Floats:
    """Return the score of each value: `scores[n]` up to and with `bounds[n]`, the last one beyond; nan stays nan."""
    found: Floats = np.asarray(scores, dtype=float)[np.searchsorted(np.asarray(bounds, dtype=float), value, side="left")]
    return np.where(np.isnan(value), np.nan, found)
