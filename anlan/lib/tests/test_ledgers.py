"""The rules of a ledger: no deed below zero, and rounds that no order of deeds explains are found."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.ledgers import Step, explained, played

STEPS = st.lists(
    st.builds(
        Step,
        st.just("lot"),
        st.sampled_from(["a", "b", "~world"]),
        st.sampled_from(["c", "d"]),
        st.one_of(st.none(), st.integers(1, 9).map(Decimal)),
    ),
    min_size=1,
    max_size=3,
)
HELD = {("a", "lot"): Decimal(6), ("b", "lot"): Decimal(3)}


@given(STEPS.filter(lambda steps: all(step.quantity or step.source != "~world" for step in steps)))
def test_a_deed_keeps_the_sum_or_is_refused(steps: list[Step]) -> None:
    after = played(HELD, steps)
    if after is not None:
        assert sum(after.values()) == sum(HELD.values())
        assert all(q >= 0 for (place, _thing), q in after.items() if place != "~world")


@given(st.lists(STEPS, min_size=1, max_size=3))
def test_a_serial_order_explains_itself_and_nothing_more(deeds: list[list[Step]]) -> None:
    held, done = dict(HELD), []
    for steps in deeds:
        after = played(held, steps)
        done.append(after is not None)
        held = after or held
    assert explained(HELD, deeds, done, held)
    assert not explained(HELD, deeds, done, {**held, ("a", "lot"): held[("a", "lot")] + 1})


def test_taking_twice_what_is_there_once_is_not_explained() -> None:
    take = [Step("lot", "a", "~world", Decimal(6))]
    assert not explained(HELD, [take, take], [True, True], {("b", "lot"): Decimal(3), ("~world", "lot"): Decimal(12)})
