"""The asking side: hands a file to one of a few child processes, waits a bounded time, and says in words what was wrong."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import Refusal

#: How many files are read at once by a process of the program; the others wait their turn for so many seconds.
CHILDREN, TURN_SECONDS = 2, 20.0
#: A child is replaced after so many files, so that what one left behind bothers none that come later.
FILES_PER_CHILD = 200
TIMES: dict[str, Any] = {kind.__name__: kind.fromisoformat for kind in (datetime, date, time)}


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Rows are those that say something, raw rows all; memory in MB beside what the child has already."""

    seconds: int = 2
    megabytes: int = 256
    rows: int = 5000
    raw_rows: int = 200_000
    columns: int = 300
    cells: int = 1_000_000
    depth: int = 12
    keys: int = 100_000


WORDS: dict[str, Any] = {
    "old_excel": _("This is a file of an old Excel (.xls). Save it as .xlsx or CSV."),
    "unpacked": _("The file unpacks to more than is accepted."),
    "rows": _("The file has more than %(limit)d rows; split it."),
    "columns": _("The file has more than %(limit)d columns."),
    "cells": _("The file has more cells than are accepted: delete empty rows and columns, or split it."),
    "damaged": _("This file cannot be read: it is damaged, or no spreadsheet. Save it anew as .xlsx or CSV."),
    "toml": _("This file cannot be read: %(error)s"),
    "depth": _("The file is nested too deeply."),
    "keys": _("The file has more than %(limit)d entries."),
    "memory": _("The file needs more memory or time to read than is accepted. Split it, or save it anew."),
    "busy": _("Other files are being read just now. Nothing was saved. Try again in a moment."),
}


def sheet_lines(content: bytes, limits: Limits) -> list[tuple[int, list[str]]]:
    """Read a spreadsheet (CSV, Excel) into its lines, as text, with their numbers; raises Refusal."""
    return [(line, cells) for line, cells in _ask("sheet", content, limits)]


def toml(content: bytes, limits: Limits = Limits(megabytes=64)) -> dict[str, Any]:  # noqa: B008  frozen
    """Read a TOML document; raises Refusal."""
    found: dict[str, Any] = _with_times(_ask("toml", content, limits))
    return found


def check_scenario(folder: Path, limits: Limits = Limits(seconds=20, megabytes=1024)) -> list[dict[str, Any]]:  # noqa: B008  frozen
    """Read a scenario's folder; returns its problems (file, text, line, words), raises Refusal when it cannot be read at all."""
    found: list[dict[str, Any]] = _ask("scenario", str(folder).encode(), limits)
    return found


class _Child:
    """One reading process."""

    def __init__(self) -> None:
        self.pid, self.files = os.getpid(), 0
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "anlan.lib.untrusted"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)

    @property
    def alive(self) -> bool:
        """Return whether it may be asked: it runs, belongs to this process and is not worn."""
        return self.process.poll() is None and self.pid == os.getpid() and self.files < FILES_PER_CHILD

    def ask(self, kind: str, content: bytes, limits: Limits) -> dict[str, Any] | None:
        """Return its answer, None when it died or was ended because it took too long."""
        self.files += 1
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        # Its processor time is bounded by the kernel; this is for a machine so busy that it gets none.
        timer = threading.Timer(limits.seconds * 5 + 10, self.process.kill)
        timer.start()
        try:
            head = json.dumps({"kind": kind, "length": len(content), **asdict(limits)}).encode()
            self.process.stdin.write(head + b"\n" + content)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        found: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return found

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


#: The children that wait, or None for one that has not been started yet.
_waiting: queue.LifoQueue[_Child | None] = queue.LifoQueue()
for _each in range(CHILDREN):
    _waiting.put(None)


@atexit.register
def _end_all() -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            child = _waiting.get_nowait()
            if child is not None and child.pid == os.getpid():
                child.end()


def _ask(kind: str, content: bytes, limits: Limits) -> Any:
    try:
        child = _waiting.get(timeout=TURN_SECONDS)
    except queue.Empty:
        raise Refusal(WORDS["busy"], field="file") from None
    try:
        if child is not None and not child.alive:
            if child.pid == os.getpid():
                child.end()
            child = None
        child = child or _Child()
        answer = child.ask(kind, content, limits)
        if answer is None:
            child.end()
            child = None
    finally:
        _waiting.put(child)
    if answer is None:
        answer = {"wrong": "memory", "figures": {}}
    if "wrong" in answer:
        words = WORDS[answer["wrong"]]
        raise Refusal(words % answer["figures"] if "%(" in str(words) else words, field="file")
    return answer["result"]


def _with_times(value: Any) -> Any:
    if isinstance(value, dict):
        if "$time" in value:
            return TIMES[value["$kind"]](value["$time"])
        return {key: _with_times(one) for key, one in value.items()}
    return [_with_times(one) for one in value] if isinstance(value, list) else value
