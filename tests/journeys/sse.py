"""Open live streams on raw sockets, as many browsers would."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from tests.journeys.stack import Stack, until


@dataclass
class Listener:
    """One open stream and what it has heard so far."""

    line: socket.socket
    heard: str = ""


def signed_in(address: str, username: str) -> str:
    """Sign in as one of the demo cast; returns the cookies as a header."""
    with httpx.Client(base_url=address, timeout=30) as browser:
        # just after a database was started anew, the first answers may still be 503
        until(lambda: browser.get("/sign-in/").status_code == 200, "the sign-in page answers", 60)
        form = {"username": username, "password": "anlan-demo-2022", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post("/sign-in/", data=form, headers={"Referer": f"{address}/sign-in/"})
        assert answer.status_code == 302, answer.text
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@contextmanager
def open_streams(address: str, cookies: str, number: int) -> Iterator[list[Listener]]:
    """Open so many streams and wait until each is welcomed."""
    where = urlsplit(address)
    ask = f"GET /live/ HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookies}\r\nAccept: text/event-stream\r\n\r\n".encode()
    with ExitStack() as closing:
        found = []
        for _each in range(number):
            line = closing.enter_context(socket.create_connection((where.hostname or "", where.port or 80), timeout=30))
            line.sendall(ask)
            found.append(Listener(line))
        assert all(hear(each, "welcome", seconds=30) for each in found)
        yield found


def hear(listener: Listener, word: str, seconds: float = 10) -> bool:
    """Wait until a stream has brought a word; False when it does not come in time or the stream ends."""
    end = time.monotonic() + seconds
    while word not in listener.heard:
        ready, _w, _x = select.select([listener.line], [], [], max(0.0, end - time.monotonic()))
        got = listener.line.recv(65536) if ready else b""
        if not got:
            return False
        listener.heard += got.decode()
    return True


def poke(stack: Stack, area: str, pk: str) -> None:
    """Tell open pages, as a committed action does, that a record of an area has changed."""
    with stack.database() as line:
        line.execute("SELECT pg_notify('anlan_live', %s)", [json.dumps({"record": "alarm", "id": pk, "area": area})])
