"""Which batches are judged together: in their order, close in time, never more than may be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.telemetry.detection.waiting import LONGEST, MOST_ROWS, MOST_TOGETHER, grouped

T0 = datetime(2022, 6, 21, tzinfo=UTC)
MINUTES = st.integers(0, 300)


@given(st.lists(st.tuples(st.integers(0, MOST_ROWS * 2), st.none() | MINUTES), max_size=60))
def test_every_batch_is_judged_once_in_its_order(found: list[tuple[int, int | None]]) -> None:
    moments = [None if minute is None else T0 + timedelta(minutes=minute) for _count, minute in found]
    rows = [(n, found[n][0], moments[n], moments[n]) for n in range(len(found))]
    groups = list(grouped(rows))
    assert [pk for group in groups for pk in group] == list(range(len(found)))
    for group in groups:
        told = [at for n in group if (at := moments[n])]
        assert len(group) == 1 or sum(found[n][0] for n in group) <= MOST_ROWS
        assert not told or max(told) - min(told) <= LONGEST


def test_no_more_than_may_be() -> None:
    sizes = [len(group) for group in grouped((n, 1, T0, T0) for n in range(MOST_TOGETHER + 1))]
    assert sizes == [MOST_TOGETHER, 1]
