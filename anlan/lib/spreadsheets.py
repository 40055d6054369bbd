"""Spreadsheets as they are written: CSV or Excel, row by row; no cell can be read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

#: The formats and their content types.
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What makes a spreadsheet read a cell as a formula: Excel takes the full-width signs as well.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write(kind: str, headers: list[str], lines: Iterable[list[Any]]) -> IO[bytes]:
    """Return a file of a kind with a heading and the lines below it; whoever takes it closes it."""
    file = SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115  whoever takes it closes it
    {"csv": _csv, "xlsx": _xlsx}[kind](file, headers, lines)
    file.seek(0)
    return file


def _csv(file: IO[bytes], headers: list[str], lines: Iterable[list[Any]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(lines)
    text.flush()
    text.detach()


def _xlsx(file: IO[bytes], headers: list[str], lines: Iterable[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headers)
    for line in lines:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in line])
    book.save(file)


def as_texts(headers: list[str], lines: Iterable[list[str]]) -> bytes:
    """Return an Excel file in which every cell is text, as it was sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def text(value: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        return cell

    for line in (headers, *lines):
        sheet.append([text(value) for value in line])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet reads as a formula: a text that would be one begins with an apostrophe."""
    if isinstance(cell, str) and cell.lstrip(" \u3000").startswith(FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
