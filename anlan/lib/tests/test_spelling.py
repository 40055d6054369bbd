"""Distance of spellings: a metric's properties, and a limit that only cuts short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.spelling import distance

WORDS = st.text("abcd", max_size=8)


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("", "", 0),
        ("qingxin", "qingxin", 0),
        ("qingxin", "qinxin", 1),
        ("yingde", "yignde", 1),
        ("清新区", "清城区", 1),
        ("ab", "cd", 2),
    ],
)
def test_distance(a: str, b: str, apart: int) -> None:
    assert distance(a, b, 5) == apart


@given(WORDS, WORDS, st.integers(0, 8))
def test_it_is_symmetric_and_the_limit_only_cuts(a: str, b: str, limit: int) -> None:
    whole = distance(a, b, 20)
    assert whole == distance(b, a, 20)
    assert (whole == 0) == (a == b)
    assert whole <= max(len(a), len(b))
    assert distance(a, b, limit) == min(whole, limit + 1)
