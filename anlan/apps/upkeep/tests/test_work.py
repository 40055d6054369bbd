"""While somebody works on a station what it tells is marked, raises nothing and is not missed; its series goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.models import Datastream, DetectionState, Latest, Reading
from anlan.apps.telemetry.tests import factories
from anlan.apps.upkeep import actions
from anlan.apps.upkeep.models import Work
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

AREA = "441802107"
H = timedelta(hours=1)


def _send(stream: Datastream, value: float, back: timedelta = timedelta(0)) -> None:
    row = telemetry.RawReading(0, stream.station.code, "water_level", clock.now() - back, value)
    telemetry.detect(telemetry.ingest([row], "test").batch)


def test_readings_during_a_work_are_marked_and_raise_nothing_and_those_after_it_do(live: Scope) -> None:
    held = factories.threshold(AREA, 1).datastream  # warns from 20 m on
    with clock.frozen(factories.T0):
        _send(held, 18.0)
        work = actions.begin_work(station=held.station, kind="maintenance", hours=2.0, reason="清淤")
        entry = JournalEntry.objects.filter(record="upkeep.work", record_id=str(work.pk)).get()
        assert entry.action == "upkeep.begin_work"
    with clock.frozen(factories.T0 + H):
        _send(held, 19.5)
        _send(held, 20.5, timedelta(minutes=10))  # late, and within the work too
        assert set(Reading.objects.filter(datastream_id=held.pk, flags=Flag.WORK).values_list("value", flat=True)) == {19.5, 20.5}
        assert not DetectionState.objects.filter(level__gt=0).exists()
        assert Latest.objects.get(pk=held.pk).good_value == 18.0
        actions.finish_work(work=work.pk, result="清淤完毕")
    with clock.frozen(factories.T0 + H + timedelta(minutes=5)):
        _send(held, 20.1)
        assert DetectionState.objects.get(level__gt=0).datastream_id == held.pk, "the same series, believed again"
        assert Reading.objects.filter(datastream_id=held.pk, flags=0).count() == 2


def test_what_came_before_the_note_is_marked_too(live: Scope) -> None:
    held = factories.stream(AREA, 2)
    with clock.frozen(factories.T0):
        for minutes, value in ((90, 18.0), (30, 18.4), (5, 18.6)):
            _send(held, value, timedelta(minutes=minutes))
        work = actions.begin_work(station=held.station, kind="inspection", since=clock.now() - H, hours=2.0, reason="巡检")
        assert work.marked == 2
        newest = Latest.objects.get(pk=held.pk)
        assert (newest.value, newest.flags, newest.good_value) == (18.6, Flag.WORK, 18.0)
        last = Reading.objects.filter(datastream_id=held.pk).order_by("-at", "-version").first()
        assert last is not None and (last.version, last.flags) == (2, Flag.WORK), "nothing is overwritten"


def test_a_station_that_is_worked_on_is_not_missed_and_its_time_ends_by_itself(live: Scope) -> None:
    held = factories.stream(AREA, 3)
    with clock.frozen(factories.T0):
        _send(held, 18.0)
        actions.begin_work(station=held.station, kind="maintenance", hours=5.0, reason="换电池")
    with clock.frozen(factories.T0 + 3 * H):
        assert held.pk not in {s.stream for s in telemetry.silences()}
        assert telemetry.paused(held.station_id)
    with clock.frozen(factories.T0 + 6 * H):
        assert {s.stream: s.silent for s in telemetry.silences()}[held.pk]
        assert not telemetry.paused(held.station_id)


def test_a_work_on_one_quantity_leaves_the_others(live: Scope) -> None:
    held = factories.stream(AREA, 4)
    with clock.frozen(factories.T0):
        actions.begin_work(station=held.station, kind="calibration", quantity="water_level", hours=1.0, reason="检定")
        assert telemetry.paused(held.station_id, held.pk) and not telemetry.paused(held.station_id, held.pk + 10**6)


def test_a_calibration_is_of_one_quantity(live: Scope) -> None:
    held = factories.stream(AREA, 6)
    alone = actions.begin_work(station=held.station, kind="calibration", hours=1.0, reason="年检")
    assert alone.datastream_id == held.pk, "it measures nothing else"
    actions.finish_work(work=alone.pk, result="完成", standard=1.0, found=1.0, left=1.0)
    created(Datastream, area=AREA, station=held.station, quantity="flow", stale_after=held.stale_after)
    with pytest.raises(Refusal) as told, assert_nothing_happened():
        actions.begin_work(station=held.station, kind="calibration", hours=1.0, reason="年检")
    assert told.value.field == "quantity"


def test_a_calibration_tells_what_it_found_and_a_replacement_which_sensor_came(live: Scope) -> None:
    held = factories.stream(AREA, 5)
    work = actions.begin_work(station=held.station, kind="calibration", hours=1.0, reason="年检")
    with pytest.raises(Refusal) as told, assert_nothing_happened():
        actions.finish_work(work=work.pk, result="完成", standard=20.0, found=20.12)
    assert told.value.field == "left"
    done = actions.finish_work(work=work.pk, result="完成", standard=20.0, found=20.12, left=20.01)
    assert round(done.was_off or 0, 2) == 0.12 and round(done.is_off or 0, 2) == 0.01
    other = actions.begin_work(station=held.station, kind="replacement", hours=1.0, reason="换传感器")
    with pytest.raises(Refusal), assert_nothing_happened():
        actions.finish_work(work=other.pk, result="换新")
    assert actions.finish_work(work=other.pk, result="换新", old_serial="A1", new_serial="A2").state == "done"


def test_what_cannot_be_a_work_is_refused(live: Scope) -> None:
    held = factories.stream(AREA, 6)
    for faulty in (
        {"reason": " "},
        {"hours": 0.0},
        {"hours": 200.0},
        {"quantity": "rain"},
        {"since": clock.now() + H},
        {"since": clock.now() - timedelta(days=8)},
        {"since": clock.now() - 3 * H, "hours": 2.0},
    ):
        with pytest.raises(Refusal), assert_nothing_happened():
            actions.begin_work(**{"station": held.station, "kind": "inspection", "reason": "巡检"} | faulty)
    actions.begin_work(station=held.station, kind="inspection", reason="巡检")
    with pytest.raises(Conflict), assert_nothing_happened():
        actions.begin_work(station=held.station, kind="inspection", reason="巡检")
    assert Work.objects.count() == 1
