"""Tracks of storms as files hold them: CSV, a row a position, or JSON, an object an advisory. What cannot be read is told, nothing raises.

CSV columns: number, agency, at, lat, lon; also name, name_zh, hour (0 unless given; others are foretold), wind (m/s), pressure (hPa),
radius_30, radius_50, radius_64 (km: one, or those of NE SE SW NW). JSON has `positions` with hour, lat, lon, wind, pressure.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: More positions than all the storms of a century.
MOST = 100_000
RADII = ("radius_30", "radius_50", "radius_64")


@dataclass
class TrackAdvisory:
    """What an agency said at one time: positions by hour, the first one where the storm is."""

    number: str
    agency: str
    at: datetime
    name: str = ""
    name_zh: str = ""
    positions: list[dict[str, float | None]] = field(default_factory=list)
    radii: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """The advisories of a file in order of time, and what could not be read: the line or object, and why."""

    advisories: tuple[TrackAdvisory, ...]
    faults: tuple[tuple[int, str], ...]


class Unreadable(ValueError):
    """What was sent is neither such a CSV nor such JSON."""


def read(content: bytes) -> Read:
    """Read a file of either kind; raises Unreadable when it is none."""
    text = content.decode("utf-8-sig", errors="replace")
    start = text.lstrip()[:1]
    found: dict[tuple[str, str, datetime], TrackAdvisory] = {}
    faults: list[tuple[int, str]] = []
    for line, row in _of_json(text) if start in ("[", "{") else _of_csv(text):
        try:
            at = datetime.fromisoformat(str(row["at"]).strip().replace("Z", "+00:00"))
            if at.tzinfo is None:
                raise ValueError("a time without its zone")
            key = (str(row["number"]).strip(), str(row["agency"]).strip(), at)
            held = found.get(key) or TrackAdvisory(*key)
            held.name, held.name_zh = str(row.get("name") or held.name), str(row.get("name_zh") or held.name_zh)
            held.radii |= {name: str(row[name]) for name in RADII if row.get(name)}
            held.positions += [_position(each) for each in row.get("positions") or [row]]
            if not key[0] or not key[1]:
                raise ValueError("no number or agency")
            found[key] = held
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            faults.append((line, f"{type(error).__name__}: {error}"[:120]))
        if line >= MOST:
            faults.append((line, f"only the first {MOST} are read"))
            break
    for held in found.values():
        held.positions.sort(key=lambda p: p["hour"] or 0.0)
    return Read(tuple(sorted(found.values(), key=lambda a: (a.at, a.number, a.agency))), tuple(faults))


def _position(row: dict[str, Any]) -> dict[str, float | None]:
    told = {name: _number(row.get(name)) for name in ("hour", "lat", "lon", "wind", "pressure")}
    if told["lat"] is None or told["lon"] is None or not (-90 <= told["lat"] <= 90 and -180 <= told["lon"] <= 360):
        raise ValueError("no such place")
    lon = told["lon"] - 360 if told["lon"] > 180 else told["lon"]
    return {**told, "lon": lon, "hour": told["hour"] or 0.0}


def _number(text: Any) -> float | None:
    if text is None or not str(text).strip():
        return None
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("no number")
    return found


def _of_csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text))
    if not {"number", "agency", "at", "lat", "lon"} <= set(rows.fieldnames or ()):
        raise Unreadable("no columns number, agency, at, lat, lon")
    for row in rows:
        yield rows.line_num, row


def _of_json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    rows = held.get("advisories") if isinstance(held, dict) else held
    if not isinstance(rows, list):
        raise Unreadable("no list of advisories")
    yield from enumerate(rows, 1)
