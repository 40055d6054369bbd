"""The first hour: what may be tried is offered to those who may, in a demonstration only; a test reading goes the way of any other."""

from __future__ import annotations

from typing import Any

from anlan.apps.alarms.models import Alarm
from anlan.apps.console import first
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.models import Datastream, Latest
from anlan.kit import outbox
from anlan.kit.scope import Scope, entered


def test_what_may_be_tried_is_offered_to_those_who_may(db: None, cast: dict[str, Any], settings: Any) -> None:
    settings.ANLAN_DEMO = True

    def offered(role: str) -> list[str]:
        with entered(cast[role].scope):
            return [step["icon"] for step in first.steps()]

    assert offered("commander") == ["player-track-next", "hand-click", "help"]
    assert "ripple" in offered("city_officer")
    assert offered("reporter") == ["help"]
    settings.ANLAN_DEMO = False
    assert offered("commander") == []


def test_a_test_reading_is_detected_and_told_like_any_other(db: None, cast: dict[str, Any], settings: Any) -> None:
    settings.ANLAN_DEMO = True
    client = cast["city_officer"].client
    assert "警戒值" in client.get("/telemetry/test-reading/").content.decode()
    with entered(Scope.everything("system:test")):
        stream = Datastream.objects.get(station__code="QY-H01", quantity="water_level")
    answer = client.post("/telemetry/test-reading/", {"stream": stream.pk, "value": "26.4"})
    assert answer.headers["Location"] == "/"
    with entered(Scope.everything("system:test")):
        assert Latest.objects.get(datastream_id=stream.pk).value == 26.4
        for batch in telemetry.undetected():
            telemetry.detect(batch)
        outbox.drain()
        assert Alarm.objects.filter(datastream=stream).exists()


def test_no_test_reading_without_the_demonstration_nor_from_who_may_not(db: None, cast: dict[str, Any], settings: Any) -> None:
    settings.ANLAN_DEMO = True
    assert cast["signer"].client.get("/telemetry/test-reading/").status_code == 403
    settings.ANLAN_DEMO = False
    assert cast["city_officer"].client.get("/telemetry/test-reading/").status_code == 404


def test_the_heartbeat_tells_how_many_report(db: None, cast: dict[str, Any]) -> None:
    with entered(cast["commander"].scope):
        beat = first.heartbeat()
        assert beat is not None
        assert (beat.reporting, beat.last_at) == (0, None)
        assert beat.stations > 20
        assert beat.thresholds > 20
    with entered(cast["reporter"].scope):
        assert first.heartbeat() is None or first.heartbeat().stations < beat.stations  # type: ignore[union-attr]


def test_where_nothing_is_heard_quiet_is_not_told(db: None, cast: dict[str, Any]) -> None:
    for address in ("/", "/map/"):
        told = cast["commander"].client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Nothing is heard" in told
        assert "All quiet" not in told
        assert "/telemetry/stations/" in told, "the next step"
