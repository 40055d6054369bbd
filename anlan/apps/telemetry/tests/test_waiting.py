"""Which batches are judged together: in their order, close in time, never more than may be; by whom."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.telemetry.detection.waiting import LONGEST, MOST_ROWS, MOST_TOGETHER, grouped
from anlan.apps.telemetry.leases import LEASES, Leases

T0, HOUR = datetime(2022, 6, 21, tzinfo=UTC), timedelta(hours=1)
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


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_works_are_shared_and_taken_over(committed: None) -> None:
    """Alone a process does everything; a second one gets its share of each kind; when a line is lost, what it held is taken over."""
    groups = [("light0", "light1"), ("heavy0", "heavy1"), ("areas", "control", "broker")]
    works = [work for group in groups for work in group]

    def shared(*leases: Leases) -> bool:
        """Each work is one process's, and of each kind each has half."""
        held = [[sum(map(one.held, group)) for one in leases] for group in groups]
        return (
            held[:2] == [[1, 1], [1, 1]]
            and sorted(held[2]) == [1, 2]
            and {sum(one.held(w) for one in leases) for w in works} == {1}
        )

    with Leases("live", groups) as one:
        until(lambda: all(map(one.held, works)))
        with Leases("live", groups) as two:
            until(lambda: shared(one, two))
        until(lambda: all(map(one.held, works)))
        two = Leases("live", groups)
        began = time.monotonic()
        with connection.cursor() as cursor, two:
            until(lambda: shared(one, two))
            held = [work for work in works if one.held(work)]
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE classid = %s AND objid = %s AND locktype = 'advisory'",
                [LEASES, works.index(held[0])],
            )
            cursor.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
            until(lambda: two.held(held[0]))
            assert time.monotonic() - began < 5
