"""Voice calls through SIPp: a key answers the village's call, whatever else picks up does not, and one busy number stops no other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anlan.apps.messages import actions, jobs
from anlan.apps.messages.actions import Outcome
from anlan.apps.messages.kinds import Answer, ChannelFailure, Envelope
from anlan.apps.messages.lanes import LANES
from anlan.apps.messages.models import Circuit, Message, Receipt
from anlan.apps.messages.queries import spoken_of
from anlan.apps.people.models import ContactPoint
from anlan.apps.warning.models import Call, CalledVillage
from anlan.apps.warning.tests.test_calls import publish, village
from anlan.kit import outbox
from anlan.kit.models import OutboxEvent
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.lib.calls.phones import Phones
from anlan.lib.tests.test_calls import sound
from anlan.plugins.channels import phone

__all__ = ["village"]

SAID = "英德市发布。大站镇洪水红色预警。请立即转移。"


def envelope(number: str, *shelters: str, spoken: str = SAID) -> Envelope:
    return Envelope("k", number, "s", "b", spoken, tuple((str(n), name) for n, name in enumerate(shelters, 1)))


def test_what_is_said_ends_with_what_may_be_pressed() -> None:
    assert phone.script(envelope("1")) == "英德市发布。大站镇洪水红色预警。请立即转移。听清后请按一。"
    assert phone.script(envelope("1", "大站中学", "镇文化站")).endswith("去大站中学的，请按一；去镇文化站的，请按二。")


def test_what_can_be_said_of_a_text() -> None:
    row = Message(
        kind="task",
        subject="新任务：巡堤 / New task: patrol",
        body="到飞来峡巡堤。\nhttps://a.example/x/\n请点开 https://a.example/y/ 回复\nPatrol the dyke.",
    )
    assert spoken_of(row) == "新任务：巡堤。到飞来峡巡堤。请点开  回复"
    assert spoken_of(Message(kind="invitation", subject="登录", body="请设密码")) == "", "a secret is not read aloud"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (envelope("12a"), "#phone.no_number"),
        (envelope("13800000001", spoken=""), "#phone.unspeakable"),
        (envelope("13800000404"), "#phone.no_number"),
    ],
)
def test_what_cannot_be_called_is_not_tried_again(one: Envelope, words: str, trunk: Phones) -> None:
    with pytest.raises(ChannelFailure, match=words) as failure:
        phone.send(one)
    assert failure.value.permanent and failure.value.alone


def test_without_a_trunk_nobody_is_called(settings: Any) -> None:
    settings.ANLAN_SIP = ""
    with pytest.raises(ChannelFailure, match="#phone.unset") as failure:
        phone.send(envelope("13800000001"))
    assert failure.value.permanent and phone.lines() == 1


@pytest.fixture
def trunk(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    own = Phones(tmp_path)
    own.start()
    settings.ANLAN_SIP = own.url + "?ring=1.5&wait=0.6&times=1&lines=12"
    monkeypatch.setattr(phone, "sound_of", lambda text: sound(0.2))
    yield own
    for exchange in phone._EXCHANGES.values():
        exchange.close()
    phone._EXCHANGES.clear()
    own.kill()


def test_the_shelter_whose_number_was_pressed_is_the_answer(trunk: Phones) -> None:
    told = phone.send(envelope("138 0000-0002", "大站中学", "镇文化站"))
    assert isinstance(told, Answer) and told == "2 镇文化站"
    with pytest.raises(ChannelFailure, match="#phone.busy") as failure:
        phone.send(envelope("13800000486"))
    assert failure.value.alone and not failure.value.permanent
    with pytest.raises(ChannelFailure, match="Service Unavailable") as failure:
        phone.send(envelope("13800000503"))
    assert not failure.value.alone


NUMBERS = [f"1380000{end:>04}" for end in ("1", "486", "888", "999", "777", "183", "2", "603")]


@pytest.fixture
def called(live: Scope) -> Iterator[list[Receipt]]:
    """Queue a message at eight telephones of one unit."""
    message = actions.send(kind="task", subject="巡堤", body="到飞来峡巡堤。", to=["qy-water"], area="4418", choices=["甲", "乙"])
    LANES.clear()
    made = {"area": "4418", "message": message, "recipient_code": "qy-water", "channel": "phone", "next_at": message.queued_at}
    yield [created(Receipt, recipient=number, address=number, **made) for number in NUMBERS]
    LANES.clear()


def test_many_at_once_each_with_its_outcome_and_no_circuit_opens(called: list[Receipt], trunk: Phones) -> None:
    begun = time.monotonic()
    jobs.deliver()
    took = time.monotonic() - begun
    found = {row.address: row for row in Receipt.objects.filter(channel="phone")}
    states = [found[number].state for number in NUMBERS]
    assert states == ["answered", *["queued"] * 5, "answered", "queued"], "what nobody understood is tried again"
    assert (found[NUMBERS[0]].said, found[NUMBERS[6]].said) == ("1 甲", "2 乙")
    assert "占线" in found[NUMBERS[1]].fault and "提示音" in found[NUMBERS[5]].fault
    assert not Circuit.objects.exists(), "each failed alone"
    told = OutboxEvent.objects.filter(name="messages.answered")
    assert {event.payload["said"] for event in told} == {"1 甲", "2 乙"}
    assert took < 8, "all at once"


def test_a_trunk_that_refuses_is_left_alone_and_holds_up_no_other(called: list[Receipt], trunk: Phones) -> None:
    with writing():
        Receipt.objects.filter(channel="phone").update(address="13800000503")
    jobs.deliver()
    assert [(c.channel, c.host) for c in Circuit.objects.all()] == [("phone", "")]
    assert not Receipt.objects.filter(state="queued", channel="sandbox").exists()


def test_a_villages_call_is_answered_by_the_shelters_number(village: str, trunk: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the real voice
    LANES.clear()
    with writing():
        ContactPoint.objects.filter(post__code=f"{village}.chief").update(kind="phone", address="13800000001")
    publish(4)
    call = Call.objects.get(post=f"{village}.chief")
    message = Message.objects.get(about=f"call:{call.pk}")
    assert message.choices and "请立即通知" in message.spoken and "http" not in message.spoken
    jobs.deliver()
    outbox.drain()
    call.refresh_from_db()
    row = Receipt.objects.get(message=message)
    assert row.error == ""
    assert (row.state, row.said) == ("answered", f"1 {message.choices[0]}")
    assert call.state == "answered"
    assert CalledVillage.objects.get(area=village).call_id == call.pk
    actions.record(outcome=Outcome(row.pk, said="1 x"))
    assert OutboxEvent.objects.filter(name="messages.answered").count() == 1, "told twice, counted once"
