"""The process that reads: it asks nothing but its standard input, knows no Django and no database, and may die at any moment.

A request is a line of JSON with the kind, the limits and the length of what follows; the answer is a line of JSON: the result, or
the code of what is wrong with its figures. Memory and processor time are bounded by the kernel for each request.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: What separates the cells of a CSV file, by how common it is: Excel uses the list separator of the machine, or tabs.
SEPARATORS = ",;\t"
#: Excel in Chinese saves CSV in the machine's GBK; with a byte order mark it is UTF-16 ("Unicode text").
UTF16 = (b"\xff\xfe", b"\xfe\xff")
MOST_PARTS, MOST_UNPACKED = 1000, 100 * 1024 * 1024
#: A key of so many parts costs the reader the square of it before anything can be counted.
DEEP_KEY = re.compile(rb"^[\s\[]*(?:[\w-]+\s*\.\s*){32}", re.MULTILINE)
#: The longest line of a CSV file in bytes.
LONGEST_LINE = 200_000


class Wrong(Exception):
    """What is wrong with a file: a code that the asking process has words for, and figures for them."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures


def sheet(content: bytes, limits: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Read a spreadsheet into its lines that say something, each with its number."""
    if content.startswith(OLD_EXCEL):
        raise Wrong("old_excel")
    found: list[tuple[int, list[str]]] = []
    cells = 0
    for raw, (line, row) in enumerate(_excel(content, limits) if content.startswith(ZIP) else _csv(content, limits), start=1):
        texts = [_plain(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        cells += len(texts)
        if len(row) > limits["columns"]:
            raise Wrong("columns", limit=limits["columns"])
        if cells > limits["cells"] or raw > limits["raw_rows"]:
            raise Wrong("cells", limit=limits["cells"])
        if texts:
            found.append((line, texts))
        if len(found) > limits["rows"] + 1:
            raise Wrong("rows", limit=limits["rows"])
    return found


def _excel(content: bytes, limits: dict[str, Any]) -> Iterator[tuple[int, list[Any]]]:
    with ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Wrong("unpacked")
        with packed.open("xl/workbook.xml") as described:
            active = re.search(rb'activeTab="(\d{1,4})"', described.read(1024 * 1024))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    chosen = int(active.group(1)) if active else 0
    table = book.get_sheet_by_index(chosen if chosen < len(book.sheet_names) else 0)
    # The sheet's own idea of its size is a claim; these are of the cells that are there.
    if table.start is None:
        return
    if table.height * table.width > limits["cells"] or table.width > limits["columns"]:
        raise Wrong("cells", limit=limits["cells"])
    first = table.start[0] + 1
    for at, row in enumerate(table.to_python(skip_empty_area=True)):
        yield first + at, row


def _csv(content: bytes, limits: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    if max(map(len, content.split(b"\n"))) > LONGEST_LINE:
        raise Wrong("line", limit=LONGEST_LINE // 1000)
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


def toml(content: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    """Read a TOML document; dates and times come back as {"$time": text}."""
    if content.count(b"=") > limits["keys"]:
        raise Wrong("keys", limit=limits["keys"])
    if DEEP_KEY.search(content):
        raise Wrong("depth", limit=limits["depth"])
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise Wrong("toml", error=str(error)[:300]) from None
    counted = 0

    def checked(value: Any, depth: int) -> Any:
        nonlocal counted
        counted += 1
        if depth > limits["depth"]:
            raise Wrong("depth", limit=limits["depth"])
        if counted > limits["keys"]:
            raise Wrong("keys", limit=limits["keys"])
        if isinstance(value, dict):
            if "$time" in value:
                raise Wrong("toml", error="$time")
            return {key: checked(one, depth + 1) for key, one in value.items()}
        if isinstance(value, list):
            return [checked(one, depth + 1) for one in value]
        if isinstance(value, (datetime, date, time)):
            return {"$time": value.isoformat(), "$kind": type(value).__name__}
        return value

    result: dict[str, Any] = checked(found, 0)
    return result


def scenario(content: bytes, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a scenario's folder (its path is the content); returns every problem as its place, text and figures."""
    # A costly import, for this kind alone.
    from anlan.lib.scenario import ScenarioError, load  # noqa: PLC0415

    try:
        load(Path(content.decode()))
    except ScenarioError as error:
        return [_problem(problem) for problem in error.problems]
    return []


def _problem(problem: Any) -> dict[str, Any]:
    figures = {name: value if isinstance(value, (int, float)) else str(value) for name, value in problem.values.items()}
    return {"file": problem.file, "text": problem.text, "line": problem.line, "words": figures}


def xlsform(content: bytes, limits: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Read an XLSForm workbook as rows by heading; what pyxform does not take is wrong, in its own words."""
    # A costly import, for this kind alone; it needs no Java unless asked to run ODK Validate.
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415
    from pyxform.xls2xform import convert  # noqa: PLC0415

    if not content.startswith(ZIP):
        raise Wrong("damaged")
    with ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Wrong("unpacked")
    try:
        convert(io.BytesIO(content), file_type=".xlsx", validate=False)
    except PyXFormError as error:
        raise Wrong("xlsform", error=str(error)[:500]) from None
    read = get_xlsform(io.BytesIO(content), file_type=".xlsx")
    found = {name: [dict(row) for row in getattr(read, name) or []] for name in ("survey", "choices", "settings")}
    if sum(map(len, found.values())) > limits["rows"]:
        raise Wrong("rows", limit=limits["rows"])
    return found


def place(content: bytes, limits: dict[str, Any]) -> str:
    """Read a file with a place in it; returns it as hexadecimal WKB."""
    # A costly import, for this kind alone.
    from anlan.lib import places  # noqa: PLC0415

    try:
        return str(places.read_file(content).wkb_hex)
    except places.NotAPlace as error:
        raise Wrong("place", text=error.text, words={name: str(value) for name, value in error.figures.items()}) from None


def raster(content: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    """Read a grid within bounds that stand before it, as a line of JSON."""
    from anlan.lib import rasters  # noqa: PLC0415

    line, _end, file = content.partition(b"\n")
    try:
        return rasters.read_file(file, tuple(json.loads(line)), limits["cells"])
    except rasters.NotAGrid as error:
        raise Wrong(f"grid_{error}") from None


KINDS: dict[str, Callable[[bytes, dict[str, Any]], Any]] = {
    "sheet": sheet,
    "toml": toml,
    "scenario": scenario,
    "xlsform": xlsform,
    "place": place,
    "raster": raster,
}


def bound(megabytes: int, seconds: int) -> None:
    """Let the kernel end this process when it takes more memory or processor time than one request may."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + megabytes * 1024 * 1024, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, resource.RLIM_INFINITY))


def answer(line: bytes) -> dict[str, Any]:
    """Carry out one request; what is read stands behind its line."""
    asked = json.loads(line)
    content = sys.stdin.buffer.read(asked["length"])
    bound(asked["megabytes"], asked["seconds"])
    try:
        return {"result": KINDS[asked["kind"]](content, asked)}
    except Wrong as wrong:
        return {"wrong": wrong.code, "figures": wrong.figures}
    except (MemoryError, RecursionError) as error:
        return {"wrong": "memory" if isinstance(error, MemoryError) else "depth", "figures": {"limit": asked.get("depth", 0)}}
    except Exception as error:  # noqa: BLE001  a file from outside may be broken in any way
        return {"wrong": "damaged", "figures": {"error": f"{type(error).__name__}: {error}"[:300]}}


def main() -> None:
    """Answer requests until the asking process closes the line."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    for line in iter(sys.stdin.buffer.readline, b""):
        reply = json.dumps(answer(line)).encode()
        sys.stdout.buffer.write(reply + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
