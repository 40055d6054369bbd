"""River stages by correspondence 相应水位法: what a gauge upstream shows now, the gauge downstream shows a travel time later.

    H(down, t + τ) = a + b · H(up, t) + e(now) · exp(−lead / 12 h)

a, b and τ are fitted on pairs of real observations (GB/T 22482-2008, 6.3; 洪水预报 textbooks); e is by how much the line misses
what the gauge downstream shows now, so that it begins there. Beyond the travel time the upstream stage is itself foretold, at
the head of the chain by its trend of the last hours, which dies away. What each step is uncertain of adds up along the chain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: A present error of the line, and a trend, die away by 1/e in so many hours (proposal, K-).
MEMORY = 12.0
#: Between two readings further apart nothing is taken for known; the newest one stands for now for so long.
LONGEST_GAP, FRESH = 12.0, 3.0
#: A trend is that of so many hours; foretold by trend alone a stage is off by so much an hour (June 2022 at Yingde: 0.2 to 1.2 m in 8–24 h).
TREND, TREND_ERROR = 8.0, 0.05
#: The band holds four of five: 1.28 standard errors on either side.
BAND = 1.2816


@dataclass(frozen=True)
class Reach:
    """Two gauges: hours of travel, the line between their stages, its error, and from which upstream stage on it holds."""

    up: str
    down: str
    hours: float
    slope: float
    intercept: float
    error: float
    valid_from: float = -math.inf
    valid_to: float = math.inf


@dataclass(frozen=True)
class Course:
    """Good readings of a gauge: hours before now (negative, rising) and stages."""

    at: Floats
    stage: Floats

    def when(self, at: Floats) -> Floats:
        """Return the stages at some hours, straight between readings; nan beyond them and in gaps that are too long."""
        if not len(self.at):
            return np.full(len(at), np.nan)
        found = np.interp(at, self.at, self.stage, left=np.nan, right=np.nan)
        after = np.clip(np.searchsorted(self.at, at), 0, len(self.at) - 1)
        before = np.clip(after - 1, 0, None)
        exact = self.at[after] == at
        found[(self.at[after] - self.at[before] > LONGEST_GAP) & ~exact] = np.nan
        newest = self.at[-1]
        found[(at > newest) & (at <= min(0.0, newest + FRESH))] = self.stage[-1]
        return found


NOTHING = Course(np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Ahead:
    """What is foretold of a gauge at some hours to come, with one standard error of each; nan where nothing can be said."""

    stage: Floats
    error: Floats


@dataclass(frozen=True)
class Fitted:
    """A line through pairs, and its error when each pair is foretold by the line through the others (nan with fewer than three)."""

    slope: float
    intercept: float
    error: float
    pairs: int


def fitted(up: Sequence[float], down: Sequence[float]) -> Fitted:
    """Fit a line through pairs by least squares."""
    x, y = np.asarray(up, dtype=float), np.asarray(down, dtype=float)
    slope, intercept = np.polyfit(x, y, 1)
    others = [np.arange(len(x)) != n for n in range(len(x))] if len(x) > 2 else []
    missed = [float(np.polyval(np.polyfit(x[k], y[k], 1), x[n]) - y[n]) for n, k in enumerate(others)]
    error = math.sqrt(sum(m * m for m in missed) / len(missed)) if missed else math.nan
    return Fitted(float(slope), float(intercept), error, len(x))


def by_trend(course: Course, hours: Floats) -> Ahead:
    """Foretell a gauge by its own trend, which dies away."""
    now, before = course.when(np.array([0.0]))[0], course.when(np.array([-TREND]))[0]
    rate = 0.0 if math.isnan(before) else (now - before) / TREND
    return Ahead(now + rate * MEMORY * (1 - np.exp(-hours / MEMORY)), TREND_ERROR * hours)


def _by_reach(reach: Reach, courses: Mapping[str, Course], ahead: Mapping[str, Ahead], hours: Floats) -> Ahead:
    """Foretell the gauge downstream: observed upstream up to the travel time, foretold beyond it."""
    course, wanted = courses.get(reach.up, NOTHING), hours - reach.hours
    stage, unsure = course.when(np.minimum(wanted, 0.0)), np.zeros(len(hours))
    beyond = wanted > 0
    if beyond.any():
        known = ahead.get(reach.up)
        nothing = np.full(int(beyond.sum()), np.nan)
        stage[beyond] = np.interp(wanted[beyond], hours, known.stage) if known else nothing
        unsure[beyond] = np.interp(wanted[beyond], hours, known.error) if known else nothing
    stage[(stage < reach.valid_from) | (stage > reach.valid_to)] = np.nan
    now, then = courses.get(reach.down, NOTHING).when(np.array([0.0]))[0], course.when(np.array([-reach.hours]))[0]
    missed = now - (reach.intercept + reach.slope * then)
    left = np.exp(-hours / MEMORY) if not math.isnan(missed) else np.zeros(len(hours))
    value = reach.intercept + reach.slope * stage + (0.0 if math.isnan(missed) else missed) * left
    return Ahead(value, np.hypot(reach.error * np.sqrt(1 - left**2), reach.slope * unsure))


def foretold(reaches: Sequence[Reach], courses: Mapping[str, Course], hours: Floats) -> dict[str, Ahead]:
    """Foretell every gauge of the reaches at some hours to come, the heads first; of several reaches into one, the surest counts."""
    into: dict[str, list[Reach]] = {}
    for reach in reaches:
        into.setdefault(reach.down, []).append(reach)
    every = np.arange(1.0, float(hours.max()) + 1)
    ahead: dict[str, Ahead] = {}
    waiting = dict.fromkeys([r.up for r in reaches] + [r.down for r in reaches])
    while waiting:
        ready = [g for g in waiting if all(r.up not in waiting for r in into.get(g, ()))]
        if not ready:
            break  # a ring of reaches foretells nothing
        for gauge in ready:
            del waiting[gauge]
            made = [_by_reach(r, courses, ahead, every) for r in into.get(gauge, ())] or [
                by_trend(courses.get(gauge, NOTHING), every)
            ]
            ahead[gauge] = min(made, key=lambda a: (np.isnan(a.stage).sum(), float(np.nansum(a.error))))
    return {
        gauge: Ahead(np.interp(hours, every, told.stage), np.interp(hours, every, told.error)) for gauge, told in ahead.items()
    }
