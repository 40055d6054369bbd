"""Protocols of devices: every recorded frame gets its verdict, a stream is read whatever lies between its frames, nothing ever raises."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.lib import ais, gb26875, hj212, jt808, sl651
from anlan.lib.frames import Fault, Frame, Reader

HERE = Path(__file__).parent / "frames"
NOW = datetime(2022, 6, 21, 12, 0, tzinfo=UTC)
MODULES: dict[str, Any] = {"sl651": sl651, "hj212": hj212, "gb26875": gb26875, "jt808": jt808}


def reader_of(protocol: str) -> Reader:
    return Reader(MODULES[protocol].find, skip=getattr(MODULES[protocol], "SKIP", b""))


def plain(protocol: str, data: bytes) -> bytes:
    return data.replace(b"\r", b"").replace(b"\n", b"") if protocol == "hj212" else data


def recorded(protocol: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{protocol}.jsonl").read_text(encoding="utf-8").splitlines()]


def raw_of(protocol: str, row: dict[str, Any]) -> bytes:
    text = row.get("raw") or row.get("frame_hex") or row["sentence"]
    return text.encode("latin-1") if protocol in {"hj212", "ais"} else bytes.fromhex(text)


def stage(serial: int, metres: str) -> bytes:
    value = Decimal(metres)
    return sl651.encode(station="0012345678", function=0x32, serial=serial, at=NOW, readings=[(0x39, value, 4, 3)])


def rain_packet(minute: int) -> bytes:
    fields = {"QN": f"202206211200{minute:02d}000", "ST": "32", "CN": "2011", "PW": "123456", "MN": "QY0001", "Flag": "5"}
    return hj212.encode(fields, f"DataTime=202206211200{minute:02d};w01001-Rtd=7.{minute},w01001-Flag=N")


def fire(serial: int) -> bytes:
    part = (
        bytes([1, 3, 40]) + serial.to_bytes(4, "little") + (0b10).to_bytes(2, "little") + "一层东".encode("gbk").ljust(31, b"\0")
    )
    data = bytes([2, 1]) + part + bytes([5, 0, 12, 21, 6, 22])
    return gb26875.encode(
        serial=serial.to_bytes(2, "little"),
        version=b"\1\1",
        now=NOW,
        source=b"\1" * 6,
        destination=b"\0" * 6,
        command=2,
        data=data,
    )


def lorry(serial: int) -> bytes:
    return jt808.encode(0x0200, "13800000001", serial, jt808.encode_position(latitude=23.7, longitude=113.05, at=NOW, speed=62.5))


SAMPLES = {
    "sl651": [stage(1, "13.95"), stage(2, "-0.52")],
    "hj212": [rain_packet(1), rain_packet(2)],
    "gb26875": [fire(7), fire(8)],
    "jt808": [lorry(0x7E7D), lorry(2)],
}


@pytest.mark.parametrize("protocol", ["sl651", "hj212", "gb26875"])
def test_every_recorded_frame_gets_the_verdict_its_file_states(protocol: str) -> None:
    rows = recorded(protocol)
    found = [(n, MODULES[protocol].decode(raw_of(protocol, row)).valid) for n, row in enumerate(rows)]
    assert found == [(n, row["valid"]) for n, row in enumerate(rows)]


@pytest.mark.parametrize("protocol", ["sl651", "hj212", "gb26875", "jt808"])
def test_frames_on_one_line_get_the_verdicts_that_each_gets_alone(protocol: str) -> None:
    """A run of bad frames is so many, each with its own fault: they are counted by fault."""
    frames = [raw_of(protocol, row) for row in recorded(protocol)]
    reader = reader_of(protocol)
    between = b"\r\n" if protocol == "hj212" else b""
    found = [*reader.feed(b"".join(frame + between for frame in frames)), *reader.finish()]
    alone = [MODULES[protocol].decode(frame) for frame in frames]
    assert [frame.fault for frame in found] == [frame.fault for frame in alone]


def test_vehicle_frames_are_right_and_name_their_terminal() -> None:
    for row in recorded("jt808"):
        frame = jt808.decode(raw_of("jt808", row))
        assert frame.valid, (row, frame)
        assert (frame.fields["terminal"], frame.fields["message"]) == (
            row["terminal"],
            row["message_id"].upper().replace("X", "x"),
        )
        if "decoded" in row:
            [where] = frame.fields["positions"]
            # Bits 2 and 3 of the status say south and west; the file's decoder left the signs out.
            assert (abs(where["latitude"]), abs(where["longitude"])) == (row["decoded"]["lat"], row["decoded"]["lon"])
            assert where["latitude"] < 0
            assert where["speed"] == row["decoded"]["speed_kmh"]


def test_ship_sentences_are_right_where_their_checksum_is() -> None:
    for row in recorded("ais"):
        frame = ais.decode(raw_of("ais", row))
        assert (frame.fault in (Fault.NONE, Fault.FIELD)) or not row["checksum_ok"], (row, frame)
        assert not frame.valid or row["checksum_ok"], (row, frame)
        if frame.valid and row["lat"] is not None and "lat" in frame.fields:
            assert frame.fields["lat"] == pytest.approx(row["lat"], abs=1e-4)


def test_the_sentences_of_one_ship_s_message_are_put_together_in_any_order() -> None:
    first = b"!AIVDM,2,1,4,A,55O0W7`00001L@gCWGA2uItLth@DqtL5@F22220j1h742t0Ht0000000,0*08"
    second = b"!AIVDM,2,2,4,A,000000000000000,2*20"
    for lines in ([first, second], [second, first]):
        [message] = list(ais.messages(lines))
        assert message.valid
        assert message.fields["mmsi"] == 368060190


def test_a_station_s_report_is_read() -> None:
    [frame] = Reader(sl651.find).feed(stage(1, "13.95"))
    [level] = frame.fields["elements"]
    assert (level["quantity"], level["value"], level["unit"]) == ("water_level", Decimal("13.950"), "m")
    assert frame.fields["observed_at"] == NOW
    [below] = sl651.decode(stage(2, "-0.52")).fields["elements"]
    assert below["value"] == Decimal("-0.520")


def test_a_station_s_confirmation_is_a_right_frame_for_it() -> None:
    answer = sl651.decode(sl651.answer(sl651.decode(stage(9, "1")), NOW))
    assert answer.valid
    assert (answer.fields["direction"], answer.fields["station"], answer.fields["serial"]) == ("down", "0012345678", 9)


def test_five_minute_values_end_at_the_time_of_the_report() -> None:
    row = next(r for r in recorded("sl651") if r["func"] == "3A")
    series = sl651.decode(raw_of("sl651", row)).fields["elements"]
    assert [str(e["value"]) for e in series[:5]] == ["0.5", "0", "0", "0", "2"]
    assert {str(e["value"]) for e in series[5:10]} == {"None"}
    assert series[-1]["at"].minute == 5


def test_a_monitor_s_values_and_its_answer() -> None:
    frame = hj212.decode(rain_packet(1))
    [value] = hj212.readings(frame)
    assert (value["factor"], value["value"], value["flag"], value["hours"]) == ("w01001", 7.1, "N", 0.0)
    answer = hj212.answer(frame)
    assert answer is not None
    assert hj212.decode(answer).fields["CN"] == "9014"
    assert hj212.answer(hj212.decode(rain_packet(1).replace(b"Flag=5", b"Flag=4"))) is None


def test_a_component_on_fire() -> None:
    [component] = gb26875.decode(fire(7)).fields["components"]
    assert (component["states"], component["description"]) == (["fire"], "一层东")
    answer = gb26875.answer(gb26875.decode(fire(7)), NOW)
    assert answer is not None
    assert gb26875.decode(answer).fields["command"] == "confirm"


def test_a_lorry_on_the_road() -> None:
    [where] = jt808.decode(lorry(3)).fields["positions"]
    assert (where["latitude"], where["longitude"], where["speed"], where["at"]) == (23.7, 113.05, 62.5, NOW)
    answer = jt808.answer(jt808.decode(lorry(3)))
    assert answer is not None
    assert jt808.decode(answer).fields["message"] == "0x8001"


@pytest.mark.parametrize("protocol", SAMPLES)
@given(data=st.data())
@settings(max_examples=60)
def test_frames_survive_any_cutting_and_any_rubbish_between_them(protocol: str, data: st.DataObject) -> None:
    # A byte of a start mark would make rubbish look like the beginning of a frame.
    mark = {"sl651": 0x7E, "hj212": 0x23, "gb26875": 0x40, "jt808": 0x7E}[protocol]
    noise = st.binary(max_size=20).map(lambda b: bytes(x for x in b if x not in (mark, 0x0D, 0x0A)))
    frames = SAMPLES[protocol]
    stream = b"".join(data.draw(noise) + frame for frame in frames) + data.draw(noise)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader = reader_of(protocol)
    found = [f for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True) for f in reader.feed(stream[a:b])]
    found += reader.finish()
    assert [f.raw for f in found if f.valid] == [plain(protocol, frame) for frame in frames]
    assert plain(protocol, b"".join(f.raw for f in found)) == plain(protocol, stream)


@pytest.mark.parametrize("protocol", SAMPLES)
@given(data=st.data())
@settings(max_examples=60)
def test_a_broken_frame_costs_no_frame_after_it(protocol: str, data: st.DataObject) -> None:
    first, second = SAMPLES[protocol]
    at = data.draw(st.integers(2, len(first) - 3))
    kind = data.draw(st.sampled_from(["cut", "change"]))
    broken = first[:at] if kind == "cut" else first[:at] + bytes([first[at] ^ 0x15]) + first[at + 1 :]
    reader = reader_of(protocol)
    found = [*reader.feed(broken + second + second), *reader.finish()]
    assert plain(protocol, second) in [f.raw for f in found if f.valid]
    assert plain(protocol, b"".join(f.raw for f in found)) == plain(protocol, broken + second + second)


@pytest.mark.parametrize("protocol", [*SAMPLES, "ais"])
@given(raw=st.binary(max_size=300))
@settings(max_examples=150)
def test_nothing_raises(protocol: str, raw: bytes) -> None:
    module = MODULES.get(protocol, ais)
    assert isinstance(module.decode(raw), Frame)
    start = {"sl651": b"~~", "hj212": b"##", "gb26875": b"@@", "jt808": b"~", "ais": b"!AIVDM,1,1,,A,"}[protocol]
    assert isinstance(module.decode(start + raw), Frame)
    if protocol != "ais":
        reader = reader_of(protocol)
        found = [*reader.feed(start + raw), *reader.finish()]
        assert plain(protocol, b"".join(f.raw for f in found)) == plain(protocol, start + raw)


def test_a_stream_that_never_ends_a_frame_is_not_kept_for_ever() -> None:
    reader = Reader(jt808.find, longest=1000)
    found = reader.feed(b"~" + b"x" * 2000)
    assert [f.fault for f in found] == [Fault.RUBBISH]
