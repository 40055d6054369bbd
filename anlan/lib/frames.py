"""What all byte protocols of devices share: a frame with its verdict, and a reader that finds frames in a stream and never raises.

A protocol is a function `find(buffer)`: it returns the first thing that the buffer begins with, a frame or rubbish, or None when it
needs more bytes. Whatever is wrong with a frame is its `fault`, with the byte at which it went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

#: The time that the Chinese standards mean.
BEIJING = timezone(timedelta(hours=8))
#: A stream that brings so many bytes without a frame is not speaking the protocol.
LONGEST = 65_536
#: What may stand after a frame besides the next one.
BETWEEN = b"\r\n"


class Fault(StrEnum):
    """What is wrong with a frame."""

    NONE = ""
    RUBBISH = "rubbish"  # bytes between frames
    SHORT = "short"  # the frame ends before its length says
    LENGTH = "length"  # the length field and the frame differ
    CHECKSUM = "checksum"
    ENDING = "ending"  # the end mark is missing or another
    FIELD = "field"  # the frame is whole, a field in it cannot be


@dataclass(frozen=True)
class Frame:
    """One frame: its bytes, what they say, and what is wrong with them."""

    raw: bytes
    fields: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault = Fault.NONE
    at: int = 0
    said: str = ""

    @property
    def valid(self) -> bool:
        """Return whether nothing is wrong."""
        return self.fault is Fault.NONE


Find = Callable[[bytes], Frame | None]


class Reader:
    """Find the frames in the bytes that a connection brings, whole or in pieces, with anything between them."""

    def __init__(self, find: Find, longest: int = LONGEST, skip: bytes = b"") -> None:
        """`skip` are bytes that may stand between frames and say nothing: line ends."""
        self._find = find
        self._longest = longest
        self._skip = skip
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now, in order; bytes between them come as rubbish."""
        held = self._held + data
        found: list[Frame] = []
        while held := held.lstrip(self._skip) if self._skip else held:
            frame = self._find(held)
            if frame is None:
                if len(held) <= self._longest:
                    break
                frame = Frame(held, fault=Fault.RUBBISH)
            held = held[len(frame.raw) :]
            found.append(frame)
        self._held = held
        return found

    def finish(self) -> list[Frame]:
        """Return what is left when the connection ends: a frame cut short."""
        left, self._held = self._held, b""
        return [Frame(left, fault=Fault.SHORT, at=len(left))] if left else []


def first(buffer: bytes, start: bytes, size_of: Callable[[bytes], int | None], decode: Callable[[bytes], Frame]) -> Frame | None:
    """Return the first frame or rubbish in a buffer whose frames begin with `start` and say their own length; None for "more bytes".

    `size_of` returns the length that the head of a frame says, None while the head is not complete. A frame that is cut off or says a wrong
    length ends where a whole one begins: it costs no other. One at fault that ends where the next begins is one by itself.
    """
    rubbish = rubbish_before(buffer, start)
    if rubbish is not None:
        return rubbish
    size = size_of(buffer)
    whole = size is not None and len(buffer) >= size
    frame = decode(buffer[:size]) if whole else None
    if frame is not None and frame.valid:
        return frame
    again = inside = buffer.find(start, 1)
    end = size if size is not None and whole else len(buffer)
    while 0 < again < end:
        other = size_of(buffer[again:])
        if other is not None and len(buffer) - again >= other and decode(buffer[again : again + other]).valid:
            return decode(buffer[:again])
        again = buffer.find(start, again + 1)
    after = buffer[end:].lstrip(BETWEEN)
    if whole and 0 < inside < end and after and not after.startswith(start):
        return decode(buffer[:inside])  # its length is wrong: the next one, not yet whole or at fault too, begins within it
    return frame


def rubbish_before(buffer: bytes, start: bytes) -> Frame | None:
    """Return the bytes before the first `start` as rubbish, None where the buffer begins with it or may begin with it."""
    if buffer.startswith(start) or start.startswith(buffer):
        return None
    at = buffer.find(start, 1)
    if at < 0:
        # The start may have begun with the last bytes.
        kept = next((n for n in range(len(start) - 1, 0, -1) if buffer.endswith(start[:n])), 0)
        at = len(buffer) - kept
    return Frame(buffer[:at], fault=Fault.RUBBISH)


def bcd(data: bytes) -> str:
    """Return the digits of packed decimals; a nibble above nine stays a letter."""
    return data.hex().upper()


def bcd_moment(digits: bytes) -> datetime | None:
    """Return a packed-decimal time YYMMDDhhmmss in Beijing's time, None where it is none."""
    try:
        return datetime.strptime(bcd(digits), "%y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def crc16_modbus(data: bytes) -> int:
    """Return the CRC-16 with polynomial A001 and start FFFF, bit by bit from the low end."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _bit in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc
