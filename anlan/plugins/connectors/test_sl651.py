"""SL 651: its sample is read, and every good report of the published frames becomes readings or says why it brings none."""

from __future__ import annotations

from datetime import datetime

from anlan.lib import sl651 as codec
from anlan.lib.frames import BEIJING
from anlan.plugins.connectors.sl651 import SAMPLE, answer, decode, readings


def test_it_reads_its_sample() -> None:
    found = decode(SAMPLE.encode())
    at = datetime(2022, 6, 15, 8, 0, tzinfo=BEIJING)
    assert [(r.station, r.quantity, r.at, r.value, r.unit) for r in found] == [
        ("12345678", "water_level", at, 30.47, "m"),
        ("12345678", "flow", at, 1700.0, "m3/s"),
    ]


def test_a_broken_sensor_brings_no_reading() -> None:
    raw = bytearray(bytes.fromhex(SAMPLE))
    raw[raw.index(b"\x39\x22") + 2 : raw.index(b"\x39\x22") + 6] = b"\xff\xff\xff\xff"
    raw[-2:] = codec.crc16_modbus(bytes(raw[:-2])).to_bytes(2, "big")
    assert [r.quantity for r in readings(codec.decode(bytes(raw)))] == ["flow"]


def test_a_report_is_confirmed_and_a_confirmation_is_not() -> None:
    report = codec.decode(bytes.fromhex(SAMPLE))
    confirmed = codec.decode(answer(report, datetime(2022, 6, 15, 8, 1, tzinfo=BEIJING)))
    assert confirmed.valid
    assert (confirmed.fields["direction"], confirmed.fields["serial"]) == ("down", 3)
    assert answer(confirmed, datetime(2022, 6, 15, 8, 1, tzinfo=BEIJING)) == b""
