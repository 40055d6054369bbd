"""Calls over a trunk: SIPp plays the telephones, each end is told apart, what is said arrives, and a process that dies loses nobody."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import threading
import time
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from baresip import Event, StackEvent

from anlan.lib.calls import dialer
from anlan.lib.calls.exchange import Exchange, trunk
from anlan.lib.calls.phones import Phones
from anlan.lib.calls.told import Dialled, End, Told, Trunk

RATE = 16000


def sound(seconds: float = 0.4) -> bytes:
    """Return a tone that rises, so that each moment of it can be told from any other."""
    at = np.arange(int(RATE * seconds)) / RATE
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((9000 * np.sin(2 * np.pi * (300 + 500 * at) * at)).astype("<i2").tobytes())
    return made.getvalue()


@pytest.mark.parametrize(
    ("reason", "early", "end"),
    [
        ("486 Busy Here", False, End.BUSY),
        ("600 Busy Everywhere", True, End.BUSY),
        ("480 Temporarily Unavailable", False, End.NO_ANSWER),
        ("480 Temporarily Unavailable", True, End.EARLY_MEDIA),
        ("404 Not Found", False, End.NO_NUMBER),
        ("404 Not Found", True, End.NO_NUMBER),
        ("603 Decline", False, End.DECLINED),
        ("403 Forbidden", False, End.TRUNK),
        ("503 Service Unavailable", False, End.TRUNK),
        ("Connection timed out [110]", False, End.TRUNK),
        ("", False, End.TRUNK),
    ],
)
def test_what_a_status_means(reason: str, early: bool, end: End) -> None:
    assert dialer.end_of(reason, early) == end


def test_a_trunk_is_read_from_its_setting() -> None:
    assert trunk("") is None
    assert trunk("sip:u:p%40x@10.0.0.1:5070?from=0763123&lines=30") == Trunk("10.0.0.1", 5070, "u", "p@x", "0763123", 30)
    for wrong in ("10.0.0.1", "http://x", "sip:u@h?lins=3", "sip:u@h?lines=x"):
        with pytest.raises(ValueError):
            trunk(wrong)


@pytest.fixture
def calling(tmp_path: Path) -> Iterator[Callable[..., tuple[Exchange, Phones]]]:
    made: list[tuple[Exchange, Phones]] = []

    def start(more: str = "", password: str = "secret", **phones: object) -> tuple[Exchange, Phones]:
        own = Phones(tmp_path, **phones)  # type: ignore[arg-type]
        own.start()
        found = trunk(own.url.replace(":secret@", f":{password}@") + "?ring=1.5&wait=0.6&times=1" + more)
        assert found is not None
        made.append((Exchange(found), own))
        return made[-1]

    yield start
    for exchange, own in made:
        exchange.close()
        own.kill()


def all_of(exchange: Exchange, numbers: list[str], keys: str = "12") -> dict[str, Told]:
    with ThreadPoolExecutor(len(numbers)) as pool:
        return dict(zip(numbers, pool.map(lambda n: exchange.call(Dialled(n, sound(), keys)), numbers), strict=True))


def test_each_end_has_its_name_and_only_an_offered_key_is_an_answer(calling: Callable[..., tuple[Exchange, Phones]]) -> None:
    exchange, _own = calling()
    ends = {
        "13800000001": End.UNDERSTOOD,
        "13800000002": End.UNDERSTOOD,
        "13800000888": End.NO_KEY,
        "13800000999": End.NO_KEY,
        "13800000777": End.HUNG_UP,
        "13800000183": End.EARLY_MEDIA,
        "13800000000": End.NO_ANSWER,
        "13800000480": End.NO_ANSWER,
        "13800000486": End.BUSY,
        "13800000603": End.DECLINED,
        "13800000404": End.NO_NUMBER,
        "13800000503": End.TRUNK,
    }
    told = all_of(exchange, list(ends))
    assert {number: one.end for number, one in told.items()} == ends
    assert (told["13800000001"].key, told["13800000002"].key) == ("1", "2"), "by RFC 2833 and by SIP INFO"
    assert exchange.started == 1 and not exchange.waiting


def test_the_password_is_asked_and_a_wrong_one_is_the_trunks_failure(calling: Callable[..., tuple[Exchange, Phones]]) -> None:
    exchange, own = calling(ask=True)
    assert exchange.call(Dialled("13800000001", sound())).end == End.UNDERSTOOD
    found = trunk(own.url.replace("secret", "wrong"))
    assert found is not None
    other = Exchange(found)
    try:
        assert (told := other.call(Dialled("13800000001", sound()))).end == End.TRUNK and told.said.startswith("403")
    finally:
        other.close()


def test_what_is_said_arrives(calling: Callable[..., tuple[Exchange, Phones]]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(0.2)
        exchange, _own = calling(hears=ear.getsockname()[1])
        heard: list[tuple[int, bytes]] = []
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    packet = ear.recv(2000)
                except TimeoutError:
                    continue
                if packet[1] & 0x7F == 0:  # PCMU
                    heard.append((int.from_bytes(packet[2:4], "big"), packet[12:]))

        thread = threading.Thread(target=listen)
        thread.start()
        assert exchange.call(Dialled("13800000888", sound(1.0))).end == End.NO_KEY
        over.set()
        thread.join()
    got = decoded(b"".join(payload for _number, payload in sorted(heard)))
    with wave.open(io.BytesIO(sound(1.0))) as file:
        meant = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2].astype("f8")
    found = np.correlate(got, meant, "valid")
    at = int(found.argmax())
    piece = got[at : at + len(meant)]
    assert float(np.corrcoef(piece, meant)[0, 1]) > 0.97


def decoded(octets: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the samples of G.711 µ-law."""
    code = ~np.frombuffer(octets, np.uint8)
    size = ((code & 0x0F).astype(int) * 8 + 132 << (code >> 4 & 7).astype(int)) - 132
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = np.where(code & 0x80, -size, size).astype("f8")
    return found


def test_no_more_calls_than_lines(calling: Callable[..., tuple[Exchange, Phones]]) -> None:
    exchange, _own = calling("&lines=2")
    begun = time.monotonic()
    told = all_of(exchange, [f"138000{n}888" for n in range(4)])
    assert {one.end for one in told.values()} == {End.NO_KEY}
    assert time.monotonic() - begun > 2 * min(one.lasted for one in told.values())


def test_a_process_that_dies_is_told_as_the_trunks_failure_and_the_next_call_goes(
    calling: Callable[..., tuple[Exchange, Phones]],
) -> None:
    exchange, _own = calling()
    found: list[Told] = []
    thread = threading.Thread(target=lambda: found.append(exchange.call(Dialled("13800000000", sound()))))
    thread.start()
    until = time.monotonic() + 20
    while not (exchange.waiting and exchange.ready.is_set()) and time.monotonic() < until:
        time.sleep(0.02)
    assert exchange.process is not None
    os.kill(exchange.process.pid, signal.SIGKILL)
    thread.join(20)
    assert [(one.end, one.said) for one in found] == [(End.TRUNK, "the process that calls died")]
    assert exchange.call(Dialled("13800000001", sound())).end == End.UNDERSTOOD and exchange.started == 2


def test_a_trunk_that_is_gone(calling: Callable[..., tuple[Exchange, Phones]]) -> None:
    exchange, own = calling()
    own.kill()
    told = exchange.call(Dialled("13800000001", sound()))
    assert (told.end, told.said) == (End.TRUNK, "#phone.mute")


def test_an_end_that_is_told_before_the_call_is_known_is_not_lost(tmp_path: Path) -> None:
    made = dialer.Dialer(Trunk("127.0.0.1"))

    class Held:
        handle = 7

    class Agent:
        async def dial(self, _uri: str) -> Held:
            made._heard(StackEvent(Event.CALL_CLOSED, call=7, text="486 Busy Here"))
            return Held()

    made.agent = Agent()  # type: ignore[assignment]
    (tmp_path / "s.wav").write_bytes(sound())
    assert asyncio.run(made.call("1", str(tmp_path / "s.wav"), "1")).end == End.BUSY
