"""CAP at a real nats-server: the last word of a subject while it is in force, what ended it stays a day, said again to one that forgot."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js.api import DeliverPolicy

from anlan.apps.warning import actions, jobs, publication
from anlan.apps.warning.models import BrokerHealth, BrokerTopic, Warning
from anlan.apps.warning.tests import factories
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.lib import cap12, jetstream
from anlan.plugins.brokers import nats as plugin

PROGRAM = Path(sys.executable).parent / "nats-server"
RIGHTS = """
listen: 127.0.0.1:{port}
jetstream {{ store_dir: "{folder}" }}
authorization {{
  users = [
    {{ user: anlan, password: secret, permissions: {{ publish: ["anlan.cap.>", "$JS.API.>"], subscribe: "_INBOX.>" }} }}
    {{ user: city, password: other, permissions: {{ publish: ["$JS.API.CONSUMER.>", "$JS.API.STREAM.NAMES", "$JS.ACK.>"], subscribe: ["anlan.cap.>", "_INBOX.>"] }} }}
  ]
}}
"""


class Server:
    """A server of one test's own, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.process = folder, None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "conf").write_text(RIGHTS.format(port=self.port, folder=folder / "held"))
        self.url = f"nats://anlan:secret@127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen([PROGRAM, "-c", self.folder / "conf"], stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise RuntimeError("the server does not listen")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    settings.ANLAN_NATS = made.url
    yield made
    made.kill()


def heard(server: Server) -> dict[str, bytes]:
    """Be another city's system with rights to read: what it hears that comes now, by subject."""

    async def listen() -> dict[str, bytes]:
        line = await nats.connect(server.url)
        wanted = (await line.jetstream().stream_info(plugin.STREAM)).state.messages
        await line.close()
        line = await nats.connect(f"nats://city:other@127.0.0.1:{server.port}")
        try:
            asked = await line.jetstream().subscribe(
                "anlan.cap.>", stream=plugin.STREAM, ordered_consumer=True, deliver_policy=DeliverPolicy.LAST_PER_SUBJECT
            )
            found = [await asked.next_msg(5) for _ in range(wanted)]
            return {one.subject: one.data for one in found}
        finally:
            await line.close()

    return asyncio.run(listen())


def test_whoever_comes_later_hears_what_is_in_force_and_what_ran_out_is_gone(live: Scope, server: Server) -> None:
    row = factories.published("441802", 1, level=3)
    jobs.publish_cap()
    [(subject, document)] = heard(server).items()
    assert subject == f"anlan.cap.{row.identifier}"
    assert cap12.check(document) == [] and row.identifier.encode() in document
    [mqtt_is_not_set] = publication.standings()
    assert (mqtt_is_not_set.peer, mqtt_is_not_set.told, mqtt_is_not_set.fault) == (f"127.0.0.1:{server.port}", 1, "")
    with writing():
        Warning.objects.filter(pk=row.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    jobs.publish_cap()
    assert heard(server) == {} and not BrokerTopic.objects.exists()


def test_what_ended_a_warning_is_the_last_word_of_its_subject(live: Scope, server: Server) -> None:
    row = factories.published("441802", 1, level=3)
    jobs.publish_cap()
    cancellation = factories.published("441802", 2, level=3)
    with writing():
        Warning.objects.filter(pk=cancellation.pk).update(replaces=row, message_type="Cancel")
        Warning.objects.filter(pk=row.pk).update(state="cancelled")
    jobs.publish_cap()
    assert cancellation.identifier.encode() in heard(server)[f"anlan.cap.{row.identifier}"]


def test_a_server_that_is_away_is_told_later_and_one_that_forgot_is_told_again(
    live: Scope, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kill()
    row = factories.published("441802", 1, level=3)
    broker = next(one for one in publication.BROKERS if one.code == "nats")
    assert publication.reconcile(broker) == 0 and not BrokerTopic.objects.exists()
    [told] = publication.standings()
    assert (told.told, told.wanted) == (0, 1) and told.fault
    server.start()
    assert publication.reconcile(broker) == 0, "left alone for a while"
    monkeypatch.setattr(publication, "REST", timedelta())
    assert publication.reconcile(broker) == 1
    jetstream.keep(server.url, plugin.STREAM, "anlan.cap.>", [(f"anlan.cap.{row.identifier}", b"")], plugin.STAYS, 3)
    assert heard(server) == {} and publication.reconcile(broker) == 0
    BrokerTopic.objects.update(told_at=clock.real_now() - timedelta(hours=1))
    assert publication.reconcile(broker) == 1 and len(heard(server)) == 1


def test_what_stands_is_not_said_again(live: Scope, server: Server) -> None:
    word = [("anlan.cap.x", b"<alert/>")]

    async def last() -> int:
        line = await nats.connect(server.url)
        try:
            return (await line.jetstream().stream_info(plugin.STREAM)).state.last_seq
        finally:
            await line.close()

    for age, seq in ((plugin.STAYS, 1), (plugin.STAYS, 1), (timedelta(), 2)):
        jetstream.keep(server.url, plugin.STREAM, "anlan.cap.>", word, age, 3)
        assert asyncio.run(last()) == seq


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("nats://anlan:wrong@127.0.0.1:{port}", "Authorization|password"),
        ("nats://city:other@127.0.0.1:{port}", "within 1 s|ermissions"),
    ],
)
def test_a_server_that_refuses_us_is_told_as_such(server: Server, url: str, fault: str) -> None:
    with pytest.raises(jetstream.JetStreamError, match=fault):
        jetstream.keep(url.format(port=server.port), "X", "x.>", [("x.y", b"z")], plugin.STAYS, 1)


def test_an_exercise_publishes_nothing(live: Scope, server: Server) -> None:
    with entered(Scope.everything("system:test", "exercise")):
        draft = factories.warning("441802", 1, "rainstorm", 3)
        with entered(Scope.everything("system:signer", "exercise")):
            actions.sign(warning=draft.pk)
        actions.publish(warning=draft.pk)
        jobs.publish_cap()
    assert not BrokerHealth.objects.exists()


def test_the_page_tells_how_the_brokers_stand(live: Scope, server: Server, cast: dict[str, Any]) -> None:
    factories.published("441802", 1, level=3)
    jobs.publish_cap()
    page = cast["city_officer"].client.get("/warning/feed-readers/").content.decode()
    assert f"127.0.0.1:{server.port}" in page and "secret" not in page


@pytest.mark.parametrize("wrong", ["http://x", "nats://", "localhost:4222", "nats://a:b"])
def test_an_address_that_is_none_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"nats://|[Pp]ort"):
        jetstream.servers(wrong)
