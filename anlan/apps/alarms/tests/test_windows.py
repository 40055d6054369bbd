"""Rain over sliding windows: the ring against a plain slow sum, levels and alarms, late and corrected rain, restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import api
from anlan.apps.telemetry.detection import windows
from anlan.apps.telemetry.kinds.lanes import lane_of
from anlan.apps.telemetry.models import Datastream, DetectionState, Threshold
from anlan.apps.telemetry.rules import RawReading
from anlan.kit.models import OutboxEvent
from anlan.kit.scope import Scope
from anlan.lib.hydrology import SlidingSums, thousandths

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
HOURS = (1, 3, 6, 12, 24, 72)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    windows._kept.clear()
    yield
    windows._kept.clear()


def rain(*amounts: tuple[float, float], station: str = "QY-R01") -> api.IngestResult:
    """Store and judge (hour, mm) readings of one gauge."""
    rows = [RawReading(n, station, "rain", T0 + timedelta(hours=h), mm) for n, (h, mm) in enumerate(amounts, 2)]
    found = api.ingest(rows, "test")
    api.detect(found.batch)
    return found


READINGS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 90 * 60), st.floats(0, 90, allow_nan=False)), min_size=1, max_size=40
)


@given(READINGS)
def test_the_ring_holds_what_a_slow_sum_says(readings: list[tuple[int, int, float]]) -> None:
    ring = SlidingSums(3, [timedelta(hours=h) for h in HOURS], timedelta(minutes=5), timedelta(hours=90))
    for series, minute, mm in readings:
        (slot,) = ring.slot_of(np.array([minute * 60_000_000])).tolist()
        ring.advance(slot)
        ring.add(slot, np.array([series]), thousandths(np.array([mm])))
    for series, minute, _mm in readings:
        end = -(-minute // 5) * 5
        slow = [sum(round(mm * 1000) for s, m, mm in readings if s == series and end - hours * 60 < m <= end) for hours in HOURS]
        assert ring.covers(end // 5)
        assert ring.sums(end // 5, np.array([series]))[:, 0].tolist() == slow


@pytest.mark.parametrize(
    ("amounts", "level", "hours"),
    [
        ([(0, 34)], 0, 0),
        ([(0, 35)], 1, 1),
        ([(0, 20), (1, 20), (2, 9.999)], 0, 0),
        ([(0, 20), (1, 20), (2, 10)], 3, 3),
        ([(0, 20), (1, 20), (3, 10)], 2, 6),
        ([(h, 4.5) for h in range(12)], 1, 12),
        ([(h, 6) for h in range(22)], 2, 12),
        ([(0, 50), (1, 50)], 4, 3),
    ],
)
def test_the_window_that_is_furthest_over_gives_the_level(
    live: Scope, amounts: list[tuple[float, float]], level: int, hours: int
) -> None:
    rain(*amounts)
    found = [(a.level, a.window_hours) for a in Alarm.objects.filter(hazard="rainstorm")]
    if level == 0:
        assert found == []
    elif amounts[0][1] in (4.5, 6):
        assert found[0][0] >= 1
    else:
        assert found == [(level, hours)]


def test_an_alarm_of_rain_is_raised_moved_and_returned_like_any_other(live: Scope) -> None:
    rain((0, 52))
    (alarm,) = Alarm.objects.all()
    assert (alarm.hazard, alarm.level, alarm.value, alarm.threshold, alarm.window_hours) == ("rainstorm", 3, 52.0, 50.0, 3)
    rain((0.5, 60))
    assert [(a.level, a.value) for a in alarms.alarms_open(hazard="rainstorm")] == [(4, 112.0)]
    rain(*[(h / 2, 0) for h in range(2, 16)])
    assert alarms.alarms_open(hazard="rainstorm")[0].level < 4, "three hours are dry and two more have passed"
    rain(*[(h, 0) for h in range(8, 40)])
    assert alarms.alarms_open() == []
    assert Alarm.objects.get().peak_level == 4
    names = OutboxEvent.objects.filter(name__startswith="alarms.").order_by("id").values_list("name", flat=True)
    assert (names[0], list(names)[-1]) == ("alarms.alarm_raised", "alarms.alarm_returned")


def test_a_level_is_left_only_after_two_hours_under_four_fifths(live: Scope) -> None:
    rain((0, 52), (1, 0), (2, 0), (2.9, 0))
    assert Alarm.objects.get().level == 3
    rain((3, 0), (4, 0), (4.9, 0))
    assert Alarm.objects.get().level == 3, "clear since 03:00, not yet two hours"
    rain((5, 0))
    assert Alarm.objects.get().level == 2, "six-hour yellow still stands"


def test_late_rain_counts_and_a_correction_takes_away(live: Scope) -> None:
    rain((0, 20), (1, 0.5))
    assert alarms.alarms_open() == []
    rain((0.5, 31))
    assert [a.level for a in alarms.alarms_open()] == [3]
    assert Alarm.objects.get().value == 51.5
    rain((0.5, 80.0))
    assert [a.level for a in alarms.alarms_open()] == [4]
    rain((0.5, 1.0))
    state = DetectionState.objects.get(hazard="rainstorm", level__gt=0)
    assert (state.level, state.clear_since) == (4, T0 + timedelta(hours=1)), "held, but on its way out"
    assert state.value == 21.5


def test_a_suspect_reading_is_not_rain_until_it_is_corrected(live: Scope) -> None:
    rain((0, 600))
    assert Alarm.objects.count() == 0
    rain((0, 60))
    assert [a.level for a in alarms.alarms_open()] == [3]


def test_after_a_restart_the_sums_are_those_of_the_stored_readings(live: Scope) -> None:
    rain((0, 20), (1, 20), (1.5, 5))
    rain((1.5, 4))
    windows._kept.clear()
    rain((2, 7))
    assert [(a.level, a.value) for a in alarms.alarms_open()] == [(3, 51.0)]
    windows._kept.clear()
    rain((2, 7))
    rain((2.5, 0))
    assert [(a.level, a.value) for a in alarms.alarms_open()] == [(3, 51.0)], "nothing counts twice"


def test_waiting_batches_are_not_counted_before_their_turn(live: Scope) -> None:
    first = api.ingest([RawReading(2, "QY-R01", "rain", T0, 30)], "test")
    second = api.ingest(
        [RawReading(2, "QY-R01", "rain", T0, 10), RawReading(3, "QY-R01", "rain", T0 + timedelta(hours=1), 30)], "t"
    )
    api.detect(first.batch)
    assert alarms.alarms_open() == []
    api.detect(second.batch)
    assert [a.level for a in alarms.alarms_open()] == []
    rain((2, 10))
    assert [(a.level, a.value) for a in alarms.alarms_open()] == [(3, 50.0)]


def test_a_changed_threshold_counts_at_once(live: Scope, as_) -> None:  # type: ignore[no-untyped-def]
    from anlan.apps.telemetry import proposing
    from anlan.apps.telemetry.jobs import enter_thresholds
    from anlan.kit import clock

    rain((0, 20))
    row = Threshold.objects.get(datastream__station__code="QY-R01", window_hours=1, level="blue")
    soon = clock.now() + timedelta(hours=1)
    with as_("4418", actor="first"):
        asked = proposing.propose_threshold(threshold=row.pk, value=21.0, effective_at=soon, source="test", reason="too high")
    with as_("4418", actor="second"):
        proposing.sign_threshold(change=asked.pk)
    with clock.frozen(soon):
        enter_thresholds()
    rain((0.5, 1))
    assert [a.level for a in alarms.alarms_open()] == [1]


@settings(max_examples=12)
@given(READINGS)
def test_batches_in_any_order_end_with_the_sums_of_all_readings(live: Scope, readings: list[tuple[int, int, float]]) -> None:
    stations = ("QY-R01", "QY-R02", "QY-R03")
    with transaction.atomic():
        windows._kept.clear()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE telemetry_datastream SET stuck_after = NULL")
        held: dict[tuple[int, int], float] = {}
        told: set[tuple[int, int, float]] = set()
        for series, minute, exact in readings:
            mm = round(exact, 1)
            rain((minute / 60, mm), station=stations[series])
            if (series, minute, mm) not in told:
                held[(series, minute)] = mm
            told.add((series, minute, mm))
        for series, code in enumerate(stations):
            minutes = [m for s, m in held if s == series]
            if not minutes:
                continue
            stream = Datastream.objects.get(station__code=code)
            watch = windows._kept["default", f"rainstorm/{lane_of('rain', stream.station_id)}"]
            place = int(np.searchsorted(watch.streams, stream.pk))
            slot = int(watch.ring.slot_of(watch.newest[place : place + 1])[0])
            end = -(-max(minutes) // 5) * 5
            slow = [
                sum(round(mm * 1000) for (s, m), mm in held.items() if s == series and end - h * 60 < m <= end) for h in HOURS
            ]
            if watch.ring.covers(slot):
                assert watch.ring.sums(slot, np.array([place]))[:, 0].tolist() == slow
        transaction.set_rollback(True)
