"""Text messages: in which alphabet a text goes, how a long one is cut into parts, and put together again (3GPP TS 23.038, 23.040).

GSM 7 where every character is in its table, else UCS-2 (UTF-16, high byte first, without a byte-order mark). Over SMPP the
septets travel unpacked, one an octet. A part of a long message carries a header of six octets, so that 153 septets or 67
UCS-2 units remain; no escape sequence and no surrogate pair is cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
SEPTETS = {c: bytes([n]) for n, c in enumerate(BASIC) if c != "\x1b"} | {c: bytes([0x1B, n]) for c, n in EXTENDED.items()}
CHARACTERS = dict(enumerate(BASIC))
ESCAPED = {n: c for c, n in EXTENDED.items()}
#: SMPP data_coding.
GSM7, UCS2 = 0x00, 0x08
#: Octets of one message alone, and of one part of several.
ALONE, PART = {GSM7: 160, UCS2: 140}, {GSM7: 153, UCS2: 134}


@dataclass(frozen=True)
class Part:
    """One part: how it is coded, what it carries, and its place. `header` is the user data header, empty for a message alone."""

    coding: int
    payload: bytes
    number: int
    of: int
    reference: int

    @property
    def header(self) -> bytes:
        """Return the concatenation header: IEI 00, reference of one octet, how many, which."""
        return b"" if self.of == 1 else bytes([5, 0, 3, self.reference & 0xFF, self.of, self.number])


class TooLong(ValueError):
    """A text of more than 255 parts."""


def coding_of(text: str) -> int:
    """Return the alphabet that a text needs."""
    return GSM7 if all(c in SEPTETS for c in text) else UCS2


def _units(text: str, coding: int) -> Iterable[bytes]:
    """Return the pieces of a text that must not be cut, as they travel."""
    return (SEPTETS[c] for c in text) if coding == GSM7 else (c.encode("utf-16-be", "surrogatepass") for c in text)


def split(text: str, reference: int) -> list[Part]:
    """Cut a text into as few parts as hold it; one part without a header where it fits."""
    coding = coding_of(text)
    units = list(_units(text, coding))
    whole = b"".join(units)
    if len(whole) <= ALONE[coding]:
        return [Part(coding, whole, 1, 1, reference)]
    pieces = [b""]
    for unit in units:
        if len(pieces[-1]) + len(unit) > PART[coding]:
            pieces.append(b"")
        pieces[-1] += unit
    if len(pieces) > 255:
        raise TooLong(f"{len(pieces)} parts")
    return [Part(coding, piece, n, len(pieces), reference) for n, piece in enumerate(pieces, 1)]


def text_of(payload: bytes, coding: int) -> str:
    """Return what octets say in an alphabet; what is no character there becomes a question mark."""
    if coding & 0x0C == UCS2:
        return payload.decode("utf-16-be", "replace")
    said, escaped = [], False
    for octet in payload:
        if escaped:
            said.append(ESCAPED.get(octet, "?"))
            escaped = False
        elif octet == 0x1B:
            escaped = True
        else:
            said.append(CHARACTERS.get(octet, "?"))
    return "".join(said)


def headed(message: bytes) -> tuple[tuple[int, int, int] | None, bytes]:
    """Part a short message that begins with a header: (reference, of, number) or None, and what follows it."""
    length = message[0] if message else 0
    header, rest = message[1 : length + 1], message[length + 1 :]
    at = 0
    while at + 1 < len(header):
        element, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if element == 0 and size == 3 and len(value) == 3:
            return (value[0], value[1], value[2]), rest
        if element == 8 and size == 4 and len(value) == 4:
            return (int.from_bytes(value[:2], "big"), value[2], value[3]), rest
        at += 2 + size
    return None, rest


def joined(parts: Iterable[Part]) -> str:
    """Put the parts of one message together, in whatever order they came."""
    ordered = sorted(parts, key=lambda part: part.number)
    coding = ordered[0].coding
    return text_of(b"".join(part.payload for part in ordered), coding)
