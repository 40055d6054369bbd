"""The webhook against a real receiver on loopback; what leads into the house is refused and nothing is posted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from anlan.apps.messages import kinds
from anlan.apps.messages.kinds import ChannelFailure, Envelope
from anlan.kit import clock
from anlan.plugins.channels import webhook

KEY = "shared with the receiver"


class Receiver(ThreadingHTTPServer):
    """Answers with the statuses it was told, then 204, and remembers what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses: list[int] = []
        self.says = b""
        self.came: list[tuple[dict[str, str], bytes]] = []


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(({key.lower(): value for key, value in self.headers.items()} | {"path": self.path}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(self.server.says)

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


WECOM, DINGTALK, FEISHU = "/cgi-bin/webhook/send?key=7a", "/robot/send?access_token=7a", "/open-apis/bot/v2/hook/7a"


def to_robot(receiver: Receiver, path: str, body: str = "内容") -> Envelope:
    receiver.statuses = [200] * 4
    return Envelope("anlan-7", f"http://127.0.0.1:{receiver.server_port}{path}", "标题", body)


@pytest.mark.parametrize(
    ("path", "said", "taken"),
    [
        (WECOM, {"msgtype": "text", "text": {"content": "标题\n内容"}}, b'{"errcode":0,"errmsg":"ok"}'),
        (DINGTALK, {"msgtype": "text", "text": {"content": "标题\n内容"}}, b'{"errcode":0,"errmsg":"ok"}'),
        (FEISHU, {"msg_type": "text", "content": {"text": "标题\n内容"}}, b'{"code":0,"msg":"success","data":{}}'),
    ],
)
def test_a_group_robot_is_spoken_to_in_its_own_form(receiver: Receiver, path: str, said: dict[str, Any], taken: bytes) -> None:
    receiver.says = taken
    assert webhook.send(to_robot(receiver, path)) == "delivered"
    [(headers, body)] = receiver.came
    assert json.loads(body) == said and headers["path"] == path and "x-anlan-signature" not in headers


def test_a_robot_s_secret_signs_and_is_not_sent(receiver: Receiver) -> None:
    now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    with clock.frozen(now):
        receiver.says = b'{"errcode":0}'
        webhook.send(to_robot(receiver, DINGTALK + "#SEC1"))
        receiver.says = b'{"code":0}'
        webhook.send(to_robot(receiver, FEISHU + "#SEC1"))
    (dingtalk, _body), (feishu, body) = receiver.came
    stamp = str(int(now.timestamp() * 1000))
    given = dict(parse_qsl(urlsplit(dingtalk["path"]).query))
    digest = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert given == {"access_token": "7a", "timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    seconds = str(int(now.timestamp()))
    digest = hmac.new(f"{seconds}\nSEC1".encode(), b"", hashlib.sha256).digest()
    told = json.loads(body)
    assert (told["timestamp"], told["sign"]) == (seconds, base64.b64encode(digest).decode())
    assert "SEC1" not in str(receiver.came) and feishu["path"] == FEISHU


@pytest.mark.parametrize(
    ("path", "answer", "permanent"),
    [
        (WECOM, b'{"errcode":93000,"errmsg":"invalid webhook url"}', True),
        (WECOM, b'{"errcode":45009,"errmsg":"api freq out of limit"}', False),
        (DINGTALK, b'{"errcode":310000,"errmsg":"sign not match"}', True),
        (FEISHU, b'{"code":11232,"msg":"frequency limited"}', False),
        (FEISHU, b"<html>", False),
        (FEISHU, b"", False),
    ],
)
def test_a_robot_that_says_no_with_200_has_not_taken_it(receiver: Receiver, path: str, answer: bytes, permanent: bool) -> None:
    receiver.says = answer
    with pytest.raises(ChannelFailure) as failure:
        webhook.send(to_robot(receiver, path))
    assert failure.value.permanent is permanent and len(receiver.came) == 1


def test_a_robot_is_sent_nothing_too_long_and_no_test_that_a_group_would_see(receiver: Receiver) -> None:
    for ask, body in ((webhook.send, "长" * 700), (webhook.probe, "内容")):
        with pytest.raises(ChannelFailure) as failure:
            ask(to_robot(receiver, WECOM, body))
        assert failure.value.permanent and receiver.came == []
