"""What receipts prove: intervals that are never wider than the truth allows nor narrower than was earned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.messages.api import Belief
from anlan.apps.warning.reaching import Bounds, Claim, Village, bounds_of, by_channel, by_time, in_order, one_of

T0 = datetime(2026, 6, 1, tzinfo=UTC)
STATES = ("waiting", "sent", "delivered", "answered", "failed", "lapsed", "rendered")


@pytest.mark.parametrize(
    ("checked", "confirmed", "refutable", "low", "high"),
    [
        (0, 0, False, 0, 1),  # nothing was ever checked: it proves nothing and refutes nothing
        (1, 1, False, 0.2065, 1),
        (10, 8, False, 0.4902, 1),
        (10, 8, True, 0.4902, 0.9433),
        (1000, 1000, True, 0.9962, 1),
        (50, 0, True, 0, 0.0713),
    ],
)
def test_belief_is_earned(checked: int, confirmed: int, refutable: bool, low: float, high: float) -> None:
    belief = Belief(checked, confirmed, refutable)
    assert (belief.low, belief.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


beliefs_ = st.builds(lambda n, k, r: Belief(n, min(n, k), r), st.integers(0, 400), st.integers(0, 400), st.booleans())
claims_ = st.builds(Claim, st.sampled_from(("sms", "loudspeaker")), st.sampled_from(STATES), n=st.integers(1, 10**6))
known_ = st.dictionaries(
    st.tuples(st.sampled_from(("sms", "loudspeaker")), st.sampled_from(("sent", "delivered"))), beliefs_, max_size=4
)


@given(st.lists(claims_, max_size=6), known_)
def test_bounds_hold(claims: list[Claim], known: dict[tuple[str, str], Belief]) -> None:
    whole = sum((bounds_of(c, known) for c in claims), Bounds())
    answered = sum(c.n for c in claims if c.state == "answered")
    could = sum(c.n for c in claims if c.state in ("sent", "delivered", "answered"))
    assert answered <= whole.low + 1e-6 and whole.low <= whole.high + 1e-6 and whole.high <= could + 1e-6
    assert answered <= whole.at_least <= whole.at_most <= could
    rows = by_channel(claims, known)
    assert sum(r.addressed for r in rows) == sum(c.n for c in claims) == whole.of
    assert all(r.addressed == r.sent + r.failed + r.waiting + r.rendered and r.sent >= r.delivered >= r.answered for r in rows)
    best = one_of(claims, known)  # several channels are never surer together than the best of them
    assert best.low <= max((bounds_of(Claim(c.channel, c.state), known).low for c in claims), default=0) + 1e-9
    assert 0 <= best.low <= best.high <= 1


def test_whom_to_ring_goes_by_danger_then_by_people_and_on_to_the_next_post() -> None:
    rows = [
        Village("441802105001", "a", 900),
        Village("441802105002", "b", 300, danger=3, chain=["chief", "town"], rung={"chief": 1}),
        Village("441802105003", "c", None),
        Village("441802105004", "d", 5000, confirmed_at=T0),
        Village("441802105005", "e", 4000, chain=["chief", "town"], rung={"chief": 1, "town": 1}),
    ]
    assert [(v.name, v.next_post) for v in in_order(rows)] == [("b", "town"), ("e", "chief"), ("a", ""), ("c", "")]


def test_by_time_is_told_up_to_now() -> None:
    claims = [Claim("sms", "sent", n=5, at=T0), Claim("sms", "delivered", n=3, at=T0 + timedelta(minutes=4))]
    rows = by_time(T0, T0 + timedelta(minutes=7), claims, [Village("1", "a", 1, confirmed_at=T0 + timedelta(minutes=6))])
    assert [(r.minutes, r.sent, r.delivered, r.confirmed) for r in rows] == [(1, 5, 0, 0), (5, 8, 3, 0), (None, 8, 3, 1)]
