"""Spreadsheets from outside: CSV as any office saves it, or Excel, read into lines of text; what cannot be read is told in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple
from zipfile import ZipFile

from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from anlan.kit.languages import in_every_language
from anlan.kit.refusals import Fault, Refusal

MOST_BYTES = 5 * 1024 * 1024
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: What separates the cells of a CSV file, by how common it is: Excel uses the list separator of the machine, or tabs.
SEPARATORS = ",;\t"
#: Excel in Chinese saves CSV in the machine's GBK; with a byte order mark it is UTF-16 ("Unicode text").
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Sheet:
    """A heading and the rows below it, each with its line in the file; empty lines are left out."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


class Wanted(NamedTuple):
    """A column that a sheet may have: its key, its label, whether it must be there, and what may stand in it if not anything."""

    key: str
    label: Any
    required: bool = False
    values: Sequence[Any] = ()

    def titles(self) -> list[str]:
        """Return what the column may be called: its key, or its label in any language."""
        return list(dict.fromkeys([self.key, *in_every_language(self.label)]))


def columns(sheet: Sheet, wanted: Sequence[Wanted]) -> tuple[dict[str, int], list[Fault]]:
    """Return key → position of its column, and what is wrong with the heading: unknown, doubled or missing columns."""
    known = {title.lower(): column.key for column in wanted for title in column.titles()}
    found: dict[str, int] = {}
    faults = []
    for at, header in enumerate(sheet.headers):
        key = known.get(header.lower())
        if header and key is None:
            faults.append(Fault(1, _("There is no such column."), header))
        elif key in found:
            faults.append(Fault(1, _("This column stands twice."), header))
        elif key:
            found[key] = at
    faults += [
        Fault(1, _("This column is missing."), f"{c.label} ({c.key})") for c in wanted if c.required and c.key not in found
    ]
    return found, faults


def template(wanted: Sequence[Wanted]) -> str:
    """Return an empty CSV sheet with the wanted columns, headed in the reader's language."""
    return "\ufeff" + ",".join(str(column.label) for column in wanted) + "\r\n"


def read(file: File[Any], most_rows: int) -> Sheet:
    """Read a spreadsheet; raises Refusal for a file too large, packed too tightly, without rows, or broken in any way."""
    if (file.size or 0) > MOST_BYTES:
        raise Refusal(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024}, field="file")
    lines = _lines(file.read())
    _line, headers = next(lines, (0, []))
    rows = []
    for line, cells in lines:
        if any(cells[len(headers) :]):
            words = _("Line %(line)d has more cells than the heading. Put a text that holds a comma between quotation marks.")
            raise Refusal(words % {"line": line}, field="file")
        rows.append((line, [*cells, *[""] * (len(headers) - len(cells))]))
        if len(rows) > most_rows:
            raise Refusal(_("The file has more than %(limit)d rows; split it.") % {"limit": most_rows}, field="file")
    if not rows:
        raise Refusal(_("The file has no rows."), field="file")
    return Sheet(headers, rows)


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, as text, with their numbers."""
    if content.startswith(OLD_EXCEL):
        raise Refusal(_("This is a file of an old Excel (.xls). Save it as .xlsx or CSV."), field="file")
    try:
        for line, row in _excel(content) if content.startswith(ZIP) else _csv(content):
            cells = [_plain(cell) for cell in row]
            if any(cells):
                yield line, cells
    except Refusal:
        raise
    except Exception:  # noqa: BLE001  a file from outside may be broken in any way
        words = _("This file cannot be read: it is damaged, or no spreadsheet. Save it anew as .xlsx or CSV.")
        raise Refusal(words, field="file") from None


def _excel(content: bytes) -> Iterable[tuple[int, tuple[Any, ...]]]:
    with ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > 20 * MOST_BYTES:
            raise Refusal(_("The file unpacks to more than is accepted."), field="file")
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
    return enumerate(sheet.iter_rows(values_only=True), start=1)


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count))
    end = 0
    for row in reader:
        yield end + 1, row
        end = reader.line_num


def _decoded(content: bytes) -> str:
    if content.startswith(UTF16):
        return content.decode("utf-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    if "\x00" in text:
        raise ValueError("a NUL character")
    return text


def _plain(cell: Any) -> str:
    """Return a cell as the text that was meant: a code that Excel took for a number, a day that it took for an instant."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    return "" if cell is None else str(cell).strip()
