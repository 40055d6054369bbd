"""Small files that cost much: refused in words, soon, by a process that is ended, while others go on."""

from __future__ import annotations

import io
import queue
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from anlan.apps.exercises import folders
from anlan.kit import bounded, sheets
from anlan.kit.refusals import Refusal
from anlan.lib import readers
from anlan.lib.scenario import ScenarioError

#: A child has two processor seconds for a request; the rest is patience with a busy machine.
SOON = 30.0


def book(change: Callable[[bytes], bytes] = lambda sheet: sheet, rows: int = 3) -> bytes:
    """Make a workbook of a few rows, with its sheet's XML changed."""
    made, out = Workbook(), io.BytesIO()
    for n in range(rows):
        made.active.append([f"a{n}", n, "x"])
    made.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == "xl/worksheets/sheet1.xml" else content)
    return changed.getvalue()


def wide(sheet: bytes) -> bytes:
    return sheet.replace(b'<dimension ref="A1:C3"', b'<dimension ref="A1:XFD2000"')


def far(sheet: bytes) -> bytes:
    last = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    return sheet.replace(b"</sheetData>", last)


def huge(sheet: bytes) -> bytes:
    return sheet.replace(
        b"</sheetData>", b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"x" * 150_000_000 + b"</t></is></c></row></sheetData>"
    )


def soon(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.monotonic()
    try:
        found = work()
    except (Refusal, ScenarioError) as refusal:
        found = refusal
    return found, time.monotonic() - begun


def read(content: bytes) -> Any:
    return sheets.read(ContentFile(content, name="x"), 5000)


BOMBS = {
    "a cell at the end of the sheet": lambda: read(book(far)),
    "a sheet that unpacks to 150 MB": lambda: read(book(huge)),
    "commas": lambda: read(b"," * 5_000_000),
    "empty lines": lambda: read(b"a,b\n" + b",\n" * 2_500_000),
    "one quote that never ends": lambda: read(b'a,b\n"' + b"x" * 4_000_000),
    "dotted keys": lambda: bounded.toml(b"a" + b".a" * 100_000 + b" = 1"),
    "deep arrays": lambda: bounded.toml(b"a = " + b"[" * 100_000),
    "deep tables": lambda: bounded.toml(b"a = " + b"[" * 40 + b"1" + b"]" * 40),
    "many keys": lambda: bounded.toml(b"".join(b"k%d = 1\n" % n for n in range(120_000))),
    "a number of a million digits": lambda: bounded.toml(b"a = " + b"9" * 1_000_000),
    "a key that means something to us": lambda: bounded.toml(b'a = {"$time" = "x", "$kind" = "time"}'),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_in_words_and_soon(bomb: Callable[[], Any]) -> None:
    found, seconds = soon(bomb)
    assert isinstance(found, Refusal)
    assert str(found)
    assert seconds < SOON


def test_a_line_that_never_ends_is_told_as_such() -> None:
    with pytest.raises(Refusal, match="200 kB"):
        BOMBS["one quote that never ends"]()


def test_a_sheet_that_claims_to_be_wide_is_read_by_the_cells_that_are_there() -> None:
    found, seconds = soon(lambda: read(book(wide)))
    assert (found.headers, [cells for _line, cells in found.rows]) == (["a0", "0", "x"], [["a1", "1", "x"], ["a2", "2", "x"]])
    assert seconds < SOON


def test_eight_bombs_at_once_starve_nobody() -> None:
    """Whoever comes with an honest sheet meanwhile has it read."""
    with ThreadPoolExecutor(9) as pool:
        bombs = [pool.submit(soon, BOMBS["dotted keys"]) for _each in range(8)]
        honest = pool.submit(soon, lambda: read(b"a,b\n1,2\n"))
        assert all(isinstance(bomb.result()[0], Refusal) for bomb in bombs)
        assert honest.result()[0].rows == [(2, ["1", "2"])]


def test_a_child_that_is_killed_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for _each in range(readers.CHILDREN):
        child = readers._waiting.queue[0]
        if child is not None:
            child.process.kill()
        assert read(b"a,b\n1,2\n").rows


def test_who_waits_too_long_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "TURN_SECONDS", 0.05)
    monkeypatch.setattr(readers, "_waiting", queue.LifoQueue())
    with pytest.raises(Refusal, match="Other files are being read|正在读取其他文件"):
        read(b"a,b\n1,2\n")


def zipped(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_toml", ".toml").replace("_csv", ".csv"), content)
    out.seek(0)
    return out


HEAD = b'name_zh="x"\nname_en="x"\nstart=2022-06-01T00:00:00+08:00\nend=2022-06-02T00:00:00+08:00\nobservations="t.csv"\n'


@pytest.mark.parametrize(
    "content",
    [
        zipped(scenario_toml=b"a" + b".a" * 100_000 + b" = 1"),
        zipped(scenario_toml=b"a = " + b"[" * 100_000),
        zipped(scenario_toml=HEAD, **{"n" * 300: b"x"}),
        zipped(scenario_toml=HEAD, t_csv=b"," * 8_000_000),
        zipped(scenario_toml=b"x" * 30_000_000),
    ],
    ids=["dotted keys", "deep arrays", "a long name", "commas", "a bomb"],
)
def test_a_scenario_that_is_a_bomb_leaves_nothing_behind(content: io.BytesIO, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    found, _seconds = soon(lambda: folders.unpack("bomb.zip", content))
    assert isinstance(found, (Refusal, ScenarioError))
    assert not list((tmp_path / "scenarios").glob("*"))
