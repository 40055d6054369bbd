"""What an alarm rests on: silence is an alarm of its own, a forecast never passes for an observation, peaks follow corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from anlan.apps.alarms import actions
from anlan.apps.alarms import api as alarms
from anlan.apps.alarms.desk import Crossed
from anlan.apps.alarms.jobs import escalate_unanswered, pass_forecasts, watch_silence
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import ladder, limits_of
from anlan.apps.messages import actions as messages
from anlan.apps.messages.models import Receipt
from anlan.apps.telemetry import api
from anlan.apps.telemetry.intake.decoding import from_csv, from_json
from anlan.apps.telemetry.models import Forecast
from anlan.apps.telemetry.queries.newest import latest_values
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock, outbox
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 22, 0, 0, tzinfo=UTC)
H = timedelta(hours=1)
PUBLISHED = (
    "station_id,time,stage_m,flow_m3s,kind\n"
    "QY-H04,2022-06-22T12:00:00+08:00,12.22,18500,obs\n"
    "QY-H03,2022-06-23T03:00:00+08:00,16.0,,forecast_peak\n"
    "QY-H03,2022-06-23T03:00:00+08:00,99,,guess\n"
)


def put(value: float, hours: float = 0, station: str = "QY-H01", quantity: str = "water_level") -> api.IngestResult:
    found = api.ingest([RawReading(2, station, quantity, T0 + hours * H, value)], "test")
    api.detect(found.batch)
    return found


def test_a_station_that_falls_silent_is_an_alarm_of_its_own_and_no_flood(live: Scope) -> None:
    with clock.frozen(T0):
        put(20.0)
        with assert_nothing_happened(Alarm):
            watch_silence()
    with clock.frozen(T0 + 7 * H):
        watch_silence()
        watch_silence()
        (alarm,) = Alarm.objects.all()
        assert (alarm.basis, alarm.level, str(alarm.state), alarm.reading_at) == ("silence", 0, "raised", T0)
        assert (alarms.alarms_open(), alarms.alarm_history(clock.now() - timedelta(days=1))) == ([], [])
        assert Crossed("threshold").show(alarm) == "—", "silence goes over no threshold"
    with clock.frozen(T0 + 8 * H):
        with assert_nothing_happened(Alarm):
            escalate_unanswered()
        assert Alarm.objects.get().escalation == 0, "it is maintenance's, no ladder"
        put(20.0, 8)
        watch_silence()
        assert Alarm.objects.get().state == "returned"
    assert list(OutboxEvent.objects.filter(name__startswith="alarms.").values_list("name", flat=True)) == [
        "alarms.station_silent"
    ]


def test_published_forecasts_are_kept_apart_and_reach_a_level_of_their_own(live: Scope) -> None:
    with clock.frozen(T0 + 6 * H):
        found = api.ingest(from_csv(PUBLISHED.encode()), "test", PUBLISHED.encode())
        assert (found.accepted, found.forecasts, [r.line for r in found.rejected]) == (2, 1, [4])
        api.detect(found.batch)
        (told,) = Alarm.objects.filter(basis="forecast")
        assert (told.station.code, told.level, told.value, told.threshold) == ("QY-H03", 3, 16.0, 14.5)
        assert {a.station for a in alarms.alarms_open()} == {"QY-H04"}, "no forecast among the observed"
        assert [v.value for v in latest_values() if v.station == "QY-H03"] == []
        again = api.ingest(from_csv(PUBLISHED.encode()), "test", b"other bytes")
        assert (again.forecasts, Forecast.objects.count()) == (0, 1)
        assert not OutboxEvent.objects.filter(name="alarms.alarm_raised", payload__station_code="QY-H03").exists()
    with clock.frozen(T0 + 30 * H):
        pass_forecasts()
        assert Alarm.objects.get(basis="forecast").state == "returned", "its hour has passed"


def test_a_newer_forecast_takes_the_place_of_the_older(live: Scope) -> None:
    def tell(value: float, issued: int) -> None:
        row = {"station": "QY-H03", "quantity": "water_level", "time": (T0 + 20 * H).isoformat(), "value": value}
        row |= {"kind": "forecast", "issued_at": (T0 + issued * H).isoformat()}
        import json

        found = api.ingest(from_json(json.dumps([row]).encode()), "test")
        assert found.rejected == ()
        api.detect(found.batch)

    with clock.frozen(T0 + 6 * H):
        tell(12.5, 1)
        assert Alarm.objects.get().level == 2
        actions.acknowledge(alarm=Alarm.objects.get().pk)
        tell(15.0, 2)
        assert (Alarm.objects.get().level, Alarm.objects.get().state) == (3, "raised")
        tell(12.5, 0)
        assert Alarm.objects.get().level == 3, "an older issue changes nothing"
        tell(10.0, 3)
        assert Alarm.objects.get().state == "returned"


@pytest.mark.parametrize(
    "row",
    [
        {"time": "2023-06-22T00:00:00+08:00"}, {"value": 9999}, {"issued_at": "yesterday"}, {"station": "NOWHERE"},
        {"issued_at": "2022-06-25T00:00:00+08:00"}, {"value": None},
    ],
)  # fmt: skip
def test_a_forecast_at_fault_is_refused_in_words(live: Scope, row: dict[str, Any]) -> None:
    import json

    good = {"station": "QY-H03", "quantity": "water_level", "time": "2022-06-23T03:00:00+08:00", "value": 16, "kind": "forecast"}
    with clock.frozen(T0 + 6 * H):
        found = api.ingest(from_json(json.dumps([good | row]).encode()), "test")
    assert (found.forecasts, len(found.rejected), Forecast.objects.count()) == (0, 1, 0)


def test_the_peak_of_sums_follows_a_correction(live: Scope) -> None:
    put(20, 0, "QY-R01", "rain")
    put(80, 0.5, "QY-R01", "rain")
    assert [(a.peak_level, a.peak_value) for a in Alarm.objects.all()] == [(4, 100.0)]
    put(35, 0.5, "QY-R01", "rain")
    alarm = Alarm.objects.get()
    assert (alarm.peak_value, alarm.value) == (55.0, 55.0)


def test_a_red_alarm_is_not_put_aside(live: Scope) -> None:
    put(35.95)
    with assert_nothing_happened(Alarm), pytest.raises(Refusal):
        actions.shelve(alarm=Alarm.objects.get().pk, hours=1, reason="noise")


def test_the_ladder_says_what_was_told_and_what_comes(live: Scope) -> None:
    before = ladder(T0).rungs(T0)
    assert [(r.number, (r.at - T0) / timedelta(minutes=1)) for r in before] == [(1, 5), (2, 15), (3, 25)]
    after = ladder(T0).rungs(T0, 2, T0 + timedelta(minutes=16))
    assert [(r.number, (r.at - T0) / timedelta(minutes=1)) for r in after] == [(1, 6), (2, 16), (3, 26)]
    assert [r.reached for r in after] == [True, True, False]


def test_the_alarm_page_names_thresholds_their_source_and_who_must_act(live: Scope, cast: dict[str, Any]) -> None:
    put(30.47)
    alarm = Alarm.objects.get()
    page = cast["city_officer"].client.get(alarm.desk_url()).content.decode()
    for text in ("演示拟定：保证水位未公布", "K-", "央视 2022-06-15、环球网 2022-06-25、南方+ 2023-06-24"):
        assert text in page
    stations = cast["city_officer"].client.get("/telemetry/stations/").content.decode()
    assert "30.47" in stations


def test_the_ladder_says_what_became_of_each_message_and_claims_nothing_before(live: Scope, cast: dict[str, Any]) -> None:
    def page() -> str:
        found = str(cast["city_officer"].client.get(Alarm.objects.get().desk_url()).content.decode())
        return found[found.index("timeline-list") : found.index("若无人确认")]

    with clock.frozen(T0):
        put(30.47)
    with clock.frozen(T0 + timedelta(minutes=6)):
        escalate_unanswered()
        assert "已催办" in page()
        assert "已通知" not in page()
        outbox.drain()
        assert "（待发送）" in page()
        while owed := Receipt.objects.filter(state="queued").first():
            messages.record(outcome=messages.Outcome(owed.pk, error="refused", permanent=True))
        assert "（失败）" in page()
        messages.resend(receipt=Receipt.objects.order_by("rung").first().pk)
        messages.record(outcome=messages.Outcome(Receipt.objects.get(state="queued").pk, state="delivered"))
        assert "（已送达）" in page()


def test_the_alarm_page_parts_what_is_exceeded_from_what_was(live: Scope, cast: dict[str, Any]) -> None:
    def told() -> dict[str, str]:
        alarm = Alarm.objects.get(basis="observed")
        return {str(limit.threshold.level): limit.exceeded for limit in limits_of(alarm) if limit.exceeded}

    def page() -> str:
        return str(cast["city_officer"].client.get(Alarm.objects.get().desk_url()).content.decode())

    put(30.47)
    assert set(told().values()) == {"now"}
    assert "已达到" in page()
    assert "曾达到" not in page()
    held = len(told())
    put(20.0, 0.5)
    assert (len(told()), set(told().values())) == (held, {"before"})
    assert "曾达到" in page()
    assert "已达到" not in page()


def test_the_list_of_stations_asks_a_fixed_number_of_queries(
    live: Scope, cast: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for hours in range(4):
        put(20 + hours, hours)
        put(10 + hours, hours, "QY-H02")
    with django_assert_max_num_queries(14):
        page = cast["city_officer"].client.get("/telemetry/stations/")
    assert page.status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telemetry_latest WHERE batch IS NULL")
        assert cursor.fetchone()[0] == 0
