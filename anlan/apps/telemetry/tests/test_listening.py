"""Devices on a real socket: confirmed after the commit, in pieces, with rubbish between, and never when nothing was stored."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from anlan.apps.telemetry.desk import StationDesk
from anlan.apps.telemetry.intake import listening
from anlan.apps.telemetry.intake.listening import Listeners, take
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.apps.telemetry.models import Batch, Reading, Station
from anlan.apps.telemetry.queries.senders import who
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import sl651
from anlan.lib.frames import Frame

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def report(serial: int, stage: str = "30.47") -> bytes:
    """Return a report as a station sends it."""
    at = T0 + timedelta(minutes=serial)
    return sl651.encode(station="0012345678", function=0x32, serial=serial, at=at, readings=[(0x39, Decimal(stage), 4, 2)])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Take frames without a database; the serial numbers that were taken, of which 13 cannot be stored."""
    serials: list[int] = []

    def instead(_connector: object, frames: Sequence[Frame]) -> list[bytes]:
        good = [f for f in frames if f.valid]
        if any(f.fields["serial"] == 13 for f in good):
            raise OperationalError("gone")
        serials.extend(f.fields["serial"] for f in good)
        return [sl651.answer(f, T0) for f in good]

    monkeypatch.setattr(listening, "take", instead)
    return serials


@pytest.fixture
def line(taken: list[int]) -> Iterator[socket.socket]:
    """A device's connection to the listener."""
    with Listeners({"sl651": ("127.0.0.1", 0)}) as ports, socket.create_connection(ports["sl651"], timeout=10) as held:
        yield held


def confirmed(line: socket.socket) -> int:
    """Return the serial number of the next confirmation."""
    data = b""
    while (frame := sl651.find(data)) is None:
        data += line.recv(1)
        assert data
    return int(frame.fields["serial"])


def test_reports_are_confirmed_in_whatever_pieces_they_come(line: socket.socket, taken: list[int]) -> None:
    whole = report(1)
    line.sendall(whole[:9])
    line.sendall(whole[9:])
    assert confirmed(line) == 1
    line.sendall(b"\x00rubbish" + report(2) + report(3))
    assert [confirmed(line), confirmed(line)] == [2, 3]
    assert taken == [1, 2, 3]


def test_what_could_not_be_stored_is_not_confirmed_and_can_be_sent_again(line: socket.socket, taken: list[int]) -> None:
    line.sendall(report(13))
    assert line.recv(100) == b"", "no confirmation: the line ends and the device sends again"
    assert taken == []


def test_one_device_too_many_is_hung_up_on_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, taken: list[int]) -> None:
    monkeypatch.setattr(listening, "MOST_LINES", 1)
    with Listeners({"sl651": ("127.0.0.1", 0)}) as ports, socket.create_connection(ports["sl651"], timeout=10) as first:
        first.sendall(report(1))
        assert confirmed(first) == 1
        with socket.create_connection(ports["sl651"], timeout=10) as second:
            assert second.recv(1) == b""
        first.sendall(report(2))
        assert confirmed(first) == 2
    assert taken == [1, 2]


def test_a_name_that_is_no_protocol_is_refused() -> None:
    with pytest.raises(ValueError, match="file_drop"), Listeners({"file_drop": ("127.0.0.1", 0)}):
        pass


def test_a_report_becomes_readings_and_a_fault_is_kept_with_its_byte(live: Scope, cast: dict[str, Any]) -> None:
    gauge = Station.objects.get(code="QY-H01")
    StationDesk.change(row=gauge.pk, values={"code": "12345678"})
    spoilt = bytearray(report(2, "31.00"))
    spoilt[-1] ^= 1
    answers = take(CONNECTORS.get("sl651"), [sl651.decode(report(1)), sl651.decode(bytes(spoilt))])
    assert [sl651.decode(a).fields["serial"] for a in answers] == [1]
    assert list(Reading.objects.values_list("value", flat=True)) == [30.47]
    refused, good = Batch.objects.filter(connector="sl651").order_by("-accepted").reverse()
    assert (good.accepted, good.sender) == (1, "system:sl651:0012345678")
    assert f"{len(spoilt) - 2}" in refused.faults[0][1], "where it went wrong"
    assert zlib.decompress(refused.raw) == bytes(spoilt)


def test_a_frame_that_names_no_device_is_told_as_of_an_unknown_one() -> None:
    assert (who("system:sl651"), who("system:sl651:0012345678")) == ("未知设备", "0012345678")
    assert who("system:ingest") == who("system:file_drop") != "未知设备"


def test_a_station_that_nobody_knows_is_kept_as_refused_and_confirmed(live: Scope) -> None:
    frame = sl651.decode(report(1))
    with assert_nothing_happened(Reading):
        assert len(take(CONNECTORS.get("sl651"), [frame])) == 1, "a station nobody knows: kept as refused, and not sent for ever"
    assert Batch.objects.get(connector="sl651").rejected == 1
