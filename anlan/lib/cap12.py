"""Common Alerting Protocol 1.2 (OASIS, ITU-T X.1303): build, read and check messages.

The check holds the schema's rules (order, required elements, enumerations, date-times with an offset, closed polygons)
and the protocol's own (references of updates, no forbidden characters in identifiers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$")
FORBIDDEN = re.compile(r"[ ,<&]")

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")
RESPONSE = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

#: (name, required, may repeat, allowed values) in the order of the schema.
Rule = tuple[str, bool, bool, tuple[str, ...]]
ALERT: tuple[Rule, ...] = (
    ("identifier", True, False, ()),
    ("sender", True, False, ()),
    ("sent", True, False, ()),
    ("status", True, False, STATUS),
    ("msgType", True, False, MESSAGE_TYPE),
    ("source", False, False, ()),
    ("scope", True, False, SCOPE),
    ("restriction", False, False, ()),
    ("addresses", False, False, ()),
    ("code", False, True, ()),
    ("note", False, False, ()),
    ("references", False, False, ()),
    ("incidents", False, False, ()),
    ("info", False, True, ()),
)
INFO: tuple[Rule, ...] = (
    ("language", False, False, ()),
    ("category", True, True, CATEGORY),
    ("event", True, False, ()),
    ("responseType", False, True, RESPONSE),
    ("urgency", True, False, URGENCY),
    ("severity", True, False, SEVERITY),
    ("certainty", True, False, CERTAINTY),
    ("audience", False, False, ()),
    ("eventCode", False, True, ()),
    ("effective", False, False, ()),
    ("onset", False, False, ()),
    ("expires", False, False, ()),
    ("senderName", False, False, ()),
    ("headline", False, False, ()),
    ("description", False, False, ()),
    ("instruction", False, False, ()),
    ("web", False, False, ()),
    ("contact", False, False, ()),
    ("parameter", False, True, ()),
    ("resource", False, True, ()),
    ("area", False, True, ()),
)
RESOURCE: tuple[Rule, ...] = (
    ("resourceDesc", True, False, ()),
    ("mimeType", True, False, ()),
    ("size", False, False, ()),
    ("uri", False, False, ()),
    ("derefUri", False, False, ()),
    ("digest", False, False, ()),
)
AREA: tuple[Rule, ...] = (
    ("areaDesc", True, False, ()),
    ("polygon", False, True, ()),
    ("circle", False, True, ()),
    ("geocode", False, True, ()),
    ("altitude", False, False, ()),
    ("ceiling", False, False, ()),
)
PAIR: tuple[Rule, ...] = (("valueName", True, False, ()), ("value", True, False, ()))
CHILDREN = {"info": INFO, "resource": RESOURCE, "area": AREA, "eventCode": PAIR, "parameter": PAIR, "geocode": PAIR}
TIMES = frozenset({"sent", "effective", "onset", "expires"})


@dataclass(frozen=True)
class Area:
    """Where: a name, closed rings of (lon, lat), and codes such as ("GB/T 2260", "441881")."""

    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Info:
    """What is said in one language."""

    language: str
    category: str
    event: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str = ""
    sender_name: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    response: str = ""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Alert:
    """One CAP message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    scope: str = "Public"
    references: tuple[str, ...] = ()
    note: str = ""
    infos: tuple[Info, ...] = field(default=())


def stamp(at: datetime) -> str:
    """Write an instant as CAP wants it: seconds, a numeric offset, never Z. Raises ValueError without an offset."""
    if at.tzinfo is None:
        raise ValueError("CAP times need an offset")
    return at.replace(microsecond=0).isoformat()


def identifier(division: str, entered: datetime, serial: int, agency: str = "416") -> str:
    """Make the 31-character identifier of GB/T 35965.1: division(6) agency(3) unit(3) extension(2)_time_serial."""
    return f"{division.ljust(6, '0')[:6]}{agency}00000_{entered:%Y%m%d%H%M%S}_{serial % 10}"


def reference(sender: str, number: str, sent: datetime) -> str:
    """Name an earlier message as `sender,identifier,sent`."""
    return f"{sender},{number},{stamp(sent)}"


def build(alert: Alert) -> bytes:
    """Write a message as XML bytes."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", stamp(alert.sent))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.message_type)
    _put(root, "scope", alert.scope)
    _put(root, "note", alert.note)
    _put(root, "references", " ".join(alert.references))
    for info in alert.infos:
        _put_info(root, info)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put_info(root: etree._Element, info: Info) -> None:
    node = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    texts = (
        ("language", info.language),
        ("category", info.category),
        ("event", info.event),
        ("responseType", info.response),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
    )
    for name, text in texts:
        _put(node, name, text)
    _put_pairs(node, "eventCode", info.event_codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _put(node, name, stamp(at) if at else "")
    for name, text in (
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
    ):
        _put(node, name, text)
    _put_pairs(node, "parameter", info.parameters)
    for area in info.areas:
        place = etree.SubElement(node, f"{{{NAMESPACE}}}area")
        _put(place, "areaDesc", area.name)
        for ring in area.rings:
            _put(place, "polygon", " ".join(f"{lat:.4f},{lon:.4f}" for lon, lat in ring))
        _put_pairs(place, "geocode", area.codes)


def _put(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _put_pairs(parent: etree._Element, name: str, pairs: tuple[tuple[str, str], ...]) -> None:
    for key, value in pairs:
        node = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        _put(node, "valueName", key)
        _put(node, "value", value)


def check(xml: bytes) -> list[str]:
    """Return what is wrong with a message, in words; an empty list means it is valid CAP 1.2."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        return [f"not well-formed XML: {error}"]
    if root.getroottree().docinfo.internalDTD is not None:
        return ["a document type is not allowed"]
    if root.tag != f"{{{NAMESPACE}}}alert":
        return [f"the root element is {root.tag}, not a CAP 1.2 alert"]
    problems = _check_children(root, "alert", ALERT)
    return problems or _check_alert(root)


def _check_children(node: etree._Element, name: str, rules: tuple[Rule, ...]) -> list[str]:
    problems: list[str] = []
    order = [rule[0] for rule in rules]
    position = 0
    counts: dict[str, int] = {}
    for child in node.iterchildren(tag=etree.Element):
        tag = etree.QName(child)
        if tag.namespace != NAMESPACE:
            if tag.namespace == "http://www.w3.org/2000/09/xmldsig#" and name == "alert":
                continue
            problems.append(f"{name}: {tag.localname} is not of CAP's namespace")
            continue
        if tag.localname not in order:
            problems.append(f"{name}: unknown element {tag.localname}")
            continue
        at = order.index(tag.localname)
        if at < position:
            problems.append(f"{name}: {tag.localname} stands in the wrong place")
        position = max(position, at)
        counts[tag.localname] = counts.get(tag.localname, 0) + 1
        problems += _check_child(child, tag.localname, rules[at])
    for tag_name, required, repeats, _allowed in rules:
        if required and tag_name not in counts:
            problems.append(f"{name}: {tag_name} is missing")
        if not repeats and counts.get(tag_name, 0) > 1:
            problems.append(f"{name}: {tag_name} stands there more than once")
    return problems


def _check_child(child: etree._Element, name: str, rule: Rule) -> list[str]:
    text = (child.text or "").strip()
    if name in CHILDREN:
        return _check_children(child, name, CHILDREN[name])
    if rule[3] and text not in rule[3]:
        return [f"{name}: {text!r} is none of {', '.join(rule[3])}"]
    if name in TIMES and not TIME.match(text):
        return [f"{name}: {text!r} is not a time with seconds and a numeric offset"]
    if name == "polygon":
        return _check_polygon(text)
    if name == "circle" and not re.match(r"^-?[\d.]+,-?[\d.]+ [\d.]+$", text):
        return [f"circle: {text!r} is not 'lat,lon radius'"]
    return []


def _check_polygon(text: str) -> list[str]:
    points = text.split()
    try:
        pairs = [tuple(float(part) for part in point.split(",")) for point in points]
    except ValueError:
        return ["polygon: not a list of lat,lon pairs"]
    if len(pairs) < 4 or any(len(pair) != 2 for pair in pairs):
        return ["polygon: needs four or more lat,lon pairs"]
    if pairs[0] != pairs[-1]:
        return ["polygon: the first and the last pair differ"]
    if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in pairs):
        return ["polygon: a coordinate is out of range"]
    return []


def _check_alert(root: etree._Element) -> list[str]:
    problems = []
    for name in ("identifier", "sender"):
        if FORBIDDEN.search(root.findtext(f"{{{NAMESPACE}}}{name}") or ""):
            problems.append(f"{name}: contains a space, comma, < or &")
    kind = root.findtext(f"{{{NAMESPACE}}}msgType")
    if kind in {"Update", "Cancel", "Ack", "Error"} and not root.findtext(f"{{{NAMESPACE}}}references"):
        problems.append(f"references: a message of type {kind} must name the one it is about")
    return problems
