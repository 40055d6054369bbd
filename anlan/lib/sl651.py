"""SL 651-2014, the hydrological telemetry protocol: frames in hexadecimal coding, their elements, and the answers it asks for.

Layout (§ 6 of the standard): 7E7E, centre 1, station 5 BCD, password 2, function 1, direction (4 bit) and length (12 bit), STX or SYN,
body, ETX or ETB, CRC-16. Downwards station and centre change places.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from anlan.lib.frames import BEIJING, Fault, Frame, bcd, bcd_moment, crc16_modbus, first

START = b"\x7e\x7e"
HEAD, TAIL = 14, 3  # bytes before the body, and after it
STX, SYN, ETX, ETB = 0x02, 0x16, 0x03, 0x17
ENDINGS_DOWN = {0x05: "enquire", 0x06: "acknowledge", 0x04: "end", 0x15: "refuse", 0x1B: "end, stay connected"}
#: Functions whose body carries observed elements.
REPORTS = frozenset(range(0x30, 0x36)) | {0x37, 0x38, 0x3A}
CLASSES = {
    0x50: "rain",
    0x48: "river",
    0x4B: "reservoir",
    0x5A: "gate",
    0x44: "pump",
    0x54: "tide",
    0x4D: "soil",
    0x47: "groundwater",
    0x51: "quality",
}


@dataclass(frozen=True)
class Element:
    """What an element identifier means: quantity, unit, and over how many hours it sums."""

    quantity: str
    unit: str
    hours: float = 0.0


#: Elements whose meaning is sure (appendix C); others keep their identifier as name.
ELEMENTS = {
    0x1A: Element("rain", "mm", 1),
    0x1B: Element("rain", "mm", 2),
    0x1C: Element("rain", "mm", 3),
    0x1D: Element("rain", "mm", 6),
    0x1E: Element("rain", "mm", 12),
    0x20: Element("rain", "mm"),
    0x26: Element("rain_total", "mm"),
    0x27: Element("flow", "m3/s"),
    0x38: Element("battery", "V"),
    0x39: Element("water_level", "m"),
    0x3B: Element("water_level", "m"),
}
FIVE_MINUTE_RAIN, FIVE_MINUTE_STAGE, STEP = 0xF4, 0xF5, 0x04
STATION_MARK, TIME_MARK = b"\xf1\xf1", b"\xf0\xf0"


def find(buffer: bytes) -> Frame | None:
    """Return the first frame or rubbish in a buffer, None when it needs more bytes."""
    return first(buffer, START, lambda b: HEAD + _length(b) + TAIL if len(b) >= HEAD else None, decode)


def decode(raw: bytes) -> Frame:
    """Return the frame with its verdict: length, end mark and CRC checked, body read as far as it is understood."""
    if len(raw) < HEAD + TAIL or not raw.startswith(START):
        return Frame(raw, fault=Fault.SHORT if raw.startswith(START) else Fault.RUBBISH, at=len(raw))
    down = bool(raw[11] & 0x80)
    station, centre = (raw[2:7], raw[7]) if down else (raw[3:8], raw[2])
    fields: dict[str, Any] = {
        "direction": "down" if down else "up",
        "centre": centre,
        "station": bcd(station),
        "password": raw[8:10].hex(),
        "function": f"{raw[10]:02X}",
        "length": _length(raw),
    }
    size = HEAD + _length(raw) + TAIL
    if len(raw) != size:
        return Frame(raw, fields, Fault.SHORT if len(raw) < size else Fault.LENGTH, min(len(raw), size))
    if crc16_modbus(raw[:-2]) != int.from_bytes(raw[-2:], "big"):
        return Frame(raw, fields, Fault.CHECKSUM, size - 2)
    if raw[13] not in (STX, SYN):
        return Frame(raw, fields, Fault.FIELD, 13, "neither STX nor SYN before the body")
    if raw[-3] not in ({ETX, ETB} | ENDINGS_DOWN.keys()):
        return Frame(raw, fields, Fault.ENDING, size - 3)
    body = raw[HEAD:-TAIL]
    if raw[13] == SYN:
        fields["packets"], fields["packet"] = int.from_bytes(body[:3], "big") >> 12, int.from_bytes(body[:3], "big") & 0xFFF
        return Frame(raw, fields | {"content": body[3:].hex().upper()})
    return _with_body(raw, fields, body)


def _length(raw: bytes) -> int:
    return int.from_bytes(raw[11:13], "big") & 0x0FFF


def _with_body(raw: bytes, fields: dict[str, Any], body: bytes) -> Frame:
    """Read serial, time and elements of a body."""
    if len(body) < 8:
        return Frame(raw, fields, Fault.FIELD, HEAD, "a body shorter than its serial number and time")
    fields["serial"] = int.from_bytes(body[:2], "big")
    fields["sent_at"] = bcd_moment(body[2:8])
    rest = body[8:]
    if int(fields["function"], 16) not in REPORTS or not rest.startswith(STATION_MARK) or len(rest) < 8:
        return Frame(raw, fields | ({"content": rest.hex().upper()} if rest else {}))
    fields["station_class"] = CLASSES.get(rest[7], f"{rest[7]:02X}")
    at, observed = 8, fields["sent_at"]
    if rest[8:10] == TIME_MARK:
        observed, at = bcd_moment(rest[10:15] + b"\x00"), 15
    fields["observed_at"] = observed
    fields["elements"], stopped = elements(rest[at:], observed)
    if stopped is not None:
        return Frame(raw, fields, Fault.FIELD, HEAD + 8 + at + stopped, "an element is longer than the body")
    return Frame(raw, fields)


def elements(data: bytes, observed: datetime | None) -> tuple[list[dict[str, Any]], int | None]:
    """Return the elements of a body, and the byte at which reading stopped, if it did."""
    found: list[dict[str, Any]] = []
    at = 0
    while at < len(data):
        wide = data[at] == 0xFF and at + 1 < len(data)
        code = data[at + 1] if wide else data[at]
        start = at + (3 if wide else 2)
        if start > len(data):
            return found, at
        size, decimals = data[start - 1] >> 3, data[start - 1] & 0b111
        held = data[start : start + size]
        if len(held) < size:
            return found, at
        found += _element(code, wide, held, decimals, observed)
        at = start + size
    return found, None


def _element(code: int, wide: bool, held: bytes, decimals: int, observed: datetime | None) -> list[dict[str, Any]]:
    if not wide and code in (FIVE_MINUTE_RAIN, FIVE_MINUTE_STAGE):
        return _series(code, held, observed)
    name = f"FF{code:02X}" if wide else f"{code:02X}"
    known = None if wide else ELEMENTS.get(code)
    said: dict[str, Any] = {"element": name, "value": number(held, decimals), "at": observed}
    if known:
        said |= {"quantity": known.quantity, "unit": known.unit}
        if known.hours:
            said["hours"] = known.hours
    return [said]


def _series(code: int, held: bytes, observed: datetime | None) -> list[dict[str, Any]]:
    """Return the twelve five-minute values of an hour: rain in 0.1 mm a byte, stage in 0.01 m two bytes; all ones is no value."""
    rain = code == FIVE_MINUTE_RAIN
    width, divisor = (1, 10) if rain else (2, 100)
    meaning = {"quantity": "rain", "unit": "mm", "hours": 1 / 12} if rain else {"quantity": "water_level", "unit": "m"}
    values = [held[n : n + width] for n in range(0, len(held), width)]
    return [
        {
            "element": f"{code:02X}",
            "value": None if set(value) == {0xFF} else Decimal(int.from_bytes(value, "big")) / divisor,
            "at": None if observed is None else observed + timedelta(minutes=5 * (n + 1 - len(values))),
            **meaning,
        }
        for n, value in enumerate(values)
    ]


def number(held: bytes, decimals: int) -> Decimal | None:
    """Return a BCD number: a leading FF means below zero; what is no number at all is None (a broken sensor sends FF or AA)."""
    if not held or set(held) <= {0xFF} or set(held) <= {0xAA}:
        return None
    below, digits = held[0] == 0xFF, bcd(held[1:] if held[0] == 0xFF else held)
    if not digits.isdecimal():
        return None
    value = Decimal(int(digits)).scaleb(-decimals)
    return -value if below else value


def answer(frame: Frame, now: datetime, ending: int = 0x06) -> bytes:
    """Return the confirmation that a report asks for; with `ending` 0x04 the station may hang up.

    To be sent only when what the frame brought is safe: a station that is confirmed forgets it.
    """
    fields = frame.fields
    time = now.astimezone(BEIJING).strftime("%y%m%d%H%M%S")
    body = int(fields["serial"]).to_bytes(2, "big") + bytes.fromhex(time)
    head = START + bytes.fromhex(fields["station"]) + bytes([fields["centre"]]) + bytes.fromhex(fields["password"])
    head += bytes.fromhex(fields["function"]) + (0x8000 | len(body)).to_bytes(2, "big") + bytes([STX])
    whole = head + body + bytes([ending])
    return whole + crc16_modbus(whole).to_bytes(2, "big")


def encode(
    *,
    station: str,
    function: int,
    serial: int,
    at: datetime,
    readings: list[tuple[int, Decimal, int, int]],
    station_class: int = 0x48,
    centre: int = 1,
) -> bytes:
    """Make a report as a station sends it: readings are (element, value, bytes, decimals). For simulators and tests."""
    local = at.astimezone(BEIJING)
    body = serial.to_bytes(2, "big") + bytes.fromhex(local.strftime("%y%m%d%H%M%S"))
    body += (
        STATION_MARK + bytes.fromhex(station) + bytes([station_class]) + TIME_MARK + bytes.fromhex(local.strftime("%y%m%d%H%M"))
    )
    for element, value, size, decimals in readings:
        digits = str(int(abs(value).scaleb(decimals)))
        data = b"\xff" + bytes.fromhex(digits.zfill(2 * size - 2)) if value < 0 else bytes.fromhex(digits.zfill(2 * size))
        body += bytes([element, size << 3 | decimals]) + data
    whole = START + bytes([centre]) + bytes.fromhex(station) + b"\x00\x00" + bytes([function]) + len(body).to_bytes(2, "big")
    whole += bytes([STX]) + body + bytes([ETX])
    return whole + crc16_modbus(whole).to_bytes(2, "big")
