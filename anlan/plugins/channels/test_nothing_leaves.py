"""No message of an exercise leaves by any channel: over all plug-ins, whatever is sent to whom, at the level of the socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import smpp34
from django.core import mail
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from anlan.apps.messages import actions, carrying, jobs, parcels
from anlan.apps.messages.kinds import CHANNELS
from anlan.apps.messages.models import Message, Receipt, Subscriber
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.lib import mqtt
from anlan.lib.calls.exchange import Exchange
from anlan.lib.calls.told import End, Told
from anlan.plugins.channels import loudspeaker

CODES = st.sampled_from(sorted(channel.code for channel in CHANNELS))
ADDRESSES = {
    "email": "a@example.org",
    "webhook": "http://127.0.0.1:9/",
    "sms": "+8613800000000",
    "sandbox": "sandbox:x",
    "loudspeaker": "speaker-1",
    "phone": "+8613800000001",
    "web_push": "http://127.0.0.1:9/push BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.fixture
def doors(live: Scope, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Set every channel up to be able to leave, and note whoever tries to."""
    tries: list[Any] = []
    settings.ANLAN_SMPP = "smpp://anlan:secret@127.0.0.1:9?source=1"
    settings.ANLAN_WEBHOOK_PRIVATE, settings.ANLAN_VAPID_KEY = True, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    settings.ANLAN_MQTT = "mqtt://127.0.0.1:9"
    settings.ANLAN_SIP = "sip:anlan@127.0.0.1:9"
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX:
            tries.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(mqtt, "start", lambda *args, **more: tries.append(args))
    monkeypatch.setattr(loudspeaker, "ANSWER", 0.1)
    monkeypatch.setattr(smpp34, "Client", lambda *args, **more: tries.append(args))
    monkeypatch.setattr(Exchange, "call", lambda self, dialled: tries.append(dialled) or Told(End.BUSY))
    yield tries


def test_the_watch_sees_what_leaves_in_the_live_world(doors: list[Any]) -> None:
    """Else it would prove nothing."""
    message = actions.send(kind="x", subject="预警", body="b", to=["qy-water"], area="4418")
    for code in ("webhook", "sms", "loudspeaker", "web_push", "phone"):
        jobs.attempt(Receipt(pk=1, message=message, channel=code, address=ADDRESSES[code]))
    assert len(doors) >= 5


@tried(max_examples=25)
@given(
    channels=st.lists(CODES, min_size=1, max_size=5),
    urgent=st.booleans(),
    single=st.lists(CODES, max_size=3),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80),
)
def test_nothing_leaves_an_exercise(doors: list[Any], channels: list[str], urgent: bool, single: list[str], text: str) -> None:
    with entered(Scope.everything("system:test", "exercise")):
        now = clock.now()
        with writing():
            for n, channel in enumerate(channels):
                Subscriber(
                    area="441802107001",
                    channel=channel,
                    address=f"{n}-{ADDRESSES.get(channel, 'x')}",
                    state="active",
                    asked_at=now,
                ).save()
        row = actions.broadcast(
            kind="warning",
            subject=text,
            texts={"*": {"zh": text}},
            areas=["441802"],
            area="441802",
            urgent=urgent,
            expires_at=now + timedelta(hours=1),
        )
        message = actions.send(kind="warning", subject=text, body=text, to=["qy-water"], area="441802", urgent=urgent)
        for channel in single:  # forged past the door that chooses the sandbox
            created(
                Receipt,
                area="441802",
                message=message,
                recipient="x",
                recipient_code="x",
                channel=channel,
                address=ADDRESSES.get(channel, "x"),
                next_at=now,
            )
        jobs.deliver()
        jobs.carry()
        states = {state for counts in parcels.tally(row.pk).values() for state, n in counts.items() if n}
        assert states == {"rendered"}
        assert not Receipt.objects.filter(message=message).exclude(state="delivered").exists()
        assert all(carrying.open_line(channel.code, "exercise") is None for channel in CHANNELS)
        with writing():
            Subscriber.objects.all().delete()
            Receipt.objects.all().delete()
            Message.objects.all().delete()
    assert (doors, mail.outbox, carrying.CARRIERS) == ([], [], {})
