"""AIS: sentences that pyais, an independent peer, makes become speeds; over TCP and UDP, with rubbish between."""

import socket
import threading
from collections.abc import Sequence

import pytest
from pyais.encode import encode_dict

from anlan.apps.telemetry.intake import listening
from anlan.apps.telemetry.intake.listening import Listeners
from anlan.lib import ais as codec
from anlan.lib.frames import Frame
from anlan.plugins.connectors.ais import readings

SHIP = {"type": 1, "mmsi": "413500001", "lat": 23.7, "lon": 113.05, "speed": 12.5, "course": 90.0}


def sentence(**changed: object) -> bytes:
    (line,) = encode_dict({**SHIP, **changed}, talker_id="AI", sentence_type="VDM", radio_channel="A")
    return line.encode() + b"\r\n"


def test_a_position_becomes_a_speed_in_knots() -> None:
    (found,) = readings(codec.decode(sentence()))
    assert (found.station, found.quantity, found.value, found.unit) == ("413500001", "vehicle_speed", 12.5, "kn")


@pytest.mark.parametrize(
    "raw", [b"$GPGGA,1\r\n", b"!AIVDM,2,1,4,A,55O0W7`00001L@gCWGA2uItLth@DqtL5@F22220j1h742t0Ht0000000,0*08\r\n"]
)
def test_other_sentences_bring_nothing(raw: bytes) -> None:
    assert readings(codec.decode(raw)) == []


def test_both_ways_bring_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[object] = []
    both = threading.Event()

    def instead(_connector: object, frames: Sequence[Frame]) -> list[bytes]:
        taken.extend(frame.fields.get("mmsi") for frame in frames if frame.valid)
        if len(taken) == 2:
            both.set()
        return []

    monkeypatch.setattr(listening, "take", instead)
    with Listeners({"ais": ("127.0.0.1", 0)}) as ports:
        with socket.create_connection(ports["ais"], timeout=10) as line:
            line.sendall(b"rubbish\r\n" + sentence()[:20])
            line.sendall(sentence()[20:])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(sentence(mmsi="413500002"), ports["ais"])
        assert both.wait(10)
    assert sorted(map(int, map(str, taken))) == [413500001, 413500002]
