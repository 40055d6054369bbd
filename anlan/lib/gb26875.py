"""GB/T 26875.3-2011, the protocol between fire-alarm transmitters and the monitoring centre: frames, component states, answers.

A frame is 4040, serial 2, version 2, time 6 (second first), source 6, destination 6, length 2 (all low byte first), command 1, data,
sum 1, 2323. The sum runs from the serial number to the last byte of the data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anlan.lib.frames import BEIJING, Fault, Frame, first

START, END = b"@@", b"##"
HEAD, TAIL = 27, 3
LONGEST_DATA = 1024
COMMANDS = {1: "control", 2: "send", 3: "confirm", 4: "request", 5: "answer", 6: "deny"}
SEND, CONFIRM = 2, 3
#: Type of data → what it tells.
TYPES = {
    1: "system_status",
    2: "component_status",
    3: "analogue",
    4: "operation",
    21: "transmitter_status",
    24: "transmitter_operation",
}
#: Bits of a component's state, the lowest first; no bit is normal.
COMPONENT_BITS = ("running", "fire", "fault", "shielded", "supervise", "start", "feedback", "delay", "power_fault")
COMPONENT = 46  # system type and address, component type, its address 4, state 2, description 31, time 6


def find(buffer: bytes) -> Frame | None:
    """Return the first frame or rubbish in a buffer, None when it needs more bytes."""
    return first(buffer, START, _size, decode)


def _size(buffer: bytes) -> int | None:
    """Return the length that a frame's head says; more data than the standard allows is no length."""
    if len(buffer) < HEAD:
        return None
    length = int.from_bytes(buffer[24:26], "little")
    return HEAD if length > LONGEST_DATA else HEAD + length + TAIL


def decode(raw: bytes) -> Frame:
    """Return the frame with its verdict: length, sum and end mark checked, the states it carries read."""
    if len(raw) < HEAD or not raw.startswith(START):
        return Frame(raw, fault=Fault.SHORT if raw.startswith(START) else Fault.RUBBISH, at=len(raw))
    length = int.from_bytes(raw[24:26], "little")
    fields: dict[str, Any] = {
        "serial": int.from_bytes(raw[2:4], "little"),
        "version": f"{raw[4]}.{raw[5]}",
        "sent_at": moment(raw[6:12]),
        "source": raw[12:18][::-1].hex().upper(),
        "destination": raw[18:24][::-1].hex().upper(),
        "length": length,
        "command": COMMANDS.get(raw[26], str(raw[26])),
    }
    size = HEAD + length + TAIL
    if len(raw) != size:
        return Frame(raw, fields, Fault.SHORT if len(raw) < size else Fault.LENGTH, min(len(raw), size))
    if sum(raw[2:-3]) & 0xFF != raw[-3]:
        return Frame(raw, fields, Fault.CHECKSUM, size - 3)
    if raw[-2:] != END:
        return Frame(raw, fields, Fault.ENDING, size - 2)
    data = raw[HEAD:-TAIL]
    return Frame(raw, fields | (_content(data) if data else {}))


def _content(data: bytes) -> dict[str, Any]:
    """Return what the data tells; what is laid out otherwise than the standard says stays hexadecimal with the text found in it."""
    kind = TYPES.get(data[0], str(data[0]))
    count = data[1] if len(data) > 1 else 0
    found: dict[str, Any] = {"type": kind, "count": count}
    if kind == "component_status" and count and len(data) - 2 == count * COMPONENT:
        parts = [data[2 + n * COMPONENT : 2 + (n + 1) * COMPONENT] for n in range(count)]
        return found | {"components": [_component(part) for part in parts]}
    return found | {"content": data[2:].hex().upper()}


def _component(part: bytes) -> dict[str, Any]:
    state = int.from_bytes(part[7:9], "little")
    return {
        "system_type": part[0],
        "system": part[1],
        "component_type": part[2],
        "component": part[3:7][::-1].hex().upper(),
        "states": [name for bit, name in enumerate(COMPONENT_BITS) if state >> bit & 1] or ["normal"],
        "description": part[9:40].split(b"\x00")[0].decode("gb18030", errors="replace"),
        "at": moment(part[40:46]),
    }


def moment(data: bytes) -> datetime | None:
    """Return a time of six bytes, second first, None where it is none."""
    second, minute, hour, day, month, year = data
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None


def answer(frame: Frame, now: datetime) -> bytes | None:
    """Return the confirmation of a frame that sends something, None for other commands. To be sent after the commit."""
    if frame.fields.get("command") != COMMANDS[SEND]:
        return None
    raw = frame.raw
    return encode(serial=raw[2:4], version=raw[4:6], now=now, source=raw[18:24], destination=raw[12:18], command=CONFIRM)


def encode(
    *, serial: bytes, version: bytes, now: datetime, source: bytes, destination: bytes, command: int, data: bytes = b""
) -> bytes:
    """Make a frame from its parts as they stand in it."""
    at = now.astimezone(BEIJING)
    time = bytes([at.second, at.minute, at.hour, at.day, at.month, at.year - 2000])
    middle = serial + version + time + source + destination + len(data).to_bytes(2, "little") + bytes([command]) + data
    return START + middle + bytes([sum(middle) & 0xFF]) + END
