"""JT/T 808 (2011, 2013, 2019), the protocol of vehicle terminals: frames, positions, answers.

Between two marks 7E stand message 2, attributes 2, (2019: version 1) the terminal's number in BCD (6, 2019: 10 bytes), serial 2, for a
part of a long message also total and number, the body, and an XOR over all of it; 7E and 7D are escaped.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anlan.lib.frames import BEIJING, Fault, Frame, bcd, bcd_moment

MARK = 0x7E
POSITION, POSITIONS, POSITION_ASKED = 0x0200, 0x0704, 0x0201
REGISTER, AUTHENTICATE, HEARTBEAT = 0x0100, 0x0102, 0x0002
GENERAL_ANSWER, REGISTER_ANSWER = 0x8001, 0x8100
OK = 0
#: Bits of the status word that a position rests on.
LOCATED, SOUTH, WEST = 1 << 1, 1 << 2, 1 << 3
#: Bits of the alarm word that mean danger at once.
ALARMS = {0: "emergency", 1: "speeding", 2: "fatigue", 3: "danger_ahead", 29: "collision", 30: "rollover"}
POSITION_BODY = 28


def unescape(data: bytes) -> bytes:
    """Return the bytes between two marks as they were before the escaping."""
    return data.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def escape(data: bytes) -> bytes:
    """Escape what may not stand between two marks."""
    return data.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def find(buffer: bytes) -> Frame | None:
    """Return the first frame or rubbish in a buffer, None when it needs more bytes."""
    if buffer[0] != MARK:
        at = buffer.find(bytes([MARK]))
        return Frame(buffer[: at if at >= 0 else len(buffer)], fault=Fault.RUBBISH)
    end = buffer.find(bytes([MARK]), 1)
    if end < 0:
        return None
    # Two marks in a row: the first ended a frame whose beginning was lost.
    return Frame(buffer[:1], fault=Fault.RUBBISH) if end == 1 else decode(buffer[: end + 1])


def decode(raw: bytes) -> Frame:
    """Return the frame with its verdict: XOR and length checked, positions read."""
    if len(raw) < 2 or raw[0] != MARK or raw[-1] != MARK:
        return Frame(raw, fault=Fault.SHORT if raw[:1] == bytes([MARK]) else Fault.RUBBISH, at=len(raw))
    data = unescape(raw[1:-1])
    if len(data) < 13:
        return Frame(raw, fault=Fault.SHORT, at=len(raw) - 1)
    message, attributes = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    new, part = bool(attributes & 0x4000), bool(attributes & 0x2000)
    number = data[5:15] if new else data[4:10]
    at = (15 if new else 10) + 2
    fields: dict[str, Any] = {
        "message": f"0x{message:04X}",
        "version": "2019" if new else "2011/2013",
        "terminal": bcd(number),
        "serial": int.from_bytes(data[at - 2 : at], "big"),
        "length": attributes & 0x03FF,
        "encrypted": bool(attributes & 0x1C00),
    }
    check = 0
    for byte in data[:-1]:
        check ^= byte
    if check != data[-1]:
        return Frame(raw, fields, Fault.CHECKSUM, len(raw) - 2)
    if part:
        fields["parts"], fields["part"] = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        at += 4
    body = data[at:-1]
    if len(body) != fields["length"]:
        return Frame(raw, fields, Fault.SHORT if len(body) < fields["length"] else Fault.LENGTH, len(raw) - 2)
    return _with_body(raw, fields, message, body, whole=not part)


def _with_body(raw: bytes, fields: dict[str, Any], message: int, body: bytes, *, whole: bool) -> Frame:
    """Read the positions of a body; a part of a long message is kept as it is."""
    if not whole or fields["encrypted"]:
        return Frame(raw, fields | {"content": body.hex().upper()})
    if message == POSITION and len(body) >= POSITION_BODY:
        return Frame(raw, fields | {"positions": [position(body)]})
    if message == POSITION_ASKED and len(body) >= 2 + POSITION_BODY:
        return Frame(raw, fields | {"answers": int.from_bytes(body[:2], "big"), "positions": [position(body[2:])]})
    if message == POSITIONS and len(body) >= 3:
        found: list[dict[str, Any]] = []
        at = 3
        for _n in range(int.from_bytes(body[:2], "big")):
            size = int.from_bytes(body[at : at + 2], "big")
            held = body[at + 2 : at + 2 + size]
            if len(held) < size or size < POSITION_BODY:
                return Frame(
                    raw, fields | {"positions": found}, Fault.FIELD, len(raw) - 2, "a position is longer than the message"
                )
            found.append(position(held))
            at += 2 + size
        return Frame(raw, fields | {"positions": found})
    if message in (POSITION, POSITION_ASKED):
        return Frame(raw, fields, Fault.FIELD, len(raw) - 2, "a position shorter than 28 bytes")
    return Frame(raw, fields | ({"content": body.hex().upper()} if body else {}))


def position(body: bytes) -> dict[str, Any]:
    """Return where a vehicle is: degrees, metres, km/h, degrees from north, and what it calls for."""
    alarm, status = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
    latitude, longitude = int.from_bytes(body[8:12], "big") / 1e6, int.from_bytes(body[12:16], "big") / 1e6
    return {
        "latitude": -latitude if status & SOUTH else latitude,
        "longitude": -longitude if status & WEST else longitude,
        "located": bool(status & LOCATED),
        "altitude": int.from_bytes(body[16:18], "big"),
        "speed": int.from_bytes(body[18:20], "big") / 10,
        "direction": int.from_bytes(body[20:22], "big"),
        "at": bcd_moment(body[22:28]),
        "alarm": alarm,
        "status": status,
        "alarms": [name for bit, name in ALARMS.items() if alarm >> bit & 1],
    }


def answer(frame: Frame, token: str = "") -> bytes | None:
    """Return the answer that a terminal waits for: to a registration its token, to all else a receipt. To be sent after the commit."""
    message = int(frame.fields["message"], 16)
    if message >= 0x8000:
        return None
    serial = int(frame.fields["serial"]).to_bytes(2, "big")
    new = frame.fields["version"] == "2019"
    if message == REGISTER:
        return encode(REGISTER_ANSWER, frame.fields["terminal"], 0, serial + bytes([OK]) + token.encode("gb18030"), new=new)
    return encode(GENERAL_ANSWER, frame.fields["terminal"], 0, serial + message.to_bytes(2, "big") + bytes([OK]), new=new)


def encode(message: int, terminal: str, serial: int, body: bytes = b"", *, new: bool = True) -> bytes:
    """Make a frame."""
    if len(body) > 0x03FF:
        raise ValueError(f"{len(body)} bytes; a frame carries at most 1023")
    digits = bytes.fromhex(terminal.zfill(20 if new else 12))
    head = message.to_bytes(2, "big") + (len(body) | (0x4000 if new else 0)).to_bytes(2, "big")
    data = head + (b"\x01" if new else b"") + digits + serial.to_bytes(2, "big") + body
    check = 0
    for byte in data:
        check ^= byte
    return bytes([MARK]) + escape(data + bytes([check])) + bytes([MARK])


def encode_position(
    *, latitude: float, longitude: float, at: datetime, speed: float = 0, direction: int = 0, alarm: int = 0
) -> bytes:
    """Make the body of a position. For simulators and tests."""
    status = LOCATED | (SOUTH if latitude < 0 else 0) | (WEST if longitude < 0 else 0)
    parts = (
        (alarm, 4),
        (status, 4),
        (round(abs(latitude) * 1e6), 4),
        (round(abs(longitude) * 1e6), 4),
        (0, 2),
        (round(speed * 10), 2),
        (direction, 2),
    )
    return b"".join(value.to_bytes(size, "big") for value, size in parts) + bytes.fromhex(
        at.astimezone(BEIJING).strftime("%y%m%d%H%M%S")
    )
