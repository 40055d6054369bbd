"""Thinning a dense course for a picture: of each equal span the first, last, lowest and highest, so that no peak, gap or end is lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def thinned(at: NDArray[np.int64], value: NDArray[np.float64], kind: NDArray[np.int64], spans: int) -> NDArray[np.int64]:
    """Return the places, in order, of the points that are enough to draw a course in so many spans.

    `at` is in order of time (any unit); points of one `kind` (doubtful, estimated …) stand for no other. Four of each span and kind at most.
    """
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    span = (at - at[0]) * spans // max(int(at[-1] - at[0]) + 1, 1)
    by_height = np.lexsort((value, kind, span))
    by_time = np.lexsort((at, kind, span))  # groups lie in the same places in both
    group = np.flatnonzero(np.append(True, np.diff(span[by_time]) | np.diff(kind[by_time])))
    ends = np.append(group[1:], len(at)) - 1
    return np.unique(np.concatenate((by_time[group], by_time[ends], by_height[group], by_height[ends])))
