"""Common Alerting Protocol 1.2 (OASIS, ITU-T X.1303): build, read and check messages.

Whether a message is valid OASIS's own schema says (`cap12.xsd`). Where the schema is blind the protocol's words are kept as
warnings: references of updates, no forbidden characters in identifiers, closed polygons, an end after the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html.entities import html5
from pathlib import Path

import shapely
from lxml import etree
from shapely.ops import split

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
WIDEST_OFFSET = timedelta(hours=14)
FORBIDDEN = re.compile(r"[ ,<&]")
#: What no XML 1.0 text may hold.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HTML_ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+[0-9]*);")
VERSION = re.compile(r"\{urn:oasis:names:tc:emergency:cap:(1\.\d)\}alert")

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")
RESPONSE = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

TIMES = frozenset({"sent", "effective", "onset", "expires"})
RESOURCE = ("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest")

Pairs = tuple[tuple[str, str], ...]


class Invalid(ValueError):
    """A message that is not valid CAP 1.2; `problems` says why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Area:
    """Where: a name, closed rings of (lon, lat), circles "lat,lon radius", and codes such as ("GB/T 2260", "441881")."""

    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[str, ...] = ()
    codes: Pairs = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True)
class Resource:
    """A file that belongs to a message."""

    description: str
    mime_type: str
    size: str = ""
    uri: str = ""
    content: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Info:
    """What is said in one language."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    headline: str = ""
    description: str = ""
    instruction: str = ""
    sender_name: str = ""
    audience: str = ""
    web: str = ""
    contact: str = ""
    event_codes: Pairs = ()
    parameters: Pairs = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    responses: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
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
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[str, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = field(default=())


def stamp(at: datetime) -> str:
    """Write an instant as CAP wants it: seconds, a numeric offset, -00:00 for UTC. Raises ValueError without an offset."""
    if at.tzinfo is None:
        raise ValueError("CAP times need an offset")
    return re.sub(r"\+00:00$", "-00:00", at.replace(microsecond=0).isoformat())


def instant(text: str) -> datetime | None:
    """Read a CAP time by its value: seconds, a numeric offset of at most 14 hours, a day that exists; None for anything else."""
    if not TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = found.utcoffset()
    minutes = int(text[-2:])
    return found if offset is not None and abs(offset) <= WIDEST_OFFSET and minutes < 60 else None


def identifier(division: str, entered: datetime, serial: int, agency: str) -> str:
    """Make the 31-character identifier of GB/T 35965.1: division(6) agency(3) unit(3) extension(2)_time_serial."""
    return f"{division.ljust(6, '0')[:6]}{agency}00000_{entered:%Y%m%d%H%M%S}_{serial % 10}"


def reference(sender: str, number: str, sent: datetime) -> str:
    """Name an earlier message as `sender,identifier,sent`."""
    return f"{sender},{number},{stamp(sent)}"


def rings_of(shape: shapely.Geometry) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return closed rings that cover a (multi)polygon: CAP has no holes, so a polygon with holes is cut through them."""
    found: list[tuple[tuple[float, float], ...]] = []
    waiting = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    while waiting:
        part = waiting.pop(0)
        if not part.interiors:
            found.append(tuple((x, y) for x, y, *_z in part.exterior.coords))
            continue
        west, south, east, north = part.bounds
        at = shapely.Polygon(part.interiors[0]).representative_point().x
        cut = shapely.LineString([(at, south - 1), (at, north + 1)])
        waiting = [piece for piece in split(part, cut).geoms if piece.geom_type == "Polygon"] + waiting
    return tuple(found)


def build(alert: Alert) -> bytes:
    """Write a message as XML bytes."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", stamp(alert.sent))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.message_type)
    _put(root, "source", alert.source)
    _put(root, "scope", alert.scope)
    _put(root, "restriction", alert.restriction)
    _put(root, "addresses", alert.addresses)
    _put(root, "code", *alert.codes)
    _put(root, "note", alert.note)
    _put(root, "references", " ".join(alert.references))
    _put(root, "incidents", alert.incidents)
    for info in alert.infos:
        _put_info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put_info(node: etree._Element, info: Info) -> None:
    _put(node, "language", info.language)
    _put(node, "category", *info.categories)
    _put(node, "event", info.event)
    _put(node, "responseType", *info.responses)
    _put(node, "urgency", info.urgency)
    _put(node, "severity", info.severity)
    _put(node, "certainty", info.certainty)
    _put(node, "audience", info.audience)
    _put_pairs(node, "eventCode", info.event_codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _put(node, name, stamp(at) if at else "")
    _put(node, "senderName", info.sender_name)
    _put(node, "headline", info.headline)
    _put(node, "description", info.description)
    _put(node, "instruction", info.instruction)
    _put(node, "web", info.web)
    _put(node, "contact", info.contact)
    _put_pairs(node, "parameter", info.parameters)
    for resource in info.resources:
        part = etree.SubElement(node, f"{{{NAMESPACE}}}resource")
        _put(part, "resourceDesc", resource.description)
        _put(part, "mimeType", resource.mime_type)
        _put(part, "size", resource.size)
        _put(part, "uri", resource.uri)
        _put(part, "derefUri", resource.content)
        _put(part, "digest", resource.digest)
    for area in info.areas:
        place = etree.SubElement(node, f"{{{NAMESPACE}}}area")
        _put(place, "areaDesc", area.name)
        _put(place, "polygon", *(" ".join(f"{lat:.4f},{lon:.4f}" for lon, lat in ring) for ring in area.rings))
        _put(place, "circle", *area.circles)
        _put_pairs(place, "geocode", area.codes)
        _put(place, "altitude", area.altitude)
        _put(place, "ceiling", area.ceiling)


def _put(parent: etree._Element, name: str, *texts: str) -> None:
    for text in texts:
        if text:
            etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = one_line_end(text)


def one_line_end(text: str) -> str:
    """Return a text whose lines end with a line feed alone: XML would write what forms and other systems send as `&#13;`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _put_pairs(parent: etree._Element, name: str, pairs: Pairs) -> None:
    for key, value in pairs:
        node = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        for part, text in (("valueName", key), ("value", value)):
            etree.SubElement(node, f"{{{NAMESPACE}}}{part}").text = text


def parse(xml: bytes) -> Alert:
    """Read a message; raises Invalid with every problem when it is not valid CAP 1.2."""
    if problems := check(xml):
        raise Invalid(problems)
    return read(xml)


def read(xml: bytes) -> Alert:
    """Read a message that was examined: a foreign one may be valid and still break the protocol's words."""
    root = etree.fromstring(xml, _parser())
    return Alert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=datetime.fromisoformat(_text(root, "sent")),
        status=_text(root, "status"),
        message_type=_text(root, "msgType"),
        scope=_text(root, "scope"),
        source=_text(root, "source"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=tuple(_text(root, "references").split()),
        incidents=_text(root, "incidents"),
        infos=tuple(_read_info(node) for node in _nodes(root, "info")),
    )


def _read_info(node: etree._Element) -> Info:
    return Info(
        language=_text(node, "language"),
        categories=_texts(node, "category"),
        event=_text(node, "event"),
        responses=_texts(node, "responseType"),
        urgency=_text(node, "urgency"),
        severity=_text(node, "severity"),
        certainty=_text(node, "certainty"),
        audience=_text(node, "audience"),
        event_codes=_pairs(node, "eventCode"),
        effective=_time(node, "effective"),
        onset=_time(node, "onset"),
        expires=_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        contact=_text(node, "contact"),
        parameters=_pairs(node, "parameter"),
        resources=tuple(Resource(*(_text(part, name) for name in RESOURCE)) for part in _nodes(node, "resource")),
        areas=tuple(
            Area(
                name=_text(place, "areaDesc"),
                rings=tuple(tuple((lon, lat) for lat, lon in _points(text)) for text in _texts(place, "polygon")),
                circles=_texts(place, "circle"),
                codes=_pairs(place, "geocode"),
                altitude=_text(place, "altitude"),
                ceiling=_text(place, "ceiling"),
            )
            for place in _nodes(node, "area")
        ),
    )


def _nodes(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{{{NAMESPACE}}}{name}")


def _texts(parent: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(text for node in _nodes(parent, name) if (text := (node.text or "").strip()))


def _text(parent: etree._Element, name: str) -> str:
    return next(iter(_texts(parent, name)), "")


def _time(parent: etree._Element, name: str) -> datetime | None:
    return instant(_text(parent, name))


def _pairs(parent: etree._Element, name: str) -> Pairs:
    return tuple((_text(node, "valueName"), _text(node, "value")) for node in _nodes(parent, name))


def _points(text: str) -> list[tuple[float, ...]]:
    return [tuple(float(part) for part in point.split(",")) for point in text.split()]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@dataclass(frozen=True)
class Report:
    """What a check found: the version ("" for no CAP), faults by the schema, and warnings where the schema is blind."""

    version: str
    faults: list[str]
    warnings: list[str] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Return whether the schema of its version takes the message."""
        return bool(self.version) and not self.faults


def examine(xml: bytes) -> Report:
    """Judge a message by OASIS's schema of its version (1.1 or 1.2), and a 1.2 one by the protocol's words beside."""
    try:
        root = etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        return Report("", [f"not well-formed XML: {error}"])
    found = VERSION.fullmatch(str(root.tag))
    version = found[1] if found else ""
    if root.getroottree().docinfo.internalDTD is not None:
        return Report(version, ["a document type is not allowed"])
    if version not in {"1.1", "1.2"}:
        return Report(version, [f"the root element is {root.tag}, not a CAP 1.2 alert"])
    schema = _schema(version)
    faults = [] if schema.validate(root) else [_plainly(fault) for fault in schema.error_log]  # type: ignore[attr-defined]
    return Report(version, faults, _warnings(root) if version == "1.2" else [])


def check(xml: bytes) -> list[str]:
    """Return what is wrong with a message that we would send, in words: faults and warnings of CAP 1.2; none is ours to ignore."""
    report = examine(xml)
    if report.version not in {"", "1.2"} and not report.faults:
        return [f"CAP {report.version}, not a CAP 1.2 alert"]
    return [*report.faults, *report.warnings]


@cache
def _schema(version: str) -> etree.XMLSchema:
    """Load the schema of CAP 1.2; that of 1.1 differs by its name, looser times and an optional type of resources."""
    text = Path(__file__).with_name("cap12.xsd").read_text(encoding="utf-8")
    if version == "1.1":
        text = text.replace("emergency:cap:1.2", "emergency:cap:1.1")
        text = re.sub(r'<pattern\s+value="[^"]*"\s*/>', "", text)
        text = text.replace('name="mimeType" type="xs:string"', 'name="mimeType" type="xs:string" minOccurs="0"')
    return etree.XMLSchema(etree.fromstring(text.encode()))


def _plainly(fault: etree._LogEntry) -> str:
    """Return a fault of the schema without the names of name spaces."""
    return f"line {fault.line}: " + re.sub(r"\{urn:oasis:names:tc:emergency:cap:1\.\d\}", "", fault.message)


def _warnings(root: etree._Element) -> list[str]:
    found = []
    for node in root.iter(f"{{{NAMESPACE}}}*"):
        name, text = etree.QName(node).localname, (node.text or "").strip()
        if name in TIMES and instant(text) is None:
            found.append(f"{name}: {text!r} is not a time with seconds and a numeric offset")
        for entity in HTML_ENTITY.finditer(text):
            if entity[1].startswith("#") or f"{entity[1]};" in html5:
                found.append(f"{name}: {entity[0]} is an HTML entity")
        if name == "polygon":
            found += _check_polygon(text)
        if name == "circle" and not re.match(r"^-?[\d.]+,-?[\d.]+ [\d.]+$", text):
            found.append(f"circle: {text!r} is not 'lat,lon radius'")
    return [*found, *_check_alert(root)]


def _check_polygon(text: str) -> list[str]:
    try:
        pairs = _points(text)
    except ValueError:
        return ["polygon: not a list of lat,lon pairs"]
    if len(pairs) < 4 or any(len(pair) != 2 for pair in pairs):
        return ["polygon: needs four or more lat,lon pairs"]
    if pairs[0] != pairs[-1]:
        return ["polygon: the first and the last pair differ"]
    if not all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in pairs):
        return ["polygon: a coordinate is out of range"]
    return []


def _check_alert(root: etree._Element) -> list[str]:
    problems = []
    for name in ("identifier", "sender"):
        text = _text(root, name)
        if not text or FORBIDDEN.search(text):
            problems.append(f"{name}: is empty or contains a space, comma, < or &")
    kind, references = _text(root, "msgType"), _text(root, "references")
    if kind in {"Update", "Cancel", "Ack", "Error"} and not references:
        problems.append(f"references: a message of type {kind} must name the one it is about")
    own = f"{_text(root, 'sender')},{_text(root, 'identifier')},"
    for each in references.split():
        if each.startswith(own):
            problems.append("references: the message names itself")
        parts = each.split(",")
        if len(parts) != 3 or not all(parts) or instant(parts[2]) is None:
            problems.append(f"references: {each!r} is not 'sender,identifier,sent'")
    for info in _nodes(root, "info"):
        begins = {name: _time(info, name) for name in ("effective", "onset")} | {"sent": _time(root, "sent")}
        problems += _check_end(_time(info, "expires"), begins.items())
    return problems


def _check_end(expires: datetime | None, begins: Iterable[tuple[str, datetime | None]]) -> list[str]:
    return [f"expires: is not after {name}" for name, at in begins if expires is not None and at is not None and expires <= at]


def is_signed(xml: bytes) -> bool:
    """Return whether a message carries an enveloped XML signature; whether it holds is another question."""
    try:
        root = etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return False
    return root.find(f"{{{SIGNATURE}}}Signature") is not None
