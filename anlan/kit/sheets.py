"""Spreadsheets from outside: CSV as any office saves it, or Excel, read into lines of text; what cannot be read is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from anlan.kit import bounded
from anlan.kit.languages import in_every_language
from anlan.kit.refusals import Fault, Refusal
from anlan.lib.spreadsheets import write

MOST_BYTES, MOST_ROWS = 20 * 1024 * 1024, 100_000
#: The column that names what is wrong with a line, in a sheet that comes back to be corrected; sent again it says nothing.
FAULT = _lazy("Fault")


@dataclass(frozen=True)
class Sheet:
    """A heading and the rows below it, each with its line in the file; empty lines are left out."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


class Wanted(NamedTuple):
    """A column that a sheet may have: its key, its label, whether it must be there, what may stand in it if not anything, an example."""

    key: str
    label: Any
    required: bool = False
    values: Sequence[Any] = ()
    example: str = ""

    def titles(self) -> list[str]:
        """Return what the column may be called: its key, or its label in any language."""
        return list(dict.fromkeys([self.key, *in_every_language(self.label)]))


def fault_titles() -> list[str]:
    """Return what the column of faults is called in each language."""
    return in_every_language(FAULT)


def columns(sheet: Sheet, wanted: Sequence[Wanted], ignored: Sequence[str] = ()) -> tuple[dict[str, int], list[Fault]]:
    """Return key → position of its column, and what is wrong with the heading: unknown, doubled or missing columns.

    `ignored` are columns that an export has and an import does not take, such as a row's id.
    """
    known = {title.lower(): column.key for column in wanted for title in column.titles()}
    found: dict[str, int] = {}
    faults = []
    ours = {title.lower() for title in (*fault_titles(), *ignored)}
    for at, header in enumerate(sheet.headers):
        key = known.get(header.lower())
        if key is None and header.lower() in ours:
            continue
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


def template(wanted: Sequence[Wanted]) -> bytes:
    """Return a CSV sheet with the wanted columns, headed in the reader's language, and an example row where there is one."""
    return write("csv", [str(c.label) for c in wanted], [row] if any(row := [c.example for c in wanted]) else []).read()


def read(file: File[Any], most_rows: int = MOST_ROWS) -> Sheet:
    """Read a spreadsheet; raises Refusal for a file too large, packed too tightly, without rows, or broken in any way."""
    if (file.size or 0) > MOST_BYTES:
        raise Refusal(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024}, field="file")
    lines = bounded.sheet_lines(file.read(), bounded.Limits(seconds=10, megabytes=512, rows=most_rows))
    headers, rows = (lines[0][1], lines[1:]) if lines else ([], [])
    found = []
    for line, cells in rows:
        if any(cells[len(headers) :]):
            words = _("Line %(line)d has more cells than the heading. Put a text that holds a comma between quotation marks.")
            raise Refusal(words % {"line": line}, field="file")
        found.append((line, [*cells, *[""] * (len(headers) - len(cells))]))
    if not found:
        raise Refusal(_("The file has no rows."), field="file")
    return Sheet(headers, found)
