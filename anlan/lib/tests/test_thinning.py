"""A thinned course: nothing that a picture shows is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.thinning import thinned

POINTS = st.lists(
    st.tuples(st.integers(0, 10**12), st.floats(-50, 50), st.integers(0, 2)), max_size=200, unique_by=lambda p: p[0]
)


@given(POINTS, st.integers(1, 20))
def test_ends_and_extremes_stay_and_no_more_than_four_of_a_span(points: list[tuple[int, float, int]], spans: int) -> None:
    points.sort()
    at, value, kind = (np.array([p[n] for p in points], dtype=form) for n, form in enumerate((np.int64, np.float64, np.int64)))
    kept = thinned(at, value, kind, spans).tolist()
    assert kept == sorted(set(kept)) and len(kept) <= 4 * spans * len({p[2] for p in points})
    for one in {p[2] for p in points}:
        own, left = [p for p in points if p[2] == one], [points[n] for n in kept if points[n][2] == one]
        assert (left[0], left[-1]) == (own[0], own[-1])
        assert min(p[1] for p in left) == min(p[1] for p in own) and max(p[1] for p in left) == max(p[1] for p in own)
    if (
        len(points) <= spans
        and points
        and all(b[0] - a[0] > (points[-1][0] - points[0][0]) / spans for a, b in zip(points, points[1:], strict=False))
    ):
        assert len(kept) == len(points)


def test_a_peak_within_a_span_is_seen() -> None:
    at, value = np.arange(10_000, dtype=np.int64), np.zeros(10_000)
    value[4321] = 9.0
    kept = thinned(at, value, np.zeros(10_000, dtype=np.int64), 100)
    assert 4321 in kept.tolist() and len(kept) <= 400
