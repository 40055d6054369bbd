"""Earthquake reports as agencies send them: USGS GeoJSON and QuakeML (1.0 to 1.2). Nothing that was sent raises; what cannot be read is told.

A QuakeML depth is in metres, as its standard says; who sends kilometres (some old files do) is a thousandfold too shallow.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

#: More events than any agency's feed of a month holds.
MOST = 20_000


@dataclass(frozen=True)
class QuakeReport:
    """What an agency said of a shock: degrees, kilometres, instants aware."""

    code: str
    agency: str
    at: datetime
    lon: float
    lat: float
    magnitude: float
    depth_km: float | None = None
    magnitude_type: str = ""
    place: str = ""
    reviewed: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Read:
    """The reports of a feed, and what could not be read: its number or name, and why in a few words."""

    reports: tuple[QuakeReport, ...]
    faults: tuple[tuple[str, str], ...]


class Unreadable(ValueError):
    """What was sent is neither USGS GeoJSON nor QuakeML."""


def read(content: bytes) -> Read:
    """Read a feed of either kind; raises Unreadable when it is none."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _collected(_of_geojson(content))
    if start == b"<":
        return _collected(_of_quakeml(content))
    raise Unreadable("neither GeoJSON nor QuakeML")


def _collected(found: Iterator[QuakeReport | tuple[str, str]]) -> Read:
    reports, faults = [], []
    for number, one in enumerate(found):
        if number >= MOST:
            faults.append(("", f"only the first {MOST} events are read"))
            break
        if isinstance(one, QuakeReport):
            reports.append(one)
        else:
            faults.append(one)
    return Read(tuple(reports), tuple(faults))


def _of_geojson(content: bytes) -> Iterator[QuakeReport | tuple[str, str]]:
    try:
        features = json.loads(content)["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable("no GeoJSON feature collection") from None
    if not isinstance(features, list):
        raise Unreadable("no GeoJSON feature collection")
    for number, feature in enumerate(features, start=1):
        try:
            said, where = feature["properties"], feature["geometry"]["coordinates"]
            if (kind := said.get("type", "earthquake")) != "earthquake":
                yield str(feature.get("id", number)), f"no earthquake: {kind}"
                continue
            yield checked(
                QuakeReport(
                    code=str(feature["id"]),
                    agency=str(said.get("net") or ""),
                    at=datetime.fromtimestamp(float(said["time"]) / 1000, UTC),
                    lon=float(where[0]),
                    lat=float(where[1]),
                    magnitude=float(said["mag"]),
                    depth_km=float(where[2]) if len(where) > 2 and where[2] is not None else None,
                    magnitude_type=str(said.get("magType") or ""),
                    place=str(said.get("place") or ""),
                    reviewed=str(said.get("status")).lower() == "reviewed",
                    deleted=str(said.get("status")).lower() == "deleted",
                )
            )
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError, AttributeError):
            name = feature.get("id", number) if isinstance(feature, dict) else number
            yield str(name), "time, place or magnitude is missing or no number"


def _of_quakeml(content: bytes) -> Iterator[QuakeReport | tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Unreadable("no well-formed XML") from None
    if etree.QName(root).localname != "quakeml":
        raise Unreadable("no QuakeML")
    for event in root.iter("{*}event"):
        name = event.get("publicID", "")
        try:
            yield checked(_event(event, name))
        except (ValueError, TypeError, OverflowError):
            yield name, "time, place or magnitude is missing or no number"


def _event(event: Any, name: str) -> QuakeReport:
    origin = _preferred(event, "origin", "preferredOriginID")
    size = _preferred(event, "magnitude", "preferredMagnitudeID")
    at = datetime.fromisoformat(_said(origin, "time/value").replace("Z", "+00:00"))
    depth = _said(origin, "depth/value")
    mode = _said(origin, "evaluationMode") or _said(origin, "evaluationStatus")
    return QuakeReport(
        code=name,
        agency=_said(origin, "creationInfo/agencyID") or _said(origin, "creationInfo/author"),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        lon=float(_said(origin, "longitude/value")),
        lat=float(_said(origin, "latitude/value")),
        magnitude=float(_said(size, "mag/value")),
        depth_km=float(depth) / 1000 if depth else None,
        magnitude_type=_said(size, "type"),
        place=_said(event, "description/text"),
        reviewed=mode in {"manual", "reviewed", "final", "confirmed"},
        deleted=_said(event, "type") == "not existing" or mode == "rejected",
    )


def _preferred(event: Any, kind: str, told_by: str) -> Any:
    """Return the origin or magnitude that the agency prefers, else the first; None where there is none."""
    every = event.findall(f"{{*}}{kind}")
    wanted = _said(event, told_by)
    return next((one for one in every if one.get("publicID") == wanted), every[0] if every else None)


def _said(node: Any, path: str) -> str:
    """Return the text at a path, "" where there is none."""
    found = node.find("/".join(f"{{*}}{part}" for part in path.split("/"))) if node is not None else None
    return (found.text or "").strip() if found is not None else ""


def checked(report: QuakeReport) -> QuakeReport:
    """Return a report whose figures can be true; raises ValueError for one whose cannot."""
    numbers = (report.lon, report.lat, report.magnitude, report.depth_km or 0.0)
    sound = all(map(math.isfinite, numbers)) and -180 <= report.lon <= 180 and -90 <= report.lat <= 90
    if not (sound and report.code and -2 <= report.magnitude <= 10 and -10 <= (report.depth_km or 0) <= 800):
        raise ValueError("no earthquake has such figures")
    return report
