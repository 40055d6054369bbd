"""Which batches are judged together: in their order, close in time, never more than may be; by whom."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.telemetry.api import RawReading, ingest, undetected
from anlan.apps.telemetry.detection.process import judge
from anlan.apps.telemetry.detection.waiting import LONGEST, MOST_ROWS, MOST_TOGETHER, grouped, together
from anlan.apps.telemetry.kinds.lanes import HEAVY, LIGHT, heavy
from anlan.apps.telemetry.leases import LEASES, Leases
from anlan.kit.scope import Scope

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


def test_each_lane_judges_its_own(live: Scope) -> None:
    """The stage does not wait for the rain; a batch with both waits for neither, and is judged once."""
    assert {"rain", "rain_stations_3h", "dry_days"} <= heavy() and not {"water_level", "displacement"} & heavy()
    rain, stage = (
        RawReading(n, code, quantity, T0, 1.0) for n, code, quantity in ((1, "QY-R01", "rain"), (2, "QY-H01", "water_level"))
    )
    summed, plain, both = (
        ingest(rows, "test").batch for rows in ([rain], [stage], [replace(rain, at=T0 + HOUR), replace(stage, at=T0 + HOUR)])
    )
    assert list(together(LIGHT)) == [[plain]]
    assert list(together(HEAVY)) == [[summed, both]]
    assert judge("live", LIGHT) == 1 and undetected() == [summed, both]
    assert judge("live", HEAVY) == 2 and undetected() == []


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_works_are_shared_and_taken_over(committed: None) -> None:
    """Alone a process does everything; a second one gets its share; when a line is lost, what it held is taken over."""
    works = ("light", "heavy")
    with Leases("live", works) as one:
        until(lambda: all(map(one.held, works)))
        with Leases("live", works) as two:
            until(lambda: sum(map(one.held, works)) == sum(map(two.held, works)) == 1)
            assert [w for w in works if one.held(w)] != [w for w in works if two.held(w)]
        until(lambda: all(map(one.held, works)))
        two = Leases("live", works)
        began = time.monotonic()
        with connection.cursor() as cursor, two:
            until(lambda: any(map(two.held, works)))
            held = [work for work in works if one.held(work)]
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE classid = %s AND objid = %s AND locktype = 'advisory'",
                [LEASES, works.index(held[0])],
            )
            cursor.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
            until(lambda: two.held(held[0]))
            assert time.monotonic() - began < 5
