"""Readings to alarms: duplicates, corrections, late data, levels, the life cycle, and who may touch it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import escalate_unanswered
from anlan.apps.alarms.models import Alarm
from anlan.apps.messages.models import Message
from anlan.apps.telemetry import api
from anlan.apps.telemetry.models import Batch, Datastream
from anlan.kit import clock, outbox
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def put(stage: float, hours: float = 0, station: str = "QY-H01", line: int = 2) -> api.IngestResult:
    found = api.ingest([api.RawReading(line, station, "water_level", T0 + timedelta(hours=hours), stage)], "test")
    api.detect(found.batch)
    return found


def test_duplicates_corrections_and_rejections_are_counted_never_dropped(live) -> None:  # type: ignore[no-untyped-def]
    rows = [
        api.RawReading(2, "QY-H01", "water_level", T0, 20.0),
        api.RawReading(3, "QY-H01", "water_level", T0, 20.0),
        api.RawReading(4, "NOWHERE", "water_level", T0, 20.0),
        api.RawReading(5, "QY-H01", "water_level", "2022-06-15T08:00:00", 1),
        api.RawReading(6, "QY-H01", "water_level", T0, "high"),
        api.RawReading(7, "QY-H01", "water_level", T0 + timedelta(hours=1), float("nan")),
    ]
    found = api.ingest(rows, "test")
    assert (found.accepted, found.duplicate, [r.line for r in found.rejected]) == (1, 1, [4, 5, 6, 7])
    assert api.ingest(rows[:1], "test").duplicate == 1
    corrected = api.ingest([api.RawReading(2, "QY-H01", "water_level", T0, 21.0)], "test")
    assert (corrected.accepted, corrected.corrected) == (0, 1)
    stream = Datastream.objects.get(station__code="QY-H01", quantity="water_level")
    assert api.series(stream.pk, T0, T0) == [(T0, 21.0, False, 0)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, value FROM telemetry_reading ORDER BY version")
        assert cursor.fetchall() == [(1, 20.0), (2, 21.0)]


def test_a_batch_with_a_known_key_is_stored_once(live) -> None:  # type: ignore[no-untyped-def]
    row = [api.RawReading(2, "QY-H01", "water_level", T0, 20.0)]
    first, again = api.ingest(row, "test", key="k"), api.ingest(row, "test", key="k")
    assert (first.batch, first.accepted) == (again.batch, again.accepted)
    assert Batch.objects.count() == 1


def test_levels_rise_at_once_and_fall_with_hysteresis_and_detection_is_done_once(live) -> None:  # type: ignore[no-untyped-def]
    batch = put(30.47).batch
    assert api.detect(batch) == 0
    (alarm,) = alarms.alarms_open()
    assert (alarm.level, alarm.area) == (3, "441881001")
    put(35.95, 1)
    assert alarms.alarms_open()[0].level == 4
    put(35.49, 2)
    assert alarms.alarms_open()[0].level == 4, "within the hysteresis"
    put(25.0, 0.5)
    assert alarms.alarms_open()[0].level == 4, "a late reading moves nothing back"
    put(25.0, 3)
    assert alarms.alarms_open() == []
    assert list(OutboxEvent.objects.filter(name__startswith="alarms.").order_by("id").values_list("name", flat=True)) == [
        "alarms.alarm_raised",
        "alarms.alarm_level_changed",
        "alarms.alarm_returned",
    ]


def test_life_cycle_and_refusals(cast, live) -> None:  # type: ignore[no-untyped-def]
    put(30.47)
    alarm = Alarm.objects.get()
    from anlan.kit.scope import entered

    with entered(cast["county_officer"].scope), assert_nothing_happened(Alarm), pytest.raises(NotFound):
        actions.acknowledge(alarm=alarm.pk)
    with entered(cast["reporter"].scope), assert_nothing_happened(Alarm), pytest.raises(NotAuthorised):
        actions.acknowledge(alarm=alarm.pk)
    with entered(cast["neighbour"].scope):
        assert actions.acknowledge(alarm=alarm.pk).acknowledged_by == "yingde"
        with pytest.raises(Conflict):
            actions.acknowledge(alarm=alarm.pk)
        with pytest.raises(Conflict):
            actions.close(alarm=alarm.pk, cause="danger")
    with entered(cast["city_officer"].scope):
        with pytest.raises(Refusal):
            actions.shelve(alarm=alarm.pk, hours=48, reason="x")
        actions.shelve(alarm=alarm.pk, hours=2, reason="gauge is being cleaned")
        actions.unshelve(alarm=alarm.pk)
    put(20.0, 5)
    with entered(cast["neighbour"].scope):
        for cause, remark in (("", ""), ("nonsense", ""), ("other", " ")):
            with assert_nothing_happened(Alarm), pytest.raises(Refusal):
                actions.close(alarm=alarm.pk, cause=cause, remark=remark)
        closed = actions.close(alarm=alarm.pk, cause="threshold", remark="bank is higher here")
        assert (closed.state, closed.cause, closed.closed_by) == ("closed", "threshold", "yingde")


def test_an_unanswered_alarm_escalates_once(live) -> None:  # type: ignore[no-untyped-def]
    put(30.47)
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        escalate_unanswered()
        escalate_unanswered()
    assert OutboxEvent.objects.filter(name="alarms.alarm_escalated").count() == 1
    outbox.drain()
    assert "30.47 m，" in Message.objects.get(kind="escalation").body, "a value has its unit"


def test_the_push_takes_a_token_holders_readings_inside_the_area(cast) -> None:  # type: ignore[no-untyped-def]
    client = cast["integrator"].client
    body = {"readings": [{"station": "QY-H01", "quantity": "water_level", "time": "2022-06-21T12:00:00+08:00", "value": 34.57}]}
    answer = client.post("/api/v1/telemetry/readings/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert client.post("/api/v1/telemetry/readings/", "nonsense", content_type="application/json").status_code == 422
    assert cast["reporter"].client.post("/api/v1/telemetry/readings/", body, content_type="application/json").status_code == 403
    assert cast["anonymous"].client.post("/api/v1/telemetry/readings/", body, content_type="application/json").status_code == 401
