"""The webhook against a real receiver on loopback; what leads into the house is refused and nothing is posted."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from anlan.apps.messages import kinds
from anlan.apps.messages.kinds import ChannelFailure, Envelope
from anlan.plugins.channels import webhook

KEY = "shared with the receiver"


class Receiver(ThreadingHTTPServer):
    """Answers with the statuses it was told, then 204, and remembers what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses: list[int] = []
        self.came: list[tuple[dict[str, str], bytes]] = []


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ANLAN_WEBHOOK_PRIVATE, settings.ANLAN_WEBHOOK_KEY = True, KEY
    with Receiver() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def to(receiver: Receiver, host: str = "127.0.0.1") -> Envelope:
    return Envelope("anlan-7", f"http://{host}:{receiver.server_port}/in?x=1", "标题", "内容")


def test_it_is_delivered_signed_and_keyed(receiver: Receiver) -> None:
    assert webhook.send(to(receiver, "localhost")) == "delivered"
    headers, body = receiver.came[0]
    assert json.loads(body) == {"key": "anlan-7", "subject": "标题", "body": "内容"}
    assert headers["x-anlan-signature"] == "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert (headers["idempotency-key"], headers["host"]) == ("anlan-7", f"localhost:{receiver.server_port}")


def test_a_silent_test_is_signed_as_messages_are_marked_and_answered_by_the_status(receiver: Receiver) -> None:
    said = webhook.probe(to(receiver))
    headers, body = receiver.came[0]
    assert isinstance(said, kinds.Answer) and said.startswith("HTTP 2")
    assert (
        json.loads(body) == {"key": "anlan-7", "subject": "标题", "body": "内容", "test": True} and headers["x-anlan-test"] == "1"
    )
    assert headers["x-anlan-signature"] == "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    receiver.statuses = [404]
    with pytest.raises(ChannelFailure):
        webhook.probe(to(receiver))


def test_without_a_key_nothing_pretends_to_be_signed(receiver: Receiver, settings: Any) -> None:
    settings.ANLAN_WEBHOOK_KEY = ""
    webhook.send(to(receiver))
    assert "x-anlan-signature" not in receiver.came[0][0]


@pytest.mark.parametrize(
    ("status", "permanent"), [(302, False), (400, True), (404, True), (408, False), (425, False), (429, False), (503, False)]
)
def test_what_may_pass_is_tried_again_under_the_same_key(receiver: Receiver, status: int, permanent: bool) -> None:
    receiver.statuses = [status]
    with pytest.raises(ChannelFailure) as failure:
        webhook.send(to(receiver))
    assert failure.value.permanent is permanent
    assert webhook.send(to(receiver)) == "delivered"
    assert [headers["idempotency-key"] for headers, _body in receiver.came] == ["anlan-7", "anlan-7"]


def test_it_talks_to_the_address_that_was_checked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "rebinding.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert webhook.send(to(receiver, "rebinding.example")) == "delivered"
    assert asked.count("rebinding.example") == 1


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/",
        "nonsense",
        "http://127.0.0.1:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[ff0e::1]/",
    ],
)
def test_it_refuses(address: str, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANLAN_WEBHOOK_PRIVATE = False
    opened: list[object] = []
    monkeypatch.setattr(webhook.httpx, "AsyncClient", lambda *a, **k: opened.append(a))
    with pytest.raises(ChannelFailure) as failure:
        webhook.send(Envelope("k", address, "s", "b"))
    assert failure.value.permanent
    assert opened == []
