"""Observation files: their text as rows of readings, and the mark by which the same content is known again."""

from __future__ import annotations

import csv
from hashlib import sha256

from anlan.apps.monitoring.rules import RawReading
from anlan.lib.scenario import QUANTITIES, READING_KINDS


def levelled(raw: bytes) -> bytes:
    """Return a file's content with plain line ends, so that a form or a mail gateway does not make it another file."""
    return raw.replace(b"\r\n", b"\n")


def key_of(raw: bytes, areas: tuple[str, ...] = ("",)) -> str:
    """Return the batch key of a file delivered for some areas: the same content for the same areas is one batch."""
    where = "" if "" in areas else ":" + sha256(",".join(sorted(areas)).encode()).hexdigest()[:12]
    return f"file:{sha256(raw).hexdigest()[:24]}{where}"


def read_table(text: str) -> list[RawReading]:
    """Read either form: station, quantity, time, value; or the columns of published observations."""
    table = csv.DictReader(text.splitlines())
    columns = set(table.fieldnames or ())
    if not ({"station", "quantity", "time", "value"} <= columns or {"station_id", "time"} <= columns):
        raise KeyError("the columns station, quantity, time, value (or station_id, time, stage_m) are missing")
    rows: list[RawReading] = []
    for row in table:
        if "quantity" in row:
            station, quantity, at, value = (row[name] or "" for name in ("station", "quantity", "time", "value"))
            rows.append(RawReading(table.line_num, station, quantity, at, value))
            continue
        if (row.get("kind") or "").strip() not in READING_KINDS:
            continue
        rows += [
            RawReading(table.line_num, row["station_id"] or "", quantity, row["time"] or "", row[c])
            for c, quantity in QUANTITIES
            if row.get(c)
        ]
    return rows
