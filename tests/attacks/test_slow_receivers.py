"""Receivers that drip, hang or pour hold up nobody but themselves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from anlan.apps.messages import actions, jobs, lanes
from anlan.apps.messages.models import Circuit, Message, Receipt
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.plugins.channels import webhook


class Receivers:
    """Listens on ports of its own: some answer at once, the others send a byte now and then, or a header without end."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []
        self.stop = threading.Event()

    def listen(self, kind: str) -> int:
        """Open a receiver of a kind (good, drip, pour); returns its port."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.sockets.append(listening)
        threading.Thread(target=self._serve, args=(listening, kind), daemon=True).start()
        return int(listening.getsockname()[1])

    def _serve(self, listening: socket.socket, kind: str) -> None:
        while not self.stop.is_set():
            try:
                line, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line, kind), daemon=True).start()

    def _answer(self, line: socket.socket, kind: str) -> None:
        try:
            line.recv(65536)
            if kind == "good":
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            while kind == "drip" and not self.stop.wait(0.2):
                line.sendall(b"H")
            if kind == "pour":
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
                while not self.stop.is_set():
                    line.sendall(b"x" * 65536)
        except OSError:
            pass
        finally:
            line.close()

    def end(self) -> None:
        """Close every receiver."""
        self.stop.set()
        for each in self.sockets:
            each.close()


@pytest.fixture
def receivers(live: Scope, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receivers]:
    settings.ANLAN_WEBHOOK_PRIVATE = True
    monkeypatch.setattr(webhook, "DEADLINE", 2.0)
    monkeypatch.setattr(lanes, "LANES", {})
    found = Receivers()
    yield found
    found.end()


def address(body: str, port: int) -> None:
    organisation = Organisation.objects.get(code=body)
    with writing():
        ContactPoint.objects.filter(organisation=organisation).delete()
        url = f"http://127.0.0.1:{port}/"
        ContactPoint(organisation=organisation, area=organisation.area, kind="webhook", address=url).save()


def test_slow_receivers_hold_up_nobody_and_urgent_goes_first(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = list(Organisation.objects.order_by("code").values_list("code", flat=True)[:13])
    *slow, good = bodies
    for body in slow:
        address(body, receivers.listen("drip"))
    address(good, receivers.listen("good"))
    answered: dict[int, float] = {}
    real = actions.record

    def noting(*, outcome: actions.Outcome) -> Receipt:
        answered[outcome.receipt] = time.monotonic()
        return real(outcome=outcome)

    monkeypatch.setattr(actions, "record", noting)
    for _each in range(3):
        actions.send(kind="x", subject="ordinary", body="b", to=slow, area="4418")
    actions.send(kind="x", subject="urgent", body="b", to=[good], area="4418", urgent=True)
    begun = time.monotonic()
    jobs.deliver()
    urgent = Receipt.objects.get(message__subject="urgent")
    assert urgent.state == "delivered"
    assert min(answered, key=lambda pk: answered[pk]) == urgent.pk, "it overtook what was queued before it"
    assert answered[urgent.pk] - begun < 5
    waiting = Receipt.objects.filter(message__subject="ordinary")
    assert set(waiting.values_list("state", flat=True)) == {"queued"}
    assert waiting.filter(attempts=1)[0].error.startswith("#no_answer ")


def test_an_answer_without_end_is_not_read(receivers: Receivers) -> None:
    address("qy-water", receivers.listen("pour"))
    actions.send(kind="x", subject="s", body="b", to=["qy-water"], area="4418")
    begun = time.monotonic()
    jobs.deliver()
    assert Receipt.objects.get().state == "delivered"
    assert time.monotonic() - begun < 10


def test_a_receiver_that_fails_in_a_row_is_left_alone_and_shown(
    receivers: Receivers, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = receivers.listen("drip")
    monkeypatch.setattr(webhook, "DEADLINE", 0.3)
    address("qy-water", port)
    for _each in range(lanes.FAILURES + 2):
        actions.send(kind="x", subject="s", body="b", to=["qy-water"], area="4418")
    jobs.deliver()
    circuit = Circuit.objects.get()
    assert (circuit.host, circuit.failures) == (f"127.0.0.1:{port}", lanes.FAILURES)
    assert Receipt.objects.filter(attempts=0).count() == 2, "the rest is not even tried"
    page = cast["city_officer"].client.get("/messages/delivery/", headers={"Accept-Language": "en"}).content.decode()
    assert f"127.0.0.1:{port}" in page
    assert "Receivers that fail just now" in page
    told = cast["city_officer"].client.get("/api/v1/messages/circuits/").json()
    assert [(c["host"], c["failures"]) for c in told] == [(circuit.host, circuit.failures)]
    assert told[0]["open_until"]
    assert cast["integrator"].client.get("/api/v1/messages/circuits/").status_code == 403
    address_now = receivers.listen("good")
    monkeypatch.setattr(webhook, "resolved", lambda parts: "127.0.0.1")
    with writing():
        Receipt.objects.filter(attempts=0).update(address=f"http://127.0.0.1:{address_now}/")
        Circuit.objects.update(host=f"127.0.0.1:{address_now}")
    with clock.frozen(clock.real_now() + timedelta(seconds=40)):
        jobs.deliver()
    assert not Circuit.objects.filter(host=f"127.0.0.1:{address_now}").exists(), "one good try closes the circuit"
    assert Receipt.objects.filter(state="delivered").count() == 2
    assert Message.objects.count() == lanes.FAILURES + 2
