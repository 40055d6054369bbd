"""CAP as the national release system (国家突发事件预警信息发布系统, 12379) writes it for its channels: not OASIS's 1.2, read as the message that it stands for.

One message was captured (Henan, 5 February 2020), and four programs that write it explain its fields (`tests/warning_lists.md` says where); GB/T 35965.1
itself is not at hand. What they do not show is refused or not read: polygons (their order of axes) and circles (in metres, not kilometres).
Its `senderName` is the person who signed; who speaks is its `sender`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lxml import etree

from anlan.lib.cap12 import Alert, Area, Info
from anlan.lib.warning_lists import APART, WEATHER_SERVICE, spoken
from anlan.lib.weather_signals import IDENTIFIER, LONGEST, NoSignal, entered_at, of_beijing, reference

SEVERITIES = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor", "unknown": ""}
STATES, TYPES = ("Actual", "Exercise", "Test", "Draft"), ("Alert", "Update", "Cancel")
CODE = re.compile(r"\d{2}[A-Z]\d{2}")
#: No warning lasts longer (Anlan's own figure for what is believed).
LONGEST_WARNING = timedelta(days=30)


def is_national(body: bytes) -> bool:
    """Return whether octets look like such a message: an alert that has a senderCode, in no name space of CAP."""
    head = body[:4000]
    return b"<alert" in head and b"urn:oasis:names" not in head and b"<senderCode" in head


def read(body: bytes) -> Alert:
    """Read a message; NoSignal with what is wrong."""
    root = _root(body)
    number, code = _text(root, "identifier"), _text(root, "senderCode")
    found = IDENTIFIER.fullmatch(number)
    if found is None or found.group(1) != code:
        raise NoSignal("identifier" if found is None else "senderCode")
    status, kind = _text(root, "status"), _text(root, "msgType")
    for name, value, known in (
        ("status", status, STATES),
        ("msgType", kind, TYPES),
        ("scope", _text(root, "scope"), ("Public",)),
    ):
        if value not in known:
            raise NoSignal(name)
    if _text(root, "secClassification", needed=False) not in {"", "None"}:
        raise NoSignal("secClassification")
    sent = of_beijing(_text(root, "sendTime"), "sendTime")
    if abs(sent - entered_at(found.group(2))) > APART:
        raise NoSignal("times")
    infos = root.findall("{*}info")
    if not infos:
        raise NoSignal("info")
    told = tuple(_info(one, sent, _text(root, "sender"), code) for one in infos)
    refers = tuple(
        reference(one) for one in re.split(r"[\s,，;]+", _text(root, "references", needed=False)) if one and one != number
    )
    if kind != "Alert" and not refers:
        raise NoSignal("references")
    return Alert(number, code, sent, status, kind, note=_text(root, "note", needed=False), references=refers, infos=told)


def _root(body: bytes) -> etree._Element:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise NoSignal(f"no XML ({str(fault)[:80]})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NoSignal("DOCTYPE")
    if etree.QName(root).localname != "alert":
        raise NoSignal("alert")
    return root


def _info(node: etree._Element, sent: datetime, who: str, code: str) -> Info:
    headline, event_code = _text(node, "headline"), _text(node, "eventType")
    colour = _text(node, "severity").lower()
    if colour not in SEVERITIES or CODE.fullmatch(event_code) is None:
        raise NoSignal("severity" if colour not in SEVERITIES else "eventType")
    _who, event, severity, _kind = spoken(headline)
    if severity and SEVERITIES[colour] and severity != SEVERITIES[colour]:
        raise NoSignal("levels")
    expires = _time(node, "expires")
    if expires is not None and not sent < expires < sent + LONGEST_WARNING:
        raise NoSignal("expires")
    return Info(
        language="zh-CN",
        categories=("Met" if code[6:9] == WEATHER_SERVICE else "Other",),
        event=event,
        urgency="Unknown",
        severity=SEVERITIES[colour] or severity or "Unknown",
        certainty="Unknown",
        event_codes=(("CN:12379", event_code),),
        effective=_time(node, "effective"),
        expires=expires,
        sender_name=who,
        headline=headline,
        description=_text(node, "description"),
        instruction=_text(node, "instruction", needed=False),
        areas=tuple(_area(one) for one in node.findall("{*}area")),
    )


def _area(node: etree._Element) -> Area:
    codes = dict.fromkeys(one for one in re.split(r"[\s,，]+", _text(node, "geocode")) if one)
    return Area(_text(node, "areaDesc"), codes=tuple(("GB/T 2260", one) for one in codes))


def _time(node: etree._Element, name: str) -> datetime | None:
    text = _text(node, name, needed=False)
    return of_beijing(text, name) if text else None


def _text(node: etree._Element, name: str, *, needed: bool = True) -> str:
    value = (node.findtext(f"{{*}}{name}") or "").strip()
    if len(value) > LONGEST or (needed and not value):
        raise NoSignal(name)
    return value
