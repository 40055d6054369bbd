"""The ingest process: takes files that are dropped into a folder, and judges every batch that waits for detection."""

from __future__ import annotations

import logging
import shutil
import signal
import threading
from pathlib import Path

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, connections

from anlan.apps.monitoring.decoding import from_csv, key_of, levelled
from anlan.apps.monitoring.detection import detect, undetected
from anlan.apps.monitoring.intake import ingest
from anlan.kit import clock
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worker import is_driven
from anlan.kit.worlds import WORLDS

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
#: A file untouched for this long is taken to be whole.
SETTLE_SECONDS = 2.0


def run() -> None:
    """Work until told to stop; a lost database is waited for."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    folder = Path(settings.CONFIG.var) / "inbox"
    for each in (folder, folder / "done", folder / "bad"):
        each.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        try:
            with entered(Scope.everything("system:ingest")):
                take_files(folder)
            for world in WORLDS.values():
                judge(world)
        except (OperationalError, InterfaceError):
            log.warning("ingest: lost the database, trying again")
            connections.close_all()
            stop.wait(1)
        stop.wait(PAUSE_SECONDS)


def judge(world: World) -> int:
    """Detect on every waiting batch of a world, unless a replay drives it; returns how many."""
    with entered(Scope.everything("system:detection", world)):
        if is_driven(world):
            return 0
        waiting = undetected()
        for batch in waiting:
            detect(batch)
        return len(waiting)


def take_files(folder: Path, settle_seconds: float = SETTLE_SECONDS) -> None:
    """Take every CSV in the inbox that is no longer being written.

    Done and bad ones are moved aside, bad ones with their faults beside them: no file stops the next. A lost database is
    no fault of the file's and is passed on.
    """
    for file in sorted(folder.glob("*.csv")):
        if clock.real_now().timestamp() - file.stat().st_mtime < settle_seconds:
            continue
        raw = levelled(file.read_bytes())
        try:
            found = ingest(from_csv(raw), "file_drop", raw, key=key_of(raw))
        except (DataError, Refusal) as error:
            _set_aside(file, folder / "bad", [f"cannot be read: {error}"])
            continue
        problems = [f"line {r.line}: {r.reason}" for r in found.rejected]
        _set_aside(file, folder / ("bad" if problems and not found.accepted else "done"), problems)


def _set_aside(file: Path, folder: Path, problems: list[str]) -> None:
    target = folder / f"{file.stem[:80]}.csv"
    shutil.move(file, target)
    if problems:
        target.with_suffix(".errors.txt").write_text("\n".join(problems) + "\n", encoding="utf-8")
