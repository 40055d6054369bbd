"""A warning signal as China Weather (weather.com.cn) publishes it, `var alarminfo={…}`, read as the CAP message that it stands for.

The field list is not published by whoever fills it: it is what was captured on 6 October 2026, and what it lacks or contradicts is
refused. The identifier is the national one, issuer's code and time of entry: `65402641600000_20261006212927`.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

from anlan.lib.cap12 import Alert, Area, Info

#: As it comes: JSON alone, or assigned to a variable.
BEGINS = re.compile(rb"\s*(?:var\s+\w{1,40}\s*=\s*)?\{")
IDENTIFIER = re.compile(r"(\d{14})_(\d{14})(?:_\d)?")
SEVERITIES = {"蓝色": "Minor", "黄色": "Moderate", "橙色": "Severe", "红色": "Extreme"}
TYPES = ("Alert", "Update", "Cancel")
BEIJING = timezone(timedelta(hours=8))
#: 2018-01-21 22:36:38, also with a fraction or Beijing's offset behind it; 2026/10/06 20:28 (nmc.cn).
TIME = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d) (\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(?:\+08:00)?")
#: Who speaks stands at the beginning of the text, before its time.
ISSUER = re.compile(r"(.{2,40}?)(?:\d{4}年|\d{1,2}月|\d{1,2}日)")
LONGEST = 20_000


class NoSignal(ValueError):
    """This is no signal that can be read."""


def is_signal(body: bytes) -> bool:
    """Return whether octets look like a signal and not like XML."""
    return BEGINS.match(body[:200]) is not None


def read(body: bytes) -> Alert:
    """Read a signal; NoSignal with what is wrong."""
    given = _fields(body)
    found = IDENTIFIER.fullmatch(_text(given, "identifier"))
    if found is None:
        raise NoSignal("identifier")
    colour, head, kind = _text(given, "SIGNALLEVEL"), _text(given, "head"), _text(given, "msgType")
    if colour not in SEVERITIES or kind not in TYPES:
        raise NoSignal("SIGNALLEVEL" if colour not in SEVERITIES else "msgType")
    if colour not in head or any(other in head for other in SEVERITIES if other != colour):
        raise NoSignal("levels")
    content = _text(given, "ISSUECONTENT")
    who = ISSUER.match(content)
    info = Info(
        language="zh-CN",
        categories=("Met",),
        event=_text(given, "SIGNALTYPE"),
        urgency="Unknown",
        severity=SEVERITIES[colour],
        certainty="Unknown",
        headline=head,
        description=content,
        sender_name=who.group(1) if who else "",
        expires=_time(given, "RELIEVETIME") if given.get("RELIEVETIME") else None,
        areas=(Area(_text(given, "STATIONNAME", needed=False), codes=(("GB/T 2260", found.group(1)[:6]),)),),
    )
    return Alert(
        found.group(0), found.group(1), _time(given, "ISSUETIME"), "Actual", kind, references=_references(given), infos=(info,)
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8").strip()
        given, end = json.JSONDecoder().raw_decode(text, text.index("{"))
    except (ValueError, RecursionError):
        raise NoSignal("no JSON") from None
    if text[end:].strip(" ;\r\n") or not isinstance(given, dict):
        raise NoSignal("no JSON object alone")
    return given


def _text(given: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST or (needed and not value.strip()):
        raise NoSignal(name)
    return value.strip()


def _time(given: dict[str, Any], name: str) -> datetime:
    return of_beijing(_text(given, name), name)


def of_beijing(text: str, name: str) -> datetime:
    """Read a time as China's warning systems write it, in Beijing's zone; NoSignal, with the field's name, for any other."""
    found = TIME.fullmatch(text)
    if found is None:
        raise NoSignal(name)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        raise NoSignal(name) from None


def entered_at(digits: str) -> datetime:
    """Read the time of entry at the end of an identifier; NoSignal for a day that does not exist."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise NoSignal("identifier") from None


def reference(identifier: str) -> str:
    """Name a message by its identifier alone as CAP names it, `sender,identifier,sent`; NoSignal for what is none."""
    parts = IDENTIFIER.fullmatch(identifier)
    if parts is None:
        raise NoSignal("references")
    return f"{parts.group(1)},{identifier},{entered_at(parts.group(2)).isoformat()}"


def _references(given: dict[str, Any]) -> tuple[str, ...]:
    """Return what it updates or cancels, as CAP writes it; a first signal refers to itself."""
    own, found = given["identifier"], []
    for one in re.split(r"[\s,;]+", _text(given, "references", needed=False)):
        if one and one != own:
            with suppress(NoSignal):
                found.append(reference(one))
    return tuple(found)
