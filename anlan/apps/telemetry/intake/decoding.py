"""Decoding what comes in: JSON, CSV and the columns of published observations become columns, the common forms at once.

What a fast decoder does not take (a number written as text, a quoted field) goes row by row, with the same result.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import StringIO
from operator import attrgetter
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.telemetry.rules import RawForecast, RawReading, Rejected
from anlan.kit import bounded
from anlan.kit.refusals import Refusal
from anlan.lib.scenario import QUANTITIES, READING_KINDS

#: More rows than this are cut by their sender.
MOST_ROWS = 50_000
#: Fifty thousand rows of JSON are about 5 MB.
MOST_BYTES = 20 * 1024 * 1024
#: No line of readings is longer (bytes), no file has more lines, columns or cells: a file of commas is refused before it is cut.
MOST_LINE, MOST_LINES, MOST_COLUMNS, MOST_CELLS = 10_000, 4 * MOST_ROWS, 100, 40 * MOST_ROWS
TRUE = (True, "true", "True", "1", 1)
#: How a file of Excel begins, the old kind too; and the columns whose cells are instants there.
EXCEL, TIMED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"), ("time", "issued_at")
ASKED = ("station", "quantity", "time", "value")
MORE = ("estimated", "correction", "kind", "issued_at", "unit", "period")
PUBLISHED = ("station_id", *(column for column, _quantity in QUANTITIES))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as columns, in the order in which they came; `lines` is where each stood, for messages."""

    lines: Sequence[int]
    stations: Sequence[str]
    quantities: Sequence[str]
    times: Sequence[Any]
    values: Sequence[Any]
    estimated: Sequence[bool] = ()
    corrections: Sequence[bool] = ()
    units: Sequence[str] = ()
    periods: Sequence[str] = ()
    forecasts: Sequence[RawForecast] = ()
    faults: Sequence[Rejected] = ()

    def __len__(self) -> int:
        return len(self.lines)

    @classmethod
    def of(cls, rows: Iterable[RawReading]) -> Table:
        """Return rows as columns."""
        rows = list(rows)
        return cls(
            [r.line for r in rows],
            [r.station for r in rows],
            [r.quantity for r in rows],
            [r.at for r in rows],
            [r.value for r in rows],
            [r.estimated for r in rows],
            [r.correction for r in rows],
            [r.unit for r in rows],
            [r.period for r in rows],
        )


class _Reading(msgspec.Struct, gc=False):
    station: str
    quantity: str
    time: str
    value: float
    estimated: bool = False
    correction: bool = False
    kind: str = ""
    issued_at: str = ""
    unit: str = ""
    period: str = ""


class _Body(msgspec.Struct):
    readings: list[_Reading]


_BODY, _LIST = msgspec.json.Decoder(_Body), msgspec.json.Decoder(list[_Reading])


def levelled(raw: bytes) -> bytes:
    """Return a file's content as CSV with plain line ends, so that a form or a mail gateway does not make it another file."""
    return _from_excel(raw) if raw.startswith(EXCEL) else raw.replace(b"\r\n", b"\n")


def _from_excel(raw: bytes) -> bytes:
    """Return a workbook's open sheet as CSV, each row on its line; raises a Refusal. Excel's times know no offset: they are the city's."""
    lines = bounded.sheet_lines(raw, bounded.Limits(seconds=10, megabytes=512, rows=MOST_ROWS))
    header = lines[0][1] if lines else []
    timed = {n for n, name in enumerate(header) if name in TIMED}
    made, at = StringIO(), lines[0][0] if lines else 1
    writer = csv.writer(made, lineterminator="\n")
    for line, cells in lines:
        made.write("\n" * (line - at))
        writer.writerow([_in_the_city(cell) if n in timed else cell for n, cell in enumerate(cells)])
        at = line + 1
    return made.getvalue().encode()


def _in_the_city(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if at.tzinfo else timezone.make_aware(at).isoformat()


def key_of(raw: bytes, areas: tuple[str, ...] = ("",)) -> str:
    """Return the batch key of a file delivered for some areas: the same content for the same areas is one batch."""
    where = "" if "" in areas else ":" + sha256(",".join(sorted(areas)).encode()).hexdigest()[:12]
    return f"file:{sha256(raw).hexdigest()[:24]}{where}"


def from_json(raw: bytes) -> Table:
    """Read {"readings": [{station, quantity, time, value}]} or the bare list; raises a Refusal that says what is wrong."""
    try:
        found = _LIST.decode(raw) if raw.lstrip()[:1] == b"[" else _BODY.decode(raw).readings
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _limited(_slow_json(raw))
    if any(map(attrgetter("kind"), found)):
        return _limited(_sorted_out([(n, _fields(r)) for n, r in enumerate(found, 1)]))
    return _limited(
        Table(
            range(1, len(found) + 1),
            [r.station for r in found],
            [r.quantity for r in found],
            [r.time for r in found],
            [r.value for r in found],
            [r.estimated for r in found],
            [r.correction for r in found],
            [r.unit for r in found],
            [r.period for r in found],
        )
    )


def _fields(row: _Reading) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*ASKED, *MORE)}


def _sorted_out(rows: Iterable[tuple[int, dict[str, Any]]]) -> Table:
    """Tell readings from forecasts by their kind; what is neither is at fault."""
    readings: list[RawReading] = []
    forecasts: list[RawForecast] = []
    faults: list[Rejected] = []
    for line, row in rows:
        kind = str(row.get("kind") or "").strip()
        what = (line, str(row["station"]), str(row["quantity"]), row["time"], row["value"])
        if kind in READING_KINDS:
            marks = row.get("estimated") in TRUE, row.get("correction") in TRUE
            readings.append(RawReading(*what, *marks, str(row.get("unit") or ""), str(row.get("period") or "")))
        elif kind.startswith("forecast"):
            forecasts.append(RawForecast(*what, str(row.get("issued_at") or "")))
        else:
            faults.append(Rejected(line, _("The kind %(kind)r is neither a reading nor a forecast.") % {"kind": kind[:40]}))
    return replace(Table.of(readings), forecasts=forecasts, faults=faults)


def _slow_json(raw: bytes) -> Table:
    try:
        content = json.loads(raw.decode("utf-8-sig"))
        rows = content["readings"] if isinstance(content, dict) else content
        if not isinstance(rows, list):
            raise TypeError(type(rows).__name__)
        asked = [{name: r[name] for name in ASKED} | {name: r.get(name) for name in MORE} for r in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = _("%(name)s is missing") % {"name": error.args[0]} if isinstance(error, KeyError) else error
        raise Refusal(
            _("The body must hold readings with station, quantity, time and value: %(error)s") % {"error": told}, field="readings"
        ) from None
    return _sorted_out(enumerate(asked, 1))


def from_csv(raw: bytes) -> Table:
    """Read either form of CSV: station, quantity, time, value; or the columns of published observations."""
    _check_size(raw)
    try:
        header, lines, columns, faults = _columns(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refusal(_("Line %(line)d is not UTF-8 text; save the file as UTF-8.") % {"line": line}, field="file") from None
    except csv.Error as error:
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": error}, field="file") from None
    if doubled := [name for name in (*ASKED, *MORE, *PUBLISHED) if header.count(name) > 1]:
        raise Refusal(_("The column %(name)s is there twice.") % {"name": doubled[0]}, field="file")
    read = _plain if set(ASKED) <= set(header) else _published if {"station_id", "time"} <= set(header) else None
    if read is None:
        raise Refusal(
            _("This file cannot be read: the columns station, quantity, time, value (or station_id, time, stage_m) are missing."),
            field="file",
        )
    found = read(lines, dict(zip(header, columns, strict=True)))
    return _limited(replace(found, faults=[*found.faults, *faults]))


def _check_size(raw: bytes) -> None:
    """Refuse what no file of readings is, before anything is made of it."""
    start = 0
    while len(raw) - start > MOST_LINE:  # in strides: one look for a line end in each
        end = raw.rfind(b"\n", start, start + MOST_LINE)
        if end < 0:
            line = raw[:start].count(b"\n") + 1
            words = _("Line %(line)d is longer than %(limit)d bytes; this is no file of readings.")
            raise Refusal(words % {"line": line, "limit": MOST_LINE}, field="file")
        start = end + 1
    if raw.count(b"\n") > MOST_LINES or raw.count(b",") > MOST_CELLS:
        words = _("The file has more than %(lines)d lines or %(cells)d cells; send it in parts.")
        raise Refusal(words % {"lines": MOST_LINES, "cells": MOST_CELLS}, field="file")
    if raw.partition(b"\n")[0].count(b",") >= MOST_COLUMNS:
        raise Refusal(_("The file has more than %(limit)d columns.") % {"limit": MOST_COLUMNS}, field="file")


def _columns(text: str) -> tuple[list[str], Sequence[int], list[Sequence[str]], list[Rejected]]:
    """Return the header, of every row that can be read its line, their cells by column, and the rows with too many cells."""
    head, _end, body = text.partition("\n")
    header = head.split(",")
    if '"' not in text and "\r" not in text and body:
        # the usual file: cut at once, with a mark behind each row that shows whether all are as wide as the header
        body = body.removesuffix("\n")
        cells = body.replace("\n", ",\n,").split(",") + ["\n"]
        width, count = len(header), body.count("\n") + 1
        if len(cells) == count * (width + 1) and cells[width :: width + 1].count("\n") == count:
            return header, range(2, count + 2), [cells[n :: width + 1] for n in range(width)], []
    return _ragged(text)


def _ragged(text: str) -> tuple[list[str], Sequence[int], list[Sequence[str]], list[Rejected]]:
    """Read a file with quoted cells, empty lines or rows of unequal width; short rows are filled up."""
    reader = csv.reader(StringIO(text, newline=""))
    header = next(reader, [])
    width = len(header)
    numbered = [(reader.line_num, row) for row in reader if row]
    faults = [Rejected(line, _("More cells than columns.")) for line, row in numbered if any(row[width:])]
    whole = [(line, (row + [""] * width)[:width]) for line, row in numbered if not any(row[width:])]
    columns: list[Sequence[str]] = [[row[n] for _line, row in whole] for n in range(width)]
    return header, [line for line, _row in whole], columns, faults


def _plain(lines: Sequence[int], columns: Mapping[str, Sequence[str]]) -> Table:
    if "kind" in columns:
        return _sorted_out(zip(lines, _rows(columns), strict=True))
    marks = [[cell in TRUE for cell in columns.get(name, ())] for name in ("estimated", "correction")]
    station, quantity, time, value = (columns[name] for name in ASKED)
    said = [columns.get(name, ()) for name in ("unit", "period")]
    return Table(lines, station, quantity, time, value, *marks, *said)


def _published(lines: Sequence[int], columns: Mapping[str, Sequence[str]]) -> Table:
    """Take a published table: one row for each quantity that a line gives."""
    rows = []
    for line, row in zip(lines, _rows(columns), strict=True):
        told = {"station": row["station_id"], "time": row["time"], "kind": row.get("kind"), "issued_at": row.get("issued_at")}
        rows += [
            (line, told | {"quantity": quantity, "value": row[column]}) for column, quantity in QUANTITIES if row.get(column)
        ]
    return _sorted_out(rows)


def _rows(columns: Mapping[str, Sequence[str]]) -> Iterable[dict[str, Any]]:
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _limited(table: Table) -> Table:
    if len(table) + len(table.forecasts) > MOST_ROWS:
        raise Refusal(_("Send at most %(limit)d readings at once.") % {"limit": MOST_ROWS}, field="readings")
    return table
