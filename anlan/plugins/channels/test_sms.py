"""Text messages over SMPP against a centre on loopback: whole texts once, reports, throttling, a peer that dies, a foreign client and a foreign codec."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from queue import Queue
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.gsm
import smpplib.smpp

from anlan.apps.messages import actions, carrying, jobs, parcels, rules
from anlan.apps.messages.kinds import ChannelFailure, Envelope, Fate, Load, Notice
from anlan.apps.messages.models import Broadcast, Receipt, Subscriber
from anlan.apps.people.models import ContactPoint, Post
from anlan.kit import clock
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.lib import smpp, sms
from anlan.lib.smpp import Gateway, SmppLine
from anlan.lib.smsc import Centre, Mood, listen
from anlan.plugins.channels import sms as channel

LONG = "英德市洪水橙色预警。请立即转移到高处，远离河道、低洼地带和地下空间，服从村干部安排。" * 2
SHORT = "Flood warning. Move to high ground."
#: Nobody waits longer for a peer on this machine.
PATIENCE = 30.0


def free_port() -> int:
    """Return a free port below those that the kernel lends: who knocks at a closed lent port may be lent it and meet itself."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


@pytest.fixture
def centre() -> Iterator[Callable[..., Centre]]:
    """Start centres; all are stopped."""
    started: list[Centre] = []

    def start(mood: Mood | None = None, port: int = 0) -> Centre:
        started.append(Centre(port or free_port(), mood))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        with suppress(RuntimeError):
            one.stop()


@pytest.fixture
def line() -> Iterator[Callable[..., SmppLine]]:
    """Open lines; all are closed."""
    opened: list[SmppLine] = []

    def open_one(port: int, **more: Any) -> SmppLine:
        opened.append(SmppLine(Gateway("127.0.0.1", port, "anlan", "secret", "10690000", **more)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def text_of(n: int) -> str:
    return LONG if n % 3 == 0 else SHORT


def carried(
    line: SmppLine, count: int, meanwhile: Callable[[int], None] = lambda done: None
) -> tuple[Counter[str], int, list[Notice]]:
    """Carry so many copies until each has a fate that is no "again"; returns states, doubts and reports."""
    todo, states, doubts, notices = list(range(count)), Counter[str](), 0, list[Notice]()
    ended: dict[int, Fate] = {}
    until = time.monotonic() + PATIENCE
    while len(ended) < count and time.monotonic() < until:
        if room := line.room():
            now, todo = todo[:room], todo[room:]
            line.give([Load(n, f"+86100{n:08}", text_of(n)) for n in now])
        fates, said = line.hear(0.05)
        notices += said
        for fate in fates:
            states[fate.state] += 1
            doubts += fate.doubtful
            if fate.state in ("again", "untouched"):
                todo.append(fate.key)
            else:
                assert fate.key not in ended
                ended[fate.key] = fate
        meanwhile(len(ended))
    assert len(ended) == count, f"lost: {line.health()}"
    return states, doubts, notices


def hear_out(line: SmppLine, notices: list[Notice], count: int) -> list[Notice]:
    until = time.monotonic() + PATIENCE
    while len(notices) < count and time.monotonic() < until:
        notices += line.hear(0.1)[1]
    return notices


@pytest.mark.parametrize("long", ["udh", "sar"])
def test_each_gets_the_whole_text_once_and_every_part_is_reported(centre: Any, line: Any, long: str) -> None:
    peer = centre()
    one = line(peer.port, binds=2, long=long)
    states, doubts, notices = carried(one, 60)
    parts = sum(len(sms.split(text_of(n), 0)) for n in range(60))
    assert (states, doubts, peer.taken) == ({"sent": 60}, 0, parts)
    assert set(peer.got.values()) == {1} and len(peer.got) == 60
    assert all(text == text_of(int(number[-8:])) for number, text in peer.got)
    notices = hear_out(one, notices, parts)
    assert len({n.peer_id for n in notices}) == parts and all(n.delivered for n in notices)
    assert (one.health().state, one.health().binds) == ("open", 2)


def test_a_throttled_line_slows_down_and_loses_nobody(centre: Any, line: Any) -> None:
    peer = centre(Mood(rate=40))  # less than any machine sends
    one = line(peer.port)
    states, doubts, _notices = carried(one, 150)
    assert (states["sent"], doubts) == (150, 0)
    assert peer.throttled and one.health().throttled and set(peer.got.values()) == {1}


def test_a_rate_of_our_own_is_kept(centre: Any, line: Any) -> None:
    peer = centre()
    one = line(peer.port, rate=40)
    begun = time.monotonic()
    carried(one, 40)
    assert time.monotonic() - begun > 0.8 and not peer.throttled


def test_a_peer_that_dies_and_comes_back_loses_nobody_and_doubles_are_told(centre: Any, line: Any) -> None:
    first = centre()
    one = line(first.port, binds=2)
    got: list[Centre] = [first]

    def kill(done: int) -> None:
        if done > 100 and len(got) == 1:
            first.stop()
            got.append(centre(port=first.port))

    _states, doubts, _notices = carried(one, 300, kill)
    total = got[0].got + got[1].got
    assert len(total) == 300
    assert sum(total.values()) - 300 <= doubts, "nobody twice but where a line was lost before the answer"
    assert one.health().reconnected


def test_a_peer_that_hangs_up_again_and_again_is_bound_anew(centre: Any, line: Any) -> None:
    peer = centre(Mood(hang_up_after=80))
    one = line(peer.port, window=10)
    _states, doubts, _notices = carried(one, 200)
    assert len(peer.got) == 200 and sum(peer.got.values()) - 200 <= doubts
    assert one.health().reconnected >= 2


def test_a_number_that_is_none_fails_for_good_and_alone(centre: Any, line: Any) -> None:
    peer = centre(Mood(refusing=0.3))
    states, _doubts, _notices = carried(line(peer.port), 60)
    assert states["failed"] > 0 and states["failed"] + states["sent"] == 60


def test_without_a_peer_there_is_no_room_and_nothing_is_taken(line: Any) -> None:
    one = line(free_port())
    until = time.monotonic() + PATIENCE
    while not one.health().error and time.monotonic() < until:
        one.hear(0.05)
    assert one.room() == 0 and one.health().state in ("connecting", "resting") and one.health().error


def test_closing_gives_back_what_was_not_submitted(centre: Any, line: Any) -> None:
    peer = centre(Mood(answer_after=5))
    one = line(peer.port, window=5)
    until = time.monotonic() + PATIENCE
    while not one.room() and time.monotonic() < until:
        one.hear(0.05)
    one.give([Load(n, f"+86100{n:08}", SHORT) for n in range(10)])
    while peer.taken + one.busy < 5 and time.monotonic() < until:
        one.hear(0.05)
    one.close()
    fates, _notices = one.hear(0)
    assert sorted(fate.key for fate in fates) == list(range(10))
    assert sum(fate.doubtful for fate in fates) == 5 and sum(fate.state == "untouched" for fate in fates) == 5


def test_a_synthetic_number_never_goes_to_a_peer_elsewhere(centre: Any, line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = centre()
    monkeypatch.setattr(smpp, "HERE", frozenset({"elsewhere"}))
    states, _doubts, _notices = carried(line(peer.port), 5)
    assert states == {"failed": 5} and not peer.taken


def test_one_message_by_itself(centre: Any, settings: Any) -> None:
    peer = centre()
    settings.ANLAN_SMPP = f"smpp://anlan:secret@127.0.0.1:{peer.port}?source=10690000"
    letter = Envelope("anlan-7", "+8613800000000", "洪水橙色预警", LONG)
    assert channel.send(letter) == "sent"
    assert list(peer.got) == [("8613800000000", f"洪水橙色预警\n{LONG}")]
    peer.mood = Mood(rate=0, refusing=1.0)
    with pytest.raises(ChannelFailure) as failure:
        channel.send(letter)
    assert failure.value.permanent
    peer.stop()
    with pytest.raises(ChannelFailure) as failure:
        channel.send(letter)
    assert not failure.value.permanent
    settings.ANLAN_SMPP = ""
    with pytest.raises(ChannelFailure, match="#sms.unset"):
        channel.send(letter)


@pytest.mark.parametrize("several", [False, True])
def test_what_the_network_reports_of_a_single_message_is_told(live: Scope, centre: Any, settings: Any, several: bool) -> None:
    """All parts arrived: delivered; one did not: the next address is tried. No report of ours counts as a stranger's."""
    peer = centre()
    address = f"smpp://anlan:secret@127.0.0.1:{peer.port}?source=10690000"
    settings.ANLAN_SMPP = f"{address} {address}" if several else address
    post = Post.objects.filter(area="4418").first()
    assert post is not None
    with writing():
        for way in ("+8613800000001", "+8613800000002"):
            ContactPoint(post=post, area="4418", kind="sms", address=way, order=0).save()
    out = channel.open_line()
    assert out is not None
    carrier = carrying.Carrier("sms", out)

    def sent() -> Receipt:
        message = actions.send(kind="task", subject="洪水橙色预警", body=LONG, to=[post.code], area="4418", about="task:1")
        (receipt,) = Receipt.objects.filter(message=message).select_related("message")
        assert actions.record(outcome=jobs.attempt(receipt)).state == "sent"
        until = time.monotonic() + PATIENCE
        while Receipt.objects.get(pk=receipt.pk).state == "sent" and time.monotonic() < until:
            carrier.turn()
        return Receipt.objects.get(pk=receipt.pk)

    try:
        arrived = sent()
        assert (arrived.state, arrived.delivered_at is not None) == ("delivered", True) and peer.taken > 1
        peer.mood = Mood(failing=1.0)
        lost = sent()
        assert lost.state == "failed" and "UNDELIV" in lost.error and not lost.unreached
        assert Receipt.objects.get(message=lost.message_id, rung=2).address == "+8613800000002"
        assert not parcels.tally(0).get("sms", {}).get("stray")
    finally:
        carrier.end()


@pytest.mark.parametrize(
    "address",
    ["http://a:b@c", "smpp://host", "smpp://u:p@", "smpp://u:p@h?strange=1", "smpp://u:p@h?long=magic", "smpp://u:p@h?binds=x"],
)
def test_an_address_that_is_no_gateways_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        smpp.gateways(address)


def test_a_password_stands_in_no_word() -> None:
    (gateway,) = smpp.gateways("smpp://u:p%40ss@10.0.0.1?binds=99")
    assert (gateway.password, gateway.binds, gateway.port) == ("p@ss", 16, 2775)
    assert "p@ss" not in repr(gateway) + gateway.peer


def test_a_foreign_client_and_our_centre_understand_each_other(centre: Any) -> None:
    peer = centre()
    client = smpplib.client.Client("127.0.0.1", peer.port, allow_unknown_opt_params=True)
    client.logger.disabled = True
    client.connect()
    client.bind_transceiver(system_id="foreign", password="x")
    reports: list[bytes] = []
    client.set_message_received_handler(lambda pdu: reports.append(pdu.short_message))
    parts, encoding, message_type = smpplib.gsm.make_parts(LONG)
    for part in parts:
        client.send_message(
            source_addr="1",
            destination_addr="8613800000001",
            short_message=part,
            data_coding=encoding,
            esm_class=message_type,
            registered_delivery=True,
        )
    until = time.monotonic() + PATIENCE
    while len(reports) < len(parts) and time.monotonic() < until:
        client.read_once(auto_send_enquire_link=False)
    client.disconnect()
    assert list(peer.got) == [("8613800000001", LONG)], "its header and its UTF-16 are ours"
    assert all(b"stat:DELIVRD" in report for report in reports)


class Foreign(threading.Thread):
    """A gateway made of smpplib's codec alone: binds, takes, and reports by TLV with a text that says nothing."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])
        self.got: list[Any] = []

    def run(self) -> None:
        with suppress(OSError):
            talk, _address = self.door.accept()
            while True:
                head = self._read(talk, 4)
                raw = head + self._read(talk, int.from_bytes(head, "big") - 4)
                self._answer(talk, smpplib.smpp.parse_pdu(raw, client=Sequenced(), allow_unknown_opt_params=True))

    def _read(self, talk: socket.socket, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = talk.recv(size - len(found))
            if not more:
                raise OSError("gone")
            found += more
        return found

    def _answer(self, talk: socket.socket, pdu: Any) -> None:
        name = pdu.command
        if name.endswith("_resp"):
            return
        more = {"bind_transceiver": {"system_id": "foreign"}, "submit_sm": {"message_id": f"F{len(self.got)}"}}.get(name, {})
        reply = smpplib.smpp.make_pdu(f"{name}_resp", client=Sequenced(), **more)
        reply.sequence = pdu.sequence
        talk.sendall(reply.generate())
        if name == "submit_sm":
            self.got.append(pdu)
            report = smpplib.smpp.make_pdu(
                "deliver_sm",
                client=Sequenced(),
                source_addr=pdu.destination_addr.decode(),
                destination_addr="1",
                esm_class=4,
                short_message=b"",
                receipted_message_id=f"F{len(self.got) - 1}",
                message_state=2,
            )
            report.sequence = 1000 + len(self.got)
            talk.sendall(report.generate())


class Sequenced:
    """What smpplib's PDUs ask of a client."""

    sequence = 1

    def next_sequence(self) -> int:
        return self.sequence


def test_a_foreign_codec_reads_what_we_submit_and_its_reports_are_understood(line: Any) -> None:
    foreign = Foreign()
    foreign.start()
    one = line(foreign.port)
    states, _doubts, notices = carried(one, 1)
    notices = hear_out(one, notices, len(sms.split(LONG, 0)))
    assert states == {"sent": 1}
    assert {(n.peer_id, n.delivered) for n in notices} == {(f"F{n}", True) for n in range(len(foreign.got))}
    pieces = []
    for pdu in foreign.got:
        place, payload = sms.headed(pdu.short_message)
        assert place is not None and pdu.esm_class == 0x40 and pdu.data_coding == sms.UCS2
        pieces.append(sms.Part(pdu.data_coding, payload, place[2], place[1], place[0]))
    assert sms.joined(pieces) == LONG
    foreign.door.close()


@pytest.fixture
def crowd(live: Scope) -> int:
    actions.simulate_subscribers(count=120, under="441802")
    return 120


def begin() -> Broadcast:
    return actions.broadcast(
        kind="warning",
        subject="预警",
        texts={"*": {"zh": LONG, "en": SHORT}},
        areas=["441802"],
        area="441802",
        expires_at=clock.now() + timedelta(hours=1),
    )


def test_a_lying_peer_is_seen_through(crowd: int, centre: Any, line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports told twice, late, under wrong numbers, or never: each copy keeps the state that holds, and every lie is counted."""
    peer = centre(Mood(doubled=0.3, wrong=0.2, late=0.3, late_by=0.3, failing=0.1, silent=0.1))
    monkeypatch.setattr(carrying, "HOLD", 1.0)
    row = begin()
    carrier = carrying.Carrier("sms", line(peer.port, binds=2))
    until, quiet = time.monotonic() + PATIENCE, 0
    while quiet < 25 and time.monotonic() < until:
        quiet = 0 if carrier.turn() or carrier.early else quiet + 1
    told = parcels.tally(row.pk)["sms"]
    assert told["sent"] + told["delivered"] + told["failed"] == crowd and not told.get("waiting")
    assert told["delivered"] and told["failed"] and told["sent"] and told["double"]
    assert parcels.tally(0)["sms"]["stray"] > 0
    assert set(peer.got.values()) == {1} and len(peer.got) == crowd


@pytest.mark.parametrize("told", ["13800005678", "8613800005678", "+8613800005678", "008613800005678"])
def test_who_answers_is_known_however_the_gateway_tells_the_number(told: str) -> None:
    assert rules.sender(told) == "+8613800005678"


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert rules.sender("85291234567") == rules.sender("+85291234567") == "+85291234567"


def test_texts_are_said_and_typed_lines_answered(crowd: int, line: Any) -> None:
    port, said, typed = free_port(), list[str](), Queue[str]()
    threading.Thread(target=listen, args=(port, Mood(), said.append, iter(typed.get, "")), daemon=True).start()
    carrier = carrying.Carrier("sms", line(port))
    row = begin()
    until = time.monotonic() + PATIENCE
    while parcels.tally(row.pk)["sms"].get("waiting") and time.monotonic() < until:
        carrier.turn()
    one = Subscriber.objects.order_by("id")[0]
    typed.put(f"{one.address} TD")
    while Subscriber.objects.get(pk=one.pk).state == "active" and time.monotonic() < until:
        carrier.turn()
    assert Subscriber.objects.get(pk=one.pk).state == "ended"
    typed.put("")


def test_an_answer_of_td_unsubscribes(crowd: int, centre: Any, line: Any) -> None:
    peer = centre()
    carrier = carrying.Carrier("sms", line(peer.port))
    row = begin()
    until = time.monotonic() + PATIENCE
    while parcels.tally(row.pk)["sms"].get("waiting") and time.monotonic() < until:
        carrier.turn()
    one = Subscriber.objects.order_by("id")[0]
    peer.answer(one.address.lstrip("+"), "TD")
    while Subscriber.objects.get(pk=one.pk).state == "active" and time.monotonic() < until:
        carrier.turn()
    assert Subscriber.objects.get(pk=one.pk).state == "ended"
