"""Loudspeakers through a real broker: each plays once, tells, and is seen through where it lies; a lost broker loses nobody."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.messages import actions, carrying, jobs, parcels
from anlan.apps.messages.desk import LoudspeakerDesk
from anlan.apps.messages.kinds import ChannelFailure, Envelope, Load, Notice
from anlan.apps.messages.models import Broadcast, Loudspeaker
from anlan.kit import clock
from anlan.kit.models import OutboxEvent
from anlan.kit.scope import Scope
from anlan.kit.testing.brokers import OwnBroker, broker
from anlan.lib import mqtt
from anlan.lib.lines import coded
from anlan.lib.loudspeakers import Order, SpeakerLine, differs, order_of
from anlan.lib.speakers import Mood, Speakers
from anlan.plugins.channels import loudspeaker as channel

GROUND = {"type": "Polygon", "coordinates": [[[113.0, 24.0], [113.2, 24.0], [113.2, 24.2], [113.0, 24.0]]]}
ABOUT = {"kind": "warning", "level": 3, "areas": ["441802"], "outline": GROUND, "expires": ""}
TEXT = "飞来峡站水位13.95米，请立即转移。"
PATIENCE = 20.0


# What is said, and whether it was understood.


def test_a_grave_order_sounds_the_siren_and_is_said_thrice_and_a_test_is_silent() -> None:
    grave = order_of(Load(1, "a", TEXT, True, ABOUT), "n")
    assert (grave.siren, grave.repeat, grave.volume, grave.silent) == (10, 3, 100, False)
    assert grave.text == "飞来峡站水位十三点九五米，请立即转移。"
    usual = order_of(Load(1, "a", TEXT, False, {**ABOUT, "level": 1}), "n")
    assert (usual.siren, usual.repeat, usual.volume) == (0, 1, 70)
    test = order_of(Load(1, "a", TEXT, True, {**ABOUT, "kind": "selftest"}), "n")
    assert (test.siren, test.repeat, test.volume, test.silent) == (0, 1, 0, True)


ORDER = Order("n", "t", 3, ("441802", "441881"), GROUND)
TOOK = {"level": 3, "areas": ["441881", "441802"], "outline": GROUND}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, ""),
        ({"level": 2}, '#took.level {"took": "2"'),
        ({"level": None}, '#took.level {"took": "None"'),
        ({"areas": ["441802"]}, "#took.areas"),
        ({"areas": "441802"}, "#took.areas"),
        ({"outline": None}, "#took.no_outline"),
        ({"outline": {"type": "Polygon"}}, "#took.unreadable_outline"),
        ({"outline": 3}, "#took.unreadable_outline"),
        (
            {"outline": {**GROUND, "coordinates": [[[113.0, 24.0], [113.2, 24.0], [113.2, 24.1], [113.0, 24.0]]]}},
            "#took.outline",
        ),
        ({"outline": {**GROUND, "coordinates": [[[113.0, 24.0], [113.20001, 24.0], [113.2, 24.2], [113.0, 24.0]]]}}, ""),
    ],
)
def test_an_echo_that_differs_is_told_in_words(told: dict[str, Any], said: str) -> None:
    found = differs(ORDER, {**TOOK, **told})
    assert found == said or (said and said in found)


@given(
    st.dictionaries(
        st.sampled_from(["level", "areas", "outline"]), st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers())
    )
)
def test_no_echo_is_too_strange(told: dict[str, Any]) -> None:
    assert isinstance(differs(ORDER, told), str)


# Through the broker.


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnBroker]:
    with broker(tmp_path) as made:
        yield made


@pytest.fixture
def peer(own: OwnBroker) -> Iterator[Callable[..., Speakers]]:
    started: list[Speakers] = []

    def start(**mood: float) -> Speakers:
        started.append(Speakers(own.simulator, Mood(**mood)))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def line(own: OwnBroker) -> Iterator[SpeakerLine]:
    to = mqtt.broker(own.url)
    assert to is not None
    made = SpeakerLine(to, lambda text: text.encode())
    yield made
    made.close()


def carried(
    line: SpeakerLine, loads: list[Load], meanwhile: Callable[[int], None] = lambda done: None, patience: float = PATIENCE
) -> tuple[Counter[str], list[Notice]]:
    """Carry loads until each is sent and told of, or nothing was heard for so many seconds; returns states and what was told."""
    todo, states, notices, until = list(loads), Counter[str](), list[Notice](), time.monotonic() + patience
    while (len({n.peer_id for n in notices}) < len(loads) or states["sent"] < len(loads)) and time.monotonic() < until:
        if todo and (room := line.room()):
            now, todo = todo[:room], todo[room:]
            line.give(now)
        fates, said = line.hear(0.05)
        notices += said
        if fates or said:
            until = time.monotonic() + patience
        for fate in fates:
            states[fate.state] += 1
            if fate.state in ("again", "untouched"):
                todo += [load for load in loads if load.key == fate.key]
        meanwhile(len(notices))
    return states, notices


def loads(count: int, start: int = 0) -> list[Load]:
    return [Load(f"n{n}", f"sim-{n}", TEXT, True, ABOUT) for n in range(start, start + count)]


def test_each_plays_once_and_tells_and_the_sound_is_sent_once_for_all(peer: Any, line: SpeakerLine) -> None:
    village = peer()
    states, notices = carried(line, loads(60))
    assert states == {"sent": 60} and len(notices) == 60 and all(n.delivered for n in notices)
    assert set(village.played.values()) == {1} and len(village.played) == 60
    assert set(village.texts.values()) == {"飞来峡站水位十三点九五米，请立即转移。"}
    assert village.sounds == 1 and (line.health().state, line.health().binds) == ("open", 1)
    line.give(loads(1))
    assert [n.peer_id for n in heard(line, 1)] == ["n0"] and village.repeats == 1, "a repeat is answered, not played again"
    assert set(village.played.values()) == {1}


def heard(line: SpeakerLine, count: int) -> list[Notice]:
    notices: list[Notice] = []
    until = time.monotonic() + PATIENCE
    while len(notices) < count and time.monotonic() < until:
        notices += line.hear(0.1)[1]
    return notices


def test_who_takes_another_level_is_seen_through_whatever_it_tells_after(peer: Any, line: SpeakerLine) -> None:
    peer(lying=1.0)
    line_loads = loads(10)
    states, notices = carried(line, line_loads)
    assert states["sent"] == 10
    assert len(notices) == 10 and all(
        n.differs and not n.delivered and n.text == coded("took.level", took="4", told=3) for n in notices
    )
    assert {n.key for n in notices} == {load.key for load in line_loads}


def test_what_fails_is_told_and_a_stranger_or_rubbish_changes_nothing(peer: Any, line: SpeakerLine, own: OwnBroker) -> None:
    peer(failing=1.0)
    _states, notices = carried(line, loads(1))
    assert [(n.delivered, n.text) for n in notices] == [(False, coded("speaker.said", said="amplifier off"))]
    to = mqtt.broker(own.simulator)
    assert to is not None
    mqtt.tell(
        to,
        [("anlan/speakers/sim-9/told", b'{"id": "n0", "state": "played"}', False), ("anlan/speakers/sim-9/told", b"\xff", False)],
    )
    assert heard_nothing(line) and line.health().error.startswith("#speaker.unreadable")


def heard_nothing(line: SpeakerLine) -> bool:
    return all(line.hear(0.1) == ([], []) for _ in range(3))


def test_a_broker_killed_and_started_again_loses_nobody_and_nobody_plays_twice(
    peer: Any, line: SpeakerLine, own: OwnBroker
) -> None:
    village = peer()
    killed: list[int] = []

    def kill(done: int) -> None:
        if done > 20 and not killed:
            killed.append(done)
            own.kill()
            own.start()

    first = carried(line, loads(60), kill, patience=4)[1]  # what the broker had in hand when it was killed comes from nobody
    assert killed and len({n.peer_id for n in first if n.delivered}) >= 20
    again = [load for load in loads(60) if load.key not in {n.peer_id for n in first}]
    later = carried(line, again)[1] if again else []  # what was told nothing in time is given out again
    assert {n.peer_id for n in [*first, *later]} == {f"n{n}" for n in range(60)}
    assert set(village.played.values()) == {1}
    assert line.health().reconnected >= 1


def test_a_simulated_loudspeaker_is_told_by_a_broker_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "start", lambda *args, **more: None)
    far = SpeakerLine(mqtt.Broker("broker.example", 1883))
    far.give(loads(1))
    fates, _notices = far.hear(0)
    assert [(f.state, f.error) for f in fates] == [("failed", "#speaker.synthetic")]
    far.close()


def test_one_message_by_itself(peer: Any, own: OwnBroker, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANLAN_MQTT = own.url
    peer()
    assert channel.send(Envelope("anlan-1", "sim-1", "转移", "请立即转移")) == "delivered"
    settings.ANLAN_MQTT = ""
    with pytest.raises(ChannelFailure, match="speaker.unset"):
        channel.send(Envelope("anlan-1", "sim-1", "转移", "请立即转移"))
    assert channel.open_line() is None


# From broadcast to play-back receipt.


@pytest.fixture
def village(live: Scope) -> list[str]:
    return actions.simulate_speakers(count=12, under="441802")


def begin(**more: Any) -> Broadcast:
    return actions.broadcast(
        kind="warning",
        subject="预警",
        texts={"*": {"zh": TEXT}},
        areas=["441802"],
        area="441802",
        urgent=True,
        level=3,
        expires_at=clock.now() + timedelta(hours=1),
        **more,
    )


def carry(line: SpeakerLine, row: Broadcast, ends: Callable[[dict[str, int]], bool]) -> dict[str, int]:
    carrier = carrying.Carrier("loudspeaker", line)
    until = time.monotonic() + PATIENCE
    while not ends(told := parcels.tally(row.pk).get("loudspeaker", {})) and time.monotonic() < until:
        carrier.turn()
    return told


def test_a_broadcast_reaches_the_loudspeakers_of_its_ground_alone(village: list[str], peer: Any, line: SpeakerLine) -> None:
    heard_by = peer()
    elsewhere = actions.broadcast(
        kind="warning",
        subject="x",
        texts={"*": {"zh": "x"}},
        areas=["441881"],
        area="441881",
        expires_at=clock.now() + timedelta(hours=1),
    )
    row = begin()
    told = carry(line, row, lambda t: t.get("delivered", 0) == 12)
    assert told["delivered"] == 12 and parcels.tally(elsewhere.pk) == {}
    assert {key for key, _number in heard_by.played} == set(village)


def test_a_device_that_took_another_level_raises_an_alarm_and_does_not_count(
    village: list[str], peer: Any, line: SpeakerLine
) -> None:
    peer(lying=1.0)
    row = begin()
    told = carry(line, row, lambda t: t.get("failed", 0) == 12)
    row.refresh_from_db()
    assert (told["failed"], told.get("delivered", 0), row.differing) == (12, 0, 12)
    assert OutboxEvent.objects.filter(name="messages.echo_differed").count() == 1, "one alarm for all of a broadcast"


def test_silent_tests_tell_who_would_play(
    village: list[str], peer: Any, line: SpeakerLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = peer(silent=0.4, seed=3)
    out = Loudspeaker.objects.order_by("id").first()
    assert out is not None
    LoudspeakerDesk.change(row=out.pk, values={"in_service": False})
    jobs.test_speakers()
    row = Broadcast.objects.get(kind="selftest")
    carry(line, row, lambda t: t.get("delivered", 0) == len(quiet.played) > 0 and t.get("sent", 0) + t["delivered"] == 11)
    jobs.judge_tests()
    answered = Loudspeaker.objects.filter(test_state="answered").count()
    assert 0 < answered < 11 and not Loudspeaker.objects.filter(test_state="silent").exists(), "there is time yet"
    monkeypatch.setattr("anlan.apps.messages.actions.speakers.PATIENCE", timedelta(0))
    jobs.judge_tests()
    assert Loudspeaker.objects.filter(test_state="silent").count() == 11 - answered
    assert Loudspeaker.objects.get(pk=out.pk).test_state == "untested", "not asked: out of service"


def test_a_loudspeaker_out_of_service_is_addressed_by_nothing(village: list[str]) -> None:
    one = Loudspeaker.objects.order_by("id").first()
    assert one is not None
    assert parcels.audience(["441802"])["loudspeaker"] == 12
    LoudspeakerDesk.change(row=one.pk, values={"in_service": False})
    assert parcels.audience(["441802"])["loudspeaker"] == 11
    LoudspeakerDesk.change(row=one.pk, values={"in_service": True, "address": "renamed"})
    assert parcels.audience(["441802"])["loudspeaker"] == 12
