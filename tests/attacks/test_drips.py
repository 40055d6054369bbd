"""Bodies that are too large or never end, on real sockets: refused by the program itself, while others are served."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.test import RequestFactory

from anlan.site import bodies
from anlan.site.bodies import FILES, STRANGERS, TEXTS, Bodies
from tests.journeys.stack import free_port, until

SIGNED_IN = {"Cookie": "sessionid=anything", "Accept-Language": "en"}


@pytest.fixture
def port(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve the site behind `Bodies`, with short waits."""
    monkeypatch.setattr(bodies, "SILENCE", 0.5)
    monkeypatch.setattr(bodies, "GRACE", 0.5)
    found = free_port()
    settings = uvicorn.Config(Bodies(get_asgi_application()), port=found, lifespan="off", log_level="warning")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, "it serves", 20)
    yield found
    server.should_exit = True
    thread.join(10)


def head(path: str, length: str, **headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", length, "Content-Type: application/json"]
    return "\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode()


def answer_to(port: int, start: bytes, drip: bytes = b"", every: float = 0.1, seconds: float = 8) -> tuple[str, float]:
    """Send the start of a request, then a drip over and over; gives the answer and how long it took."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=every) as line:
        line.sendall(start)
        while time.monotonic() - begun < seconds:
            try:
                got = line.recv(65536)
                took = time.monotonic() - begun
                line.settimeout(2)
                with suppress(TimeoutError, ConnectionError):
                    while more := line.recv(65536):  # head and body may come one after the other
                        got += more
                return got.decode(errors="replace"), took
            except TimeoutError:
                with suppress(ConnectionError):
                    line.sendall(drip)
            except ConnectionError:
                break
    return "", time.monotonic() - begun


def test_a_body_too_large_is_refused_by_its_announced_length(port: int) -> None:
    answer, seconds = answer_to(port, head("/api/v1/people/contacts/", "Content-Length: 300000000"))
    assert answer.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer
    assert seconds < 2


def test_a_body_without_length_is_counted(port: int) -> None:
    chunk = f"{8192:x}\r\n".encode() + b"x" * 8192 + b"\r\n"
    answer, _seconds = answer_to(port, head("/sign-in/", "Transfer-Encoding: chunked") + chunk * (STRANGERS // 8192 + 2))
    assert answer.startswith("HTTP/1.1 413")
    assert "text/html" in answer


@pytest.mark.parametrize("drip", [b"", b"x"], ids=["silent", "a byte at a time"])
def test_a_dripping_client_is_refused_and_keeps_nobody_waiting(port: int, drip: bytes) -> None:
    start = head("/sign-in/", "Content-Length: 60000", **{"Accept-Language": "en"})
    dripping = [threading.Thread(target=answer_to, args=(port, start, drip)) for _each in range(30)]
    for each in dripping:
        each.start()
    begun = time.monotonic()
    assert httpx.get(f"http://127.0.0.1:{port}/static/warning/public.css", timeout=10).status_code == 200
    assert time.monotonic() - begun < 3
    answer, seconds = answer_to(port, start, drip)
    assert answer.startswith("HTTP/1.1 408")
    assert "Nothing was saved" in answer
    assert seconds < 6
    for each in dripping:
        each.join(10)


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [
        ("/sign-in/", {}, STRANGERS),
        ("/people/contacts/new/", SIGNED_IN, TEXTS),
        ("/people/contacts/import/", {**SIGNED_IN, "Content-Type": "multipart/form-data; boundary=x"}, FILES),
        ("/api/v1/people/contacts/", {"Authorization": "Token x", "Content-Type": "application/json"}, TEXTS),
        ("/api/v1/telemetry/readings/", {"Authorization": "Token x", "Content-Type": "text/csv"}, 20 * 1024 * 1024),
        ("/nowhere/at/all/", {**SIGNED_IN, "Content-Type": "multipart/form-data; boundary=x"}, STRANGERS),
    ],
)
def test_the_limit_depends_on_who_asks_and_for_what(path: str, headers: dict[str, str], most: int) -> None:
    request = RequestFactory().generic(
        "POST", path, b"x", content_type=headers.get("Content-Type", "text/plain"), headers=headers
    )
    assert bodies.limit_of(request) == most
