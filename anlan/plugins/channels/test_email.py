"""E-mail against a real mail server on loopback: handed over once with its key; what the server says decides whether to try again."""

from __future__ import annotations

import email
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from anlan.apps.messages.kinds import ChannelFailure, Envelope
from anlan.lib.lines import decoded
from anlan.plugins.channels import email as channel
from anlan.plugins.channels.email import send

LETTER = Envelope("anlan-7", "desk@example.org", "英德市洪水橙色预警", "请立即转移。")


class Office:
    """A mail server that says what it was told to, and keeps what it took."""

    def __init__(self) -> None:
        self.at_recipient = "250 OK"
        self.at_end = "250 OK"
        self.taken: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.at_end.startswith("250"):
            self.taken.append(envelope.content)
        return self.at_end


@pytest.fixture
def office(settings: Any) -> Iterator[Office]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Office()
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield found
    controller.stop()


def test_it_hands_one_mail_over_with_its_key(office: Office) -> None:
    assert send(LETTER) == "sent"
    (taken,) = office.taken
    mail: Any = email.message_from_bytes(taken, policy=default)
    assert (mail["Subject"], mail["To"], mail["Message-ID"]) == (LETTER.subject, LETTER.address, "<anlan-7@anlan>")
    assert mail.get_content().strip() == LETTER.body


@pytest.mark.parametrize(
    ("at_recipient", "at_end", "permanent"),
    [
        ("451 greylisted, come again", "250 OK", False),
        ("550 no such mailbox", "250 OK", True),
        ("250 OK", "452 out of room", False),
        ("250 OK", "554 refused", True),
    ],
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    office: Office, at_recipient: str, at_end: str, permanent: bool
) -> None:
    office.at_recipient, office.at_end = at_recipient, at_end
    with pytest.raises(ChannelFailure) as failure:
        send(LETTER)
    assert failure.value.permanent is permanent
    code, told = decoded(str(failure.value))
    assert code == ("email.refused" if permanent else "email.later")
    assert f"{told['code']} {told['said']}" in (at_recipient, at_end), "in the server's own words"
    office.at_recipient = office.at_end = "250 OK"
    assert send(LETTER) == "sent"
    assert len(office.taken) == 1


def test_no_server_at_all_is_for_now(office: Office, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(ChannelFailure) as failure:
        send(LETTER)
    assert not failure.value.permanent


@pytest.mark.parametrize("greets", [False, True], ids=["at the door", "after HELO"])
def test_a_server_that_drips_is_hung_up_on(office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch, greets: bool) -> None:
    """Each byte comes well within the line's time-out: only a deadline for the whole ends it."""
    monkeypatch.setattr(channel, "DEADLINE", 1.0)
    listening, stop = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip() -> None:
        line, _address = listening.accept()
        with suppress(OSError):
            if greets:
                line.sendall(b"220 here\r\n")
            while not stop.wait(0.1):
                line.sendall(b"2")
        line.close()

    threading.Thread(target=drip, daemon=True).start()
    settings.EMAIL_PORT = listening.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(ChannelFailure, match='#no_answer {"seconds": 1}') as failure:
        send(LETTER)
    stop.set()
    listening.close()
    assert not failure.value.permanent
    assert time.monotonic() - begun < 5
