"""CAP at a real broker: retained while in force, ended by what replaced it, cleared, said again to a broker that forgot; never from an exercise."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.warning import actions, jobs, publication
from anlan.apps.warning.kinds import BROKERS
from anlan.apps.warning.models import BrokerTopic, Warning
from anlan.apps.warning.tests import factories
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.brokers import OwnBroker, broker
from anlan.lib import cap12, mqtt

MQTT = next(one for one in BROKERS if one.code == "mqtt")


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Iterator[OwnBroker]:
    with broker(tmp_path) as made:
        settings.ANLAN_MQTT = made.url
        yield made


class Listener:
    """Another city's system, with a user of its own."""

    def __init__(self, url: str) -> None:
        to = mqtt.broker(url)
        assert to is not None
        self.heard: list[tuple[str, bytes, bool]] = []
        ready = threading.Event()
        self.client = mqtt.client(to)
        self.client.on_message = lambda _c, _d, m: self.heard.append((m.topic, m.payload, m.retain))
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.on_connect = lambda c, *_: c.subscribe("anlan/cap/#", qos=1)
        mqtt.start(self.client, to)
        assert ready.wait(10)

    def hears(self, count: int) -> list[tuple[str, bytes, bool]]:
        until = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.01)
        found, self.heard = self.heard, []
        self.stop()
        return found

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_a_warning_is_retained_while_it_is_in_force_and_cleared_when_it_is_over(live: Scope, own: OwnBroker) -> None:
    row = factories.published("441802", 1, level=3)
    city = own.device("other-city")
    jobs.publish_cap()
    (found,) = Listener(city).hears(1)
    assert found[0] == f"anlan/cap/{row.identifier}" and found[2], "whoever comes later hears it too"
    assert cap12.check(found[1]) == [] and row.identifier.encode() in found[1]
    assert publication.reconcile(MQTT) == 0, "said once"
    listener = Listener(city)
    with writing():
        Warning.objects.filter(pk=row.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    jobs.publish_cap()
    assert listener.hears(2)[-1][:2] == (found[0], b"")
    assert not BrokerTopic.objects.exists()
    late = Listener(city)
    time.sleep(0.2)
    assert late.heard == []
    late.stop()


def test_what_replaces_a_warning_is_heard_on_its_topic_before_it_is_cleared(live: Scope, own: OwnBroker) -> None:
    row = factories.published("441802", 1, level=3)
    jobs.publish_cap()
    cancellation = factories.published("441802", 2, level=3)
    with writing():
        Warning.objects.filter(pk=cancellation.pk).update(replaces=row, message_type="Cancel")
        Warning.objects.filter(pk=row.pk).update(state="cancelled")
    listener = Listener(own.device("other-city"))
    jobs.publish_cap()
    heard = [(topic, content) for topic, content, _kept in listener.hears(3) if topic.endswith(row.identifier)]
    assert cancellation.identifier.encode() in heard[1][1] and heard[2][1] == b""


def test_a_broker_that_is_away_is_told_later_and_one_that_forgot_is_told_again(
    live: Scope, own: OwnBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "PATIENCE", 0.5)
    own.kill()
    factories.published("441802", 1, level=3)
    assert publication.reconcile(MQTT) == 0 and not BrokerTopic.objects.exists()
    own.start()
    assert publication.reconcile(MQTT) == 0, "left alone for a while"
    monkeypatch.setattr(publication, "REST", timedelta())
    monkeypatch.setattr(publication, "PATIENCE", 5.0)
    assert publication.reconcile(MQTT) == 1
    BrokerTopic.objects.update(told_at=clock.real_now() - timedelta(hours=1))
    assert publication.reconcile(MQTT) == 1


def test_an_exercise_publishes_nothing(live: Scope, own: OwnBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(mqtt, "tell", lambda *args: told.append(args))
    with entered(Scope.everything("system:test", "exercise")):
        draft = factories.warning("441802", 1, "rainstorm", 3)
        with entered(Scope.everything("system:signer", "exercise")):
            actions.sign(warning=draft.pk)
        assert actions.publish(warning=draft.pk).state == "published"
        jobs.publish_cap()
    assert told == []
