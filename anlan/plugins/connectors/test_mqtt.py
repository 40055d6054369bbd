"""Readings by MQTT through a real broker: told after the commit, once each, in order of rights, and none lost when the broker is killed."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.alarms.models import Alarm
from anlan.apps.telemetry import simulating
from anlan.apps.telemetry.api import RawReading, detect, ingest, undetected
from anlan.apps.telemetry.intake import subscribing
from anlan.apps.telemetry.intake.subscribing import Receipt, Subscribed, take, take_together
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.kinds.lanes import LANES
from anlan.apps.telemetry.models import Batch, DetectionState, Feed, FrameFault, Latest, Reading
from anlan.apps.telemetry.sensorthings.publishing import Telling, told
from anlan.kit.models import JournalEntry
from anlan.kit.scope import Scope
from anlan.kit.testing.brokers import OwnBroker, broker
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import json_faults, mqtt
from anlan.lib.frames import Fault
from anlan.plugins.connectors.mqtt import SAMPLE, report

AT = datetime(2022, 6, 21, 4, tzinfo=UTC)
MQTT = CONNECTORS.get("mqtt")


def message(number: str, value: float = 34.57, station: str = "QY-H01") -> bytes:
    return report(number, station, "water_level", AT, value)


# What becomes of one message.


def test_a_message_is_taken_once_however_often_it_comes(live: Scope) -> None:
    first = take(MQTT, "QY-H01", message("m-1"))
    again = take(MQTT, "QY-H01", message("m-1"))
    assert (first.id, first.state, first.taken) == ("m-1", "accepted", 1)
    assert again == first, "the same answer, not stored anew"
    assert take(MQTT, "QY-H01", message("m-2")).state == "accepted", "another number, the same reading: known already"
    assert list(Reading.objects.values_list("value", flat=True)) == [34.57]
    assert take(MQTT, "QY-H01", message("m-1", 99.0)).state == "refused", "the number was used for another"


def test_an_account_delivers_for_its_area_and_a_station_for_itself(live: Scope, cast: dict[str, Any]) -> None:
    with assert_nothing_happened(Reading):
        other = take(MQTT, "QY-H01", message("m-1", station="QY-H02"))
        nobody = take(MQTT, "nobody", message("m-1"))
        without = take(MQTT, cast["clerk"].username if "clerk" in cast else "reporter", message("m-1"))
    assert (other.state, other.rejected[0][0]) == ("refused", 1)
    assert nobody.state == without.state == "refused" and "nobody" in nobody.reason
    assert Batch.objects.filter(connector="mqtt").count() == 3, "kept, each"
    assert take(MQTT, "gauge", message("m-1")).state == "accepted"
    assert Batch.objects.filter(sender="gauge").get().accepted == 1


@pytest.mark.parametrize(
    ("raw", "fault", "at"),
    [
        (b'{"readings": [{"station": "A\xff"}]}', Fault.RUBBISH, 28),
        (b'{"readings": [{"station": "A",]}', Fault.RUBBISH, 30),
        (b'{"readings": [{"station": "A", "quantity": "wat', Fault.SHORT, 43),
        (b"", Fault.SHORT, 0),
        (b'{"id": "x", "values": []}', Fault.FIELD, 0),
        (
            '[{"station": "清", "quantity": "q", "time": "t", "value": 1}, {"station": "B", "quantity": "q", "time": "t"}]'.encode(),
            Fault.FIELD,
            63,
        ),
    ],
)
def test_a_malformed_message_is_kept_counted_and_told_at_its_byte(live: Scope, raw: bytes, fault: Fault, at: int) -> None:
    found = json_faults.found(raw)
    assert found is not None and (found.fault, found.at) == (fault, at)
    with assert_nothing_happened(Reading):
        told = [take(MQTT, "QY-H01", raw) for _ in range(3)]
    assert {one.state for one in told} == {"refused"} and str(at) in told[0].reason
    row = FrameFault.objects.get()
    assert (row.connector, row.sender, row.fault, row.count, row.at_byte) == ("mqtt", "system:mqtt:QY-H01", fault.value, 3, at)
    assert Batch.objects.filter(connector="mqtt").count() == 3


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "replace")))
def test_no_bytes_are_too_strange_to_be_judged(raw: bytes) -> None:
    found = json_faults.found(raw)
    assert found is None or 0 <= found.at <= len(raw)


def test_a_whole_body_has_no_fault() -> None:
    assert json_faults.found(SAMPLE.encode()) is None


# Several at once.


def test_messages_of_several_senders_are_taken_together_each_as_by_itself(live: Scope, cast: dict[str, Any]) -> None:
    plain = [
        (MQTT, "QY-H01", message("1")),
        (MQTT, "QY-H02", message("1", 20.0, "QY-H02")),
        (MQTT, "gauge", report("1", "QY-H01", "water_level", AT + timedelta(minutes=5), 34.6)),
    ]
    told = take_together(plain)
    assert [(one.id, one.state, one.taken) for one in told if one] == [("1", "accepted", 1)] * 3
    batches = Batch.objects.filter(connector="mqtt").order_by("id")
    assert [b.sender for b in batches] == ["system:mqtt:QY-H01", "system:mqtt:QY-H02", "gauge"]
    assert [b.pk for b in batches] == [one.batch for one in told if one]
    assert [b.first_at for b in batches] == [AT, AT, AT + timedelta(minutes=5)] and all(b.raw for b in batches)
    held = Reading.objects.order_by("batch").values_list("batch", "value")
    assert list(held) == [(batches[0].pk, 34.57), (batches[1].pk, 20.0), (batches[2].pk, 34.6)]
    assert Latest.objects.get(batch=batches[2].pk).value == 34.6
    assert take(MQTT, "QY-H01", message("1")) == told[0], "sent again: the same answer"


def test_what_is_not_plain_is_left_to_be_taken_by_itself(live: Scope) -> None:
    take(MQTT, "QY-H02", report("0", "QY-H02", "water_level", AT + timedelta(hours=1), 20.0))
    told = take_together(
        [
            (MQTT, "QY-H01", message("1")),
            (MQTT, "QY-H01", message("1")),  # its number again
            (MQTT, "QY-H01", b"{"),
            (MQTT, "QY-H01", message("2", 1e9)),
            (MQTT, "QY-H01", message("3", station="QY-H03")),
            (MQTT, "nobody", message("4")),
            (MQTT, "QY-H02", message("5", 20.0, "QY-H02")),  # late
            (MQTT, "QY-H03", b'{"id": "6", "readings": []}'),
        ]
    )
    assert [bool(one) for one in told] == [True] + [False] * 7
    assert Reading.objects.count() == 2 and Batch.objects.count() == 2
    with assert_nothing_happened(Reading):
        assert take_together([(MQTT, "QY-H01", message("1"))]) == [None]


def test_one_instant_told_twice_in_one_gathering_is_settled_one_by_one(live: Scope) -> None:
    assert take_together([(MQTT, "QY-H01", message("1")), (MQTT, "gauge", message("1"))]) == [None, None]
    assert not Reading.objects.exists()


def test_batches_judged_together_raise_what_each_would(live: Scope) -> None:
    take_together([(MQTT, "QY-H01", message("1", 34.57)), (MQTT, "QY-H02", message("1", 99.0, "QY-H02"))])
    pks = undetected()
    assert detect(*pks) >= 1
    first = Batch.objects.get(sender="system:mqtt:QY-H01").pk
    assert DetectionState.objects.filter(level__gt=0).exists()
    assert set(JournalEntry.objects.filter(action="alarms.raise_alarm").values_list("actor", flat=True))
    assert Alarm.objects.get(station__code="QY-H01", hazard="river_flood").batch == first
    assert detect(*pks) == 0 and not undetected()


def test_the_line_to_the_broker_is_written_down_for_the_page(live: Scope) -> None:
    line = Subscribed("mqtt://u:p@127.0.0.1:1")
    line.connected, line.taken, line.took_at = 1, 7, AT
    line._tell()
    row = Feed.objects.get(connector="mqtt")
    assert (row.url, row.last_result, row.took_at, row.failed) == ("127.0.0.1:1", "7", AT, 0)


# Through the broker.


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnBroker]:
    with broker(tmp_path) as made:
        yield made


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take messages without a database: their numbers. Number 13 cannot be stored the first time, 14 has a fault of ours."""
    numbers: list[str] = []
    away = [True]

    def instead(_way: object, key: str, raw: bytes) -> Receipt:
        number = json.loads(raw)["id"]
        if number == "13" and away:
            away.clear()
            raise OperationalError("gone")
        if number == "14":
            raise RuntimeError("ours")
        numbers.append(number)
        return Receipt(number, "accepted", 1)

    monkeypatch.setattr(subscribing, "take", instead)
    monkeypatch.setattr(subscribing, "take_together", lambda messages: [None] * len(messages))
    monkeypatch.setattr(Subscribed, "_tell", lambda self: None)
    return numbers


class Device:
    """A device of a name: publishes, hears its receipts."""

    def __init__(self, url: str, key: str) -> None:
        to = mqtt.broker(url)
        assert to is not None
        self.key, self.told, self.ready = key, queue.SimpleQueue[dict[str, Any]](), threading.Event()
        self.client = mqtt.client(to)
        self.client.on_message = lambda _c, _d, m: self.told.put(json.loads(m.payload))
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_connect = lambda c, *_: c.subscribe(f"anlan/receipts/{key}", qos=1)
        mqtt.start(self.client, to)
        assert self.ready.wait(10)

    def say(self, number: str, topic: str = "") -> None:
        self.client.publish(topic or f"anlan/readings/{self.key}", message(number), qos=1)

    def hear(self, patience: float = 10.0) -> dict[str, Any]:
        return self.told.get(timeout=patience)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_each_device_is_told_of_its_own_messages_alone(own: OwnBroker, taken: list[str]) -> None:
    with Subscribed(own.url):
        one, two = (Device(own.device(name), name) for name in ("gauge-1", "gauge-2"))
        one.say("1")
        two.say("2")
        assert (one.hear()["id"], two.hear()["id"]) == ("1", "2")
        one.say("3", "anlan/readings/gauge-2")  # no right to speak for another: the broker drops it
        one.say("13")
        assert one.hear()["id"] == "13", "told once it was stored, though the database was away at first"
        one.say("14")
        assert one.hear()["state"] == "refused", "a fault of ours is told, and stops nothing"
        one.say("4")
        assert one.hear()["id"] == "4"
        one.stop()
        two.stop()
    assert sorted(taken) == ["1", "13", "2", "4"]


def test_an_observer_hears_each_observation_and_a_device_none(own: OwnBroker, taken: list[str], live: Scope) -> None:
    ready: queue.SimpleQueue[str] = queue.SimpleQueue()
    heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    topic = "v1.1/Datastreams('QY-H01.water_level')/Observations"
    listeners = []
    for name in ("observer", "gauge-1"):
        to = mqtt.broker(own.device(name))
        assert to is not None
        client = mqtt.client(to)
        client.on_message = lambda _c, _d, m, name=name: heard.put((name, m))  # type: ignore[misc]
        client.on_subscribe = lambda *_, name=name: ready.put(name)  # type: ignore[misc]
        client.on_connect = lambda c, *_: c.subscribe([(topic, 0), ("v1.1/#", 0)])
        mqtt.start(client, to)
        listeners.append(client)
    with Telling(own.url) as telling:
        assert {ready.get(timeout=10), ready.get(timeout=10)} == {"observer", "gauge-1"}
        until = time.monotonic() + 10
        while not telling.connected and time.monotonic() < until:
            time.sleep(0.01)
        batch = ingest([RawReading(1, "QY-H01", "water_level", AT, 34.57)], "test").batch
        telling.tell(one for lane in LANES for one in told([batch], lane))
        name, message = heard.get(timeout=10)
        said = json.loads(message.payload)
    assert (name, message.topic, said["@iot.id"], said["result"]) == (
        "observer",
        topic,
        "QY-H01.water_level.1655784000000",
        34.57,
    )
    assert heard.empty() or heard.get()[0] == "observer"
    for client in listeners:
        client.disconnect()
        client.loop_stop()


def test_what_came_while_we_were_away_is_taken_when_we_are_back(own: OwnBroker, taken: list[str]) -> None:
    with Subscribed(own.url):
        device = Device(own.device("gauge-1"), "gauge-1")
        device.say("1")
        device.hear()
    device.say("2")
    time.sleep(0)
    with Subscribed(own.url):
        assert device.hear()["id"] == "2"
    device.stop()
    assert taken == ["1", "2"]


def test_a_broker_killed_and_started_again_loses_nothing_that_was_acknowledged(own: OwnBroker, taken: list[str]) -> None:
    with Subscribed(own.url) as line:
        device = Device(own.device("gauge-1"), "gauge-1")
        waiting = {str(n) for n in range(100, 220)}
        acknowledged: set[str] = set()
        for number in sorted(waiting):
            device.say(number)
        until, killed = time.monotonic() + 18, False
        while waiting and time.monotonic() < until:
            try:
                acknowledged.add(device.hear(1.0)["id"])
            except queue.Empty:
                for number in sorted(waiting):  # told nothing: sent again
                    device.say(number)
            waiting -= acknowledged
            if len(acknowledged) > 40 and not killed:
                killed = True
                own.kill()
                own.start()
                waiting.add("300")  # said after the broker was lost
        device.stop()
        assert killed and not waiting, f"{len(waiting)} are never told"
        assert acknowledged <= set(taken)
        assert line.connected >= 2, "connected anew by itself"


def test_stations_are_played_through_the_broker(own: OwnBroker, taken: list[str]) -> None:
    rows = [("QY-H01", "water_level", AT + timedelta(hours=n), 30.0 + n) for n in range(5)]
    with Subscribed(own.url):
        played = simulating.play_topics("mqtt", iter(rows), own.simulator, 0.0, timedelta(0))
    assert played == simulating.Played(sent=5, answered=5, left_out=0)


def test_without_a_broker_nothing_is_listened_to() -> None:
    with Subscribed("") as line:
        assert line.broker is None


def test_the_page_of_connectors_tells_who_sent_what_malformed_and_where(live: Scope, cast: dict[str, Any]) -> None:
    take(MQTT, "QY-H01", b'{"readings": [{"station": "A",]}')
    page = cast["city_officer"].client.get("/telemetry/connectors/").content.decode()
    assert ">QY-H01</td>" in page and ">30</td>" in page
