"""The feed's hub (WebSub) against a reader that is a process of its own: asked back, told and signed, left alone longer, let go."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.warning import atom, hub
from anlan.apps.warning.jobs import tell_readers
from anlan.apps.warning.models import HubSubscription
from anlan.apps.warning.tests import factories
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered

SECRET = "shared with the reader"


class Peer:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.port, self.lines = int(process.stdout.readline()), queue.SimpleQueue[str]()
        threading.Thread(target=lambda lines: [self.lines.put(line) for line in lines], args=[process.stdout]).start()

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.lines.get(timeout=10)))


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    script = Path(__file__).with_name("feed_reader.py")
    with subprocess.Popen([sys.executable, "-S", str(script)], stdout=subprocess.PIPE, text=True) as process:
        yield Peer(process)
        process.terminate()


@pytest.fixture
def inside(settings: Any) -> None:
    settings.ANLAN_WEBHOOK_PRIVATE = True


def wish(client: Any, callback: str, mode: str = "subscribe", **more: str) -> Any:
    given = {"hub.mode": mode, "hub.topic": atom.links()["self"], "hub.callback": callback, "hub.secret": SECRET}
    return client.post("/warnings/hub/", given | more)


def held() -> dict[str, HubSubscription]:
    return {row.callback.rpartition("/")[2]: row for row in hub.subscriptions()}


def test_a_reader_is_asked_back_told_and_let_go(live: Scope, cast: dict[str, Any], peer: Peer, inside: None) -> None:
    client = cast["anonymous"].client
    assert f'<{atom.links()["hub"]}>; rel="hub"' in client.get("/warnings/feed.atom")["Link"]
    assert wish(client, peer.at("/ok"), **{"hub.lease_seconds": "86400"}).status_code == 202
    tell_readers()
    asked = peer.said()
    assert (asked["what"], asked["hub.mode"], asked["hub.topic"]) == ("asked", "subscribe", atom.links()["self"])
    row = held()["ok"]
    assert row.until and timedelta(hours=23) < row.until - clock.now() <= timedelta(days=1)
    tell_readers()  # nothing is new: nothing is told
    factories.published("441802", 1)
    tell_readers()
    told = peer.said()
    assert told == {
        "what": "told",
        "path": "/ok",
        "signed": True,
        "link": f'<{atom.links()["self"]}>; rel="self", <{atom.links()["hub"]}>; rel="hub"',
        "type": "application/atom+xml; charset=utf-8",
        "entries": 1,
    }
    page = cast["signer"].client.get("/warning/feed-readers/").content.decode()
    assert "127.0.0.1" in page and "/ok" not in page and SECRET not in page
    assert wish(client, peer.at("/ok"), "unsubscribe").status_code == 202
    tell_readers()
    assert peer.said()["hub.mode"] == "unsubscribe" and not held()


def test_who_did_not_ask_is_told_nothing(live: Scope, cast: dict[str, Any], peer: Peer, inside: None) -> None:
    for path in ("/stranger", "/wrong", "/elsewhere"):
        assert wish(cast["anonymous"].client, peer.at(path)).status_code == 202
    factories.published("441802", 1)
    tell_readers()
    assert [peer.said()["what"] for _path in range(3)] == ["asked"] * 3
    assert held() == {}


def test_who_fails_is_left_alone_longer_and_gets_the_newest_state(
    live: Scope, cast: dict[str, Any], peer: Peer, inside: None
) -> None:
    client = cast["anonymous"].client
    for path in ("/down", "/gone"):
        wish(client, peer.at(path))
    t0 = clock.now()
    with clock.frozen(t0):
        tell_readers()
        assert {peer.said()["path"], peer.said()["path"]} == {"/down", "/gone"}
        factories.published("441802", 1)
        tell_readers()
        assert {peer.said()["path"], peer.said()["path"]} == {"/down", "/gone"}
        tell_readers()  # it rests
    assert set(held()) == {"down"}  # 410: it wants no more
    waits = []
    for _attempt in range(8):
        row = held()["down"]
        waits.append((row.failures, row.next_at - t0, row.fault))
        t0 = row.next_at
        with clock.frozen(t0):
            tell_readers()
        assert peer.said()["path"] == "/down"
    assert [wait for _n, wait, _f in waits] == [min(timedelta(seconds=30 * 2**n), timedelta(hours=1)) for n in range(8)]
    assert waits[0][2] == "HTTP 503"
    with clock.frozen(t0 + timedelta(days=11)):
        tell_readers()
    assert held() == {}  # its lease is over


@pytest.mark.parametrize(
    "more",
    [
        {"hub.mode": "publish"},
        {"hub.topic": "http://example.org/feed"},
        {"hub.callback": "ftp://example.org/x"},
        {"hub.callback": "http://user:secret@example.org/"},
        {"hub.callback": "http://[::1"},
        {"hub.callback": "http://example.org/" + "x" * 500},
        {"hub.secret": "x" * 200},
    ],
)
def test_a_faulty_wish_is_refused_in_words(live: Scope, cast: dict[str, Any], more: dict[str, str]) -> None:
    answer = wish(cast["anonymous"].client, "http://example.org/x", **more)
    assert answer.status_code == 400 and answer.content.decode().strip()
    assert held() == {}


def test_the_house_is_not_asked_and_an_exercise_has_no_hub(live: Scope, cast: dict[str, Any]) -> None:
    client = cast["anonymous"].client
    for callback in ("http://127.0.0.1:1/x", "http://169.254.169.254/latest/", "http://[64:ff9b::7f00:1]/"):
        assert wish(client, callback).status_code == 202
    tell_readers()
    assert held() == {}
    assert client.post("/exercise/warnings/hub/", {"hub.mode": "subscribe"}).status_code == 404
    with entered(Scope.everything("system:test", "exercise")):
        assert "hub" not in atom.links()


def test_one_host_cannot_fill_the_hub(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MOST_PER_HOST", 2)
    topic = atom.links()["self"]
    for number in (1, 2, 2):
        hub.ask("subscribe", topic, f"http://example.org/{number}")
    with pytest.raises(Refusal):
        hub.ask("subscribe", topic, "http://example.org/3")
    assert len(held()) == 2
