"""The life of an alarm (ISA-18.2): shelf, flapping, first-out, escalation; peaks and suspect readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.jobs import end_shelving, escalate_unanswered
from anlan.apps.alarms.models import Alarm
from anlan.apps.messages.models import Message
from anlan.apps.telemetry import api
from anlan.apps.telemetry.choices import Flag
from anlan.apps.telemetry.models import Batch
from anlan.apps.telemetry.queries.newest import latest_values
from anlan.apps.telemetry.rules import AN_HOUR, RawReading, Track
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.instants import micros

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)


def put(stage: float, hours: float = 0, station: str = "QY-H01") -> api.IngestResult:
    found = api.ingest([RawReading(2, station, "water_level", T0 + hours * H, stage)], "test")
    api.detect(found.batch)
    return found


def stored() -> list[tuple[int, float, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, value, flags FROM telemetry_reading ORDER BY at, version")
        return list(cursor.fetchall())


def test_an_original_sent_again_after_its_correction_changes_nothing(live: Scope) -> None:
    put(35.95)
    put(20.0)
    again = put(35.95)
    assert (again.accepted, again.corrected, again.duplicate) == (0, 0, 1)
    assert [(v, x) for v, x, _flags in stored()] == [(1, 35.95), (2, 20.0)]
    assert alarms.alarms_open() == []
    (latest,) = latest_values()
    assert latest.value == 20.0


def test_a_peak_is_what_still_holds(live: Scope) -> None:
    put(35.95)
    put(30.47)
    put(30.1, 1)
    alarm = Alarm.objects.get()
    assert (alarm.level, alarm.peak_level, alarm.peak_value) == (3, 3, 30.47)
    assert api.peak_of("QY-H01", "water_level") == (T0, 30.47)
    put(31.5, 2)
    put(31.0, 2)
    assert Alarm.objects.get().peak_value == 31.0, "a correction that moves no level takes its peak back as well"
    put(20.0, 3)
    assert alarms.gravest_during("441881", "river_flood", T0, T0 + 2 * H) == alarm.pk
    assert alarms.peak_during(alarm.pk) == (T0 + 2 * H, 31.0)
    assert alarms.gravest_during("441881", "river_flood", T0 - 5 * H, T0 - H) is None, "it had not begun"
    assert alarms.gravest_during("441802", "river_flood", T0, T0 + 2 * H) is None


@pytest.mark.parametrize(
    ("before", "then", "flag"),
    [
        ([], (0, 30.0), Flag.GOOD),
        ([(0, 20.0)], (1, 35.0), Flag.GOOD),
        ([(0, 20.0)], (1, 35.1), Flag.STEP),
        ([(0, 20.0)], (0.1, 35.1), Flag.STEP),
        ([(0, 20.0)], (2, 50.0), Flag.GOOD),
        ([(0, 20.0), (1, 60.0)], (2, 20.5), Flag.GOOD),
        ([(0, 20.0), (36, 20.0)], (72, 20.0), Flag.GOOD),
        ([(0, 20.0), (36, 20.0)], (72.5, 20.0), Flag.PERSISTENCE),
        ([(0, 20.0), (36, 20.1), (70, 20.0)], (100, 20.0), Flag.GOOD),
        ([(0, 0.0), (36, 0.0)], (100, 0.0), Flag.GOOD),
    ],
)  # fmt: skip
def test_jumps_and_stuck_gauges_are_flagged(before: list[tuple[float, float]], then: tuple[float, float], flag: Flag) -> None:
    track = Track()
    for hours, value in before:
        track.follow(micros(T0 + hours * H), value, False, 15.0, 72 * AN_HOUR)
    assert track.follow(micros(T0 + then[0] * H), then[1], False, 15.0, 72 * AN_HOUR) == flag


def test_a_suspect_reading_is_shown_and_raises_nothing(live: Scope) -> None:
    put(20.0)
    put(36.0, 1)
    assert stored()[1] == (1, 36.0, Flag.STEP)
    assert Alarm.objects.count() == 0
    assert [(v.value, v.flags, v.level) for v in latest_values()] == [(36.0, Flag.STEP, 0)]
    put(26.5, 1.5)
    assert [a.value for a in alarms.alarms_open()] == [26.5]
    put(60.0, 2)
    assert [(a.level, a.value) for a in alarms.alarms_open()] == [(2, 26.5)], "neighbours are told the newest good value"


def test_a_shelved_alarm_says_why_and_comes_back_by_itself(live: Scope) -> None:
    put(30.47)
    alarm = Alarm.objects.get()
    with assert_nothing_happened(Alarm), pytest.raises(Refusal):
        actions.shelve(alarm=alarm.pk, hours=2, reason="  ")
    actions.shelve(alarm=alarm.pk, hours=2, reason="gauge is being cleaned")
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.shelved_reason, alarm.shelved_by) == ("shelved", "gauge is being cleaned", "system:test")
    with assert_nothing_happened(Alarm), pytest.raises(Conflict):
        actions.shelve(alarm=alarm.pk, hours=20, reason="longer")
    with clock.frozen(clock.now() + timedelta(hours=1.9)):
        end_shelving()
        assert Alarm.objects.get().state == "shelved"
    with clock.frozen(clock.now() + timedelta(hours=2.1)):
        end_shelving()
        escalate_unanswered()
        alarm = Alarm.objects.get()
        assert (alarm.state, alarm.shelved_until, alarm.escalation) == ("raised", None, 0), "its time to answer starts anew"
    assert JournalEntry.objects.filter(action="alarms.shelve", reason="gauge is being cleaned").exists()


def test_a_chattering_alarm_is_one_alarm_and_asks_no_second_time(live: Scope) -> None:
    put(30.1)
    actions.acknowledge(alarm=Alarm.objects.get().pk)
    for n in range(3):
        put(25.0, n + 0.5)
        assert Alarm.objects.get().state == "returned"
        put(30.1, n + 1)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.reopened, alarm.flapping) == ("acknowledged", 3, True)
    assert OutboxEvent.objects.filter(name="alarms.alarm_raised").count() == 1
    assert OutboxEvent.objects.filter(name="alarms.alarm_level_changed", payload__previous=0).count() == 3
    put(25.0, 4)
    put(35.95, 5)
    assert (Alarm.objects.get().state, Alarm.objects.get().level) == ("raised", 4), "worse than what was answered"
    put(25.0, 6)
    put(30.1, 8.5)
    assert Alarm.objects.count() == 2, "after a calm of more than two hours it is a new one"


def test_a_shelved_alarm_that_flaps_stays_on_its_shelf(live: Scope) -> None:
    put(30.1)
    actions.shelve(alarm=Alarm.objects.get().pk, hours=5, reason="waves of a ship")
    put(20.0, 0.5)
    put(30.1, 1)
    assert Alarm.objects.get().state == "shelved"


def test_the_first_of_a_group_is_marked(live: Scope) -> None:
    put(22.2, 0, "QY-H02")
    put(13.06, 0, "QY-H03")
    put(30.47)
    put(17.51, 0, "QY-H09")
    alarms = {a.station.code: a for a in Alarm.objects.select_related("station")}
    assert [(code, a.first_out) for code, a in sorted(alarms.items())] == [
        ("QY-H01", True), ("QY-H02", True), ("QY-H03", False), ("QY-H09", False),
    ]  # fmt: skip
    assert alarms["QY-H03"].group == alarms["QY-H02"].pk != alarms["QY-H01"].group


def test_an_unanswered_alarm_climbs_by_message_until_it_is_answered(live: Scope, cast: dict[str, Any]) -> None:
    put(30.47)
    start, told = clock.now(), []
    for minutes in (6, 10, 17, 30, 60):
        with clock.frozen(start + timedelta(minutes=minutes)):
            escalate_unanswered()
            outbox.drain()
            told.append(sorted({r.recipient_code for m in Message.objects.filter(kind="escalation") for r in m.receipts.all()}))
    assert told[0] == told[1] == ["441881-emb"]
    assert told[2] == ["441881-emb", "qy-emb"]
    first = Message.objects.filter(kind="escalation").earliest("id")
    assert first.subject == "告警无人确认：英德(五) 橙色 / Alarm not acknowledged: Yingde (5) Orange"
    assert "英德(五)站水位30.47 m，已超过30.00 m" in first.body
    assert "Yingde (5): Water level 30.47 m, at or above 30.00 m." in first.body
    assert set(told[3]) == {"441881-emb", "qy-emb", "441881-sfz", "qy-sfz"}
    assert (told[4], Alarm.objects.get().escalation) == (told[3], 3)
    actions.acknowledge(alarm=Alarm.objects.get().pk)
    with clock.frozen(start + timedelta(hours=3)), assert_nothing_happened(Alarm):
        escalate_unanswered()
    assert Alarm.objects.get().answered_after is not None
    assert Batch.objects.count() == 1
