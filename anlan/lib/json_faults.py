"""Where a delivery of readings as JSON went wrong: what is at fault, and at which byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from anlan.lib.frames import Fault

ASKED = ("station", "quantity", "time", "value")
SPACE = " \t\r\n"


@dataclass(frozen=True)
class Place:
    """What is at fault, at which byte from nought, in the decoder's words."""

    fault: Fault
    at: int
    said: str = ""


def found(raw: bytes) -> Place | None:
    """Return the first fault of a body that must be {"readings": [{station, quantity, time, value}, …]} or the list alone; None if whole."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Place(Fault.RUBBISH, error.start, error.reason)
    lead = 3 if raw.startswith(b"\xef\xbb\xbf") else 0

    def byte(place: int) -> int:
        return lead + len(text[:place].encode())

    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        return Place(Fault.SHORT if ended else Fault.RUBBISH, byte(error.pos), error.msg)
    except (RecursionError, ValueError) as error:
        return Place(Fault.RUBBISH, 0, type(error).__name__)
    rows = body.get("readings") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        return Place(Fault.FIELD, byte(max(text.find('"readings"'), 0)), "readings")
    for number, row in enumerate(rows):
        if lacking := _lacking(row):
            return Place(Fault.FIELD, byte(_start(text, number)), lacking)
    return None


def _lacking(row: Any) -> str:
    """Return the first field that a reading lacks."""
    if not isinstance(row, dict):
        return "{}"
    return next((name for name in ASKED if row.get(name) is None), "")


def _start(text: str, number: int) -> int:
    """Return where an element of the list of readings begins."""
    name = text.find('"readings"')
    at = text.index("[", max(name, 0)) + 1
    decoder = json.JSONDecoder()
    for n in range(number + 1):
        while text[at] in SPACE + ",":
            at += 1
        if n == number:
            break
        _value, at = decoder.raw_decode(text, at)
    return at
