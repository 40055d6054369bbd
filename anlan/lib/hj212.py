"""HJ 212-2017 (and 2005), the protocol of pollution monitors: packets in text, their values, and the answers it asks for.

A packet is `##`, the length of the data in four digits, the data, a CRC of four hexadecimal digits, and CR LF. The CRC is the standard's
own (appendix A), not Modbus.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from anlan.lib.frames import BEIJING, Fault, Frame, first

START, END = b"##", b"\r\n"
#: What may stand between packets and says nothing.
SKIP = b"\r\n"
HEAD, TAIL = 6, 4
LONGEST_DATA = 1024
#: Command number → over how many hours its values are taken; 0 is this instant.
PERIODS = {"2011": 0.0, "2051": 1 / 6, "2061": 1.0, "2031": 24.0}
ANSWER_WANTED = 1
DATA_ANSWER, REQUEST_ANSWER, NOTICE_ANSWER = "9014", "9011", "9013"
SYSTEM = "91"
FORBIDDEN = re.compile(rb"[^\x20-\x7e\x80-\xff]")


def crc(data: bytes) -> int:
    """Return the CRC of the standard: each byte is put on the high half of the register, then eight shifts with A001."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _bit in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def find(buffer: bytes) -> Frame | None:
    """Return the first packet or rubbish in a buffer, None when it needs more bytes; line ends are to be skipped (`SKIP`)."""
    return first(buffer, START, _size, decode)


def _size(buffer: bytes) -> int | None:
    """Return the length that a packet's head says; a line's end before it, or a length that is none, ends the packet there."""
    if len(buffer) < HEAD:
        return None
    if not buffer[2:HEAD].isdigit():
        return HEAD
    size = HEAD + int(buffer[2:HEAD]) + TAIL
    ended = buffer.find(END, HEAD, size)
    return ended if ended >= 0 else size


def decode(raw: bytes) -> Frame:
    """Return the packet with its verdict: length and CRC checked, fields and values read."""
    text = raw.removesuffix(END)
    if not text.startswith(START) or len(text) < HEAD + TAIL:
        return Frame(raw, fault=Fault.SHORT if text.startswith(START) else Fault.RUBBISH, at=len(text))
    if not text[2:HEAD].isdigit():
        return Frame(raw, fault=Fault.FIELD, at=2, said="the length is not four digits")
    data, checked = text[HEAD:-TAIL], text[-TAIL:]
    fields = read(data)
    declared = int(text[2:HEAD])
    if declared != len(data):
        return Frame(raw, fields, Fault.SHORT if len(data) < declared else Fault.LENGTH, min(len(text), HEAD + declared))
    if not re.fullmatch(rb"[0-9A-Fa-f]{4}", checked) or int(checked, 16) != crc(data):
        return Frame(raw, fields, Fault.CHECKSUM, HEAD + declared)
    odd = FORBIDDEN.search(data)
    if odd:
        return Frame(raw, fields, Fault.FIELD, HEAD + odd.start(), "a control character in the data")
    return Frame(raw, fields)


def read(data: bytes) -> dict[str, Any]:
    """Return the fields of the data: QN, ST, CN, PW, MN, Flag, and the values of CP by factor."""
    text = data.decode("gb18030", errors="replace")
    head, _mark, content = text.partition("CP=&&")
    content = content.rpartition("&&")[0] if "&&" in content else content
    fields: dict[str, Any] = dict(part.split("=", 1) for part in head.split(";") if "=" in part)
    values: dict[str, dict[str, str]] = {}
    for item in re.split("[;,]", content):
        name, equals, value = item.partition("=")
        if not equals:
            continue
        factor, dash, kind = name.rpartition("-")
        if dash:
            values.setdefault(factor, {})[kind] = value
        else:
            fields[name] = value
    if values:
        fields["values"] = values
    return fields


def readings(frame: Frame) -> list[dict[str, Any]]:
    """Return the measured values of a data packet: factor, value, flag (N is good), time, and over how many hours."""
    fields = frame.fields
    hours = PERIODS.get(str(fields.get("CN")))
    at = moment(str(fields.get("DataTime", ""))[:14])
    if hours is None or at is None:
        return []
    found = []
    for factor, said in fields.get("values", {}).items():
        text = said.get("Rtd") if hours == 0 else said.get("Avg", said.get("Cou"))
        if text is not None:
            found.append({"factor": factor, "value": _number(text), "flag": said.get("Flag", ""), "at": at, "hours": hours})
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def moment(digits: str) -> datetime | None:
    """Return a time yyyyMMddHHmmss in Beijing's time, None where it is none."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def answer(frame: Frame) -> bytes | None:
    """Return the answer that a packet asks for (its Flag's lowest bit), None where it asks for none. To be sent after the commit."""
    fields = frame.fields
    flag = str(fields.get("Flag", "0"))
    if not flag.isdecimal() or not int(flag) & ANSWER_WANTED:
        return None
    kept = {name: fields[name] for name in ("QN", "PW", "MN") if name in fields}
    return encode(
        {
            "QN": kept.get("QN", ""),
            "ST": SYSTEM,
            "CN": DATA_ANSWER,
            "PW": kept.get("PW", ""),
            "MN": kept.get("MN", ""),
            "Flag": "4",
        },
        "",
    )


def encode(fields: dict[str, str], content: str) -> bytes:
    """Make a packet from its fields and the text between the ampersands."""
    data = (";".join(f"{name}={value}" for name, value in fields.items()) + f";CP=&&{content}&&").encode("gb18030")
    if len(data) > LONGEST_DATA:
        raise ValueError(f"{len(data)} bytes of data; a packet carries at most {LONGEST_DATA}")
    return START + f"{len(data):04d}".encode() + data + f"{crc(data):04X}".encode() + END
