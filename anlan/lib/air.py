"""Air quality as stations publish it by the hour (CSV or JSON in the columns of CNEMC), and the index of HJ 633-2012.

Nothing that was sent raises but what is no such table; rows that cannot be read are told by number.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
#: HJ 633-2012, table 1: at which concentration of an hour each index is reached (CO in mg/m³, the others in μg/m³). For particles
#: the table has the mean of 24 h alone; hourly reports hold the hour against it.
TABLE = {
    "so2": (0, 150, 500, 650, 800),
    "no2": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    "co": (0, 5, 10, 35, 60, 90, 120, 150),
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm2_5": (0, 35, 75, 115, 150, 250, 350, 500),
}
#: By which names the two forms call station and hour.
STATION, HOUR = ("code", "stationcode", "station_code"), ("datetime", "timepoint", "time_point")
#: What is read of a row, each as it is measured.
READ = ("aqi", "pm2_5", "pm10")
MOST = 20_000


class Unreadable(ValueError):
    """What was sent is no table of air quality."""


@dataclass(frozen=True)
class Hour:
    """What a station measured in an hour: its index as published, else worked out, and concentrations."""

    station: str
    at: datetime
    values: Mapping[str, float]


@dataclass(frozen=True)
class Read:
    """The hours of a table, and the rows that could not be read."""

    hours: tuple[Hour, ...]
    faults: tuple[int, ...]


def index_of(pollutant: str, concentration: float) -> int | None:
    """Return the sub-index of a pollutant's hour, None beyond what its hours are graded by."""
    steps = TABLE[pollutant]
    if not math.isfinite(concentration) or concentration < 0:
        return None
    for low, high, below, above in zip(steps, steps[1:], INDEX, INDEX[1:], strict=False):
        if concentration <= high:
            return math.ceil(round(below + (above - below) * (concentration - low) / (high - low), 6))
    return INDEX[-1] if len(steps) == len(INDEX) else None


def index(concentrations: Mapping[str, float]) -> int | None:
    """Return the index of an hour: the greatest of its pollutants' (HJ 633-2012, 4.3), None without any."""
    found = [i for name, value in concentrations.items() if name in TABLE and (i := index_of(name, value)) is not None]
    return max(found, default=None)


def read(content: bytes) -> Read:
    """Read a table; raises Unreadable when it is none."""
    rows = _rows(content)
    hours: list[Hour] = []
    faults: list[int] = []
    for number, row in enumerate(rows[:MOST], 1):
        try:
            hours.append(_hour({str(name).strip().lower(): value for name, value in row.items()}))
        except (ValueError, TypeError, KeyError, AttributeError):
            faults.append(number)
    return Read(tuple(hours), tuple(faults))


def _rows(content: bytes) -> list[dict[str, Any]]:
    text = content.decode("utf-8-sig", errors="replace")
    if text.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"no JSON: {error}") from None
        rows = next((v for v in found.values() if isinstance(v, list)), []) if isinstance(found, dict) else found
        rows = [row if isinstance(row, dict) else {} for row in rows]
        names = set(map(str.lower, map(str, rows[0]))) if rows else set()
    else:
        try:
            table = csv.DictReader(io.StringIO(text))
            names, rows = {str(name).strip().lower() for name in table.fieldnames or ()}, list(table)
        except csv.Error as error:
            raise Unreadable(f"no CSV: {error}") from None
    if not names & set(STATION) or not names & set(HOUR):
        raise Unreadable("no table of air quality: code and datetime (or stationcode and timepoint) are missing")
    return rows


def _hour(row: Mapping[str, Any]) -> Hour:
    station = next((str(row[name]).strip() for name in STATION if row.get(name)), "")
    at = datetime.fromisoformat(next((str(row[name]).strip() for name in HOUR if row.get(name)), ""))
    told = {name: value for name in TABLE if (value := _number(row.get(name))) is not None}
    known = _number(row.get("aqi"))
    worked_out = index(told) if known is None else known
    values = {name: told[name] for name in READ if name in told} | ({} if worked_out is None else {"aqi": float(worked_out)})
    if not station or not values:
        raise ValueError("nothing is told")
    return Hour(station, at if at.tzinfo else at.replace(tzinfo=BEIJING), values)


def _number(said: Any) -> float | None:
    """Return a number, None for what is none (an empty cell, a dash)."""
    try:
        found = float(str(said).strip())
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None
