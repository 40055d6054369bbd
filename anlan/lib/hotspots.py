"""Hotspots that satellites see, as FIRMS sends them (CSV of MODIS and VIIRS): nothing that was sent raises; what cannot be read is told."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime

#: Words that VIIRS uses for confidence, and from how many per cent MODIS's figure is taken (proposal, K-).
SURE, LEAST = {"n", "nominal", "h", "high"}, 30.0
MOST = 200_000


class Unreadable(ValueError):
    """What was sent is no FIRMS CSV."""


@dataclass(frozen=True)
class Hotspot:
    """A pixel that glows: where, when, how much heat (MW)."""

    lon: float
    lat: float
    at: datetime
    frp: float
    sure: bool


@dataclass(frozen=True)
class Read:
    """The hotspots of a file, and the lines that could not be read."""

    hotspots: tuple[Hotspot, ...]
    faults: tuple[int, ...]


def read(content: bytes) -> Read:
    """Read a file; raises Unreadable when it is none."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    if not {"latitude", "longitude", "acq_date", "acq_time", "confidence"} <= set(rows.fieldnames or ()):
        raise Unreadable("no FIRMS CSV: latitude, longitude, acq_date, acq_time, confidence")
    found: list[Hotspot] = []
    faults: list[int] = []
    for row in rows:
        if len(found) >= MOST:
            break
        try:
            found.append(_hotspot(row))
        except (ValueError, TypeError, KeyError):
            faults.append(rows.line_num)
    return Read(tuple(found), tuple(faults))


def _hotspot(row: dict[str, str]) -> Hotspot:
    lon, lat, frp = float(row["longitude"]), float(row["latitude"]), float(row.get("frp") or 0)
    if not all(map(math.isfinite, (lon, lat, frp))) or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("no such place")
    at = datetime.strptime(f"{row['acq_date']} {row['acq_time'].zfill(4)}", "%Y-%m-%d %H%M").replace(tzinfo=UTC)
    told = row["confidence"].strip().lower()
    return Hotspot(lon, lat, at, frp, told in SURE or (told.replace(".", "").isdigit() and float(told) >= LEAST))
