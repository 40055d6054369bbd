"""AIS as ships send it: NMEA sentences judged one by one, messages of several sentences put together, by pyais."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pyais import NMEAMessage
from pyais.exceptions import AISBaseException

from anlan.lib.frames import Fault, Frame

SENTENCE = re.compile(rb"^(?:\\[^\\]*\\)?[!$]([A-Z]{2}VD[MO]),(\d*),(\d*),(\w*),(\w*),([^,]*),([0-5])?\*([0-9A-Fa-f]{2})\s*$")
TOLD = (
    "mmsi",
    "lat",
    "lon",
    "speed",
    "course",
    "heading",
    "status",
    "shipname",
    "callsign",
    "ship_type",
    "imo",
    "destination",
    "draught",
)
#: AIS's own words for "not available".
NOT_KNOWN = {"lat": 91, "lon": 181, "speed": 102.3, "course": 360.0, "heading": 511}


def checksum(sentence: bytes) -> int:
    """Return the XOR of everything between the mark and the asterisk."""
    found = 0
    for byte in sentence[1 : sentence.rfind(b"*")]:
        found ^= byte
    return found


def decode(raw: bytes) -> Frame:
    """Return one sentence with its verdict; of a message of several sentences only that it is one of them."""
    line = raw.strip()
    shape = SENTENCE.match(line)
    if shape is None:
        return Frame(raw, fault=Fault.FIELD if line[:1] in (b"!", b"$") else Fault.RUBBISH)
    bare = line[line.index(b"!") if b"!" in line else 0 :]
    fields: dict[str, Any] = {"talker": shape[1].decode(), "parts": int(shape[2] or 0), "part": int(shape[3] or 0)}
    fields |= {"sequence": shape[4].decode(), "channel": shape[5].decode()}
    if checksum(bare) != int(shape[8], 16):
        return Frame(raw, fields, Fault.CHECKSUM, len(line) - 2)
    if not 1 <= fields["part"] <= fields["parts"] or not shape[6]:
        return Frame(raw, fields, Fault.FIELD, said="the number of the part cannot be" if shape[6] else "no payload")
    return Frame(raw, fields) if fields["parts"] > 1 else _read(raw, fields, [bare])


def _read(raw: bytes, fields: dict[str, Any], sentences: list[bytes]) -> Frame:
    """Decode the payload of the sentences of one message."""
    try:
        message = NMEAMessage.assemble_from_iterable([NMEAMessage(one) for one in sentences]).decode().asdict()
    except (AISBaseException, ValueError, KeyError, IndexError, TypeError) as error:
        return Frame(raw, fields, Fault.FIELD, said=f"{type(error).__name__}: {error}"[:200])
    said = {name: message[name] for name in TOLD if message.get(name) not in (None, "", NOT_KNOWN.get(name))}
    plain = {name: value.value if hasattr(value, "value") else value for name, value in said.items()}
    return Frame(raw, fields | {"message": message.get("msg_type"), **plain})


def find(buffer: bytes) -> Frame | None:
    """Return the first line of a stream as a sentence, None when it needs more bytes. Messages of several sentences are not put together."""
    line, end, _rest = buffer.partition(b"\n")
    return decode(line + end) if end else None


@dataclass
class Assembler:
    """Put the sentences of long messages together, whichever order they come in; forgets the oldest."""

    most: int = 256
    _parts: dict[tuple[str, str, int], dict[int, Frame]] = field(default_factory=dict)

    def take(self, raw: bytes) -> Frame | None:
        """Return the message that a sentence completes, or its fault; None while more of it is to come."""
        frame = decode(raw)
        if not frame.valid or frame.fields["parts"] == 1:
            return frame
        key = (frame.fields["sequence"], frame.fields["channel"], frame.fields["parts"])
        held = self._parts.setdefault(key, {})
        held[frame.fields["part"]] = frame
        while len(self._parts) > self.most:
            self._parts.pop(next(iter(self._parts)))
        if len(held) < frame.fields["parts"]:
            return None
        del self._parts[key]
        lines = [held[n].raw.strip() for n in sorted(held)]
        bare = [line[line.index(b"!") :] for line in lines]
        return _read(b"\r\n".join(lines), dict(frame.fields), bare)


def messages(lines: Iterable[bytes]) -> Iterable[Frame]:
    """Return the messages of a recording, the faulty sentences among them."""
    assembler = Assembler()
    for line in lines:
        if line.strip() and (frame := assembler.take(line)) is not None:
            yield frame
