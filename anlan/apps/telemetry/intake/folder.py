"""The drop folder: files are taken, set aside with a report beside them, and cleared away after some days."""

from __future__ import annotations

import logging
import os
import shutil
from io import BytesIO
from pathlib import Path
from zipfile import is_zipfile

from django.db import DataError
from django.utils.translation import gettext as _

from anlan.apps.telemetry.intake.decoding import MOST_BYTES, from_csv, key_of, levelled
from anlan.apps.telemetry.intake.storing import ingest, note_refused
from anlan.kit import clock
from anlan.kit.refusals import Refusal

log = logging.getLogger(__name__)

#: A file untouched for this long is taken to be whole.
SETTLE_SECONDS = 2.0
#: So many times longer if its last line has no end.
UNFINISHED = 30
TAKEN = (".csv", ".xlsx")


def take_files(folder: Path, settle_seconds: float = SETTLE_SECONDS) -> None:
    """Take every CSV and Excel file in the inbox that is no longer being written; what is neither is set aside with a word.

    A file untouched for `settle_seconds` is taken to be whole, one without its end only after a minute. What was
    taken goes to done, what could not to failed, each with a report beside it: no file stops the next. A lost database is
    no fault of the file's and is passed on: the file is taken again, and known by its content.
    """
    for file in sorted(folder.iterdir()):
        try:
            if file.is_symlink() or not file.is_file() or file.name.startswith("."):
                continue
            untouched = clock.real_now().timestamp() - file.stat().st_mtime
            if untouched < settle_seconds:
                continue
            if file.suffix.lower() not in TAKEN:
                if untouched > settle_seconds * UNFINISHED:  # a writer's own name for what is not whole yet
                    _refuse(file, b"", _("The inbox takes files whose names end in .csv or .xlsx."))
                continue
            if file.stat().st_size > MOST_BYTES:
                _refuse(file, b"", _("The file is larger than 20 MB."))
                continue
            sent = file.read_bytes()
            whole = not sent or sent.endswith(b"\n") or is_zipfile(BytesIO(sent))
            if not whole and untouched < settle_seconds * UNFINISHED:
                continue
            _take(file, sent)
        except OSError as error:
            log.warning("ingest: %s cannot be handled: %s", file, error)


def _take(file: Path, sent: bytes) -> None:
    try:
        raw = levelled(sent)
        found = ingest(from_csv(raw), "file_drop", raw, key=key_of(raw))
    except (DataError, Refusal) as error:
        _refuse(file, sent, str(error))
        return
    told = {"batch": found.batch, "new": found.accepted, "corrected": found.corrected, "known": found.duplicate}
    counts = _(
        "Batch %(batch)d: %(new)d new, %(corrected)d corrected, %(known)d known already, %(forecasts)d forecasts, %(bad)d rejected"
    ) % (told | {"forecasts": found.forecasts, "bad": len(found.rejected)})
    problems = [f"{_('Line')} {r.line}: {r.reason}" for r in found.rejected]
    _set_aside(file, "failed" if problems and not found.taken else "done", [counts, *problems])


def _refuse(file: Path, raw: bytes, reason: str) -> None:
    note_refused("file_drop", raw, f"{file.name[:100]}: {reason}")
    _set_aside(file, "failed", [reason])


def clear(done: Path, days: int) -> int:
    """Remove what was taken more than `days` days ago, with its reports; returns how many files. 0 days keep all.

    What could not be taken stays in `failed` until somebody has looked; the body of each delivery is kept with its batch.
    """
    oldest = clock.real_now().timestamp() - days * 86400
    old = [file for file in done.glob("*") if days and file.is_file() and file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    if old:
        log.info("ingest: %d files taken more than %d days ago removed from %s", len(old), days, done)
    return len(old)


def _set_aside(file: Path, where: str, report: list[str]) -> None:
    """Move a file out of the inbox beside its report; an earlier file of that name stays."""
    folder = file.parent / where
    folder.mkdir(exist_ok=True)
    target, number = folder / f"{file.stem[:80]}{file.suffix[:10]}", 1
    while target.exists() or target.with_suffix(".report.txt").exists():  # a.csv and a.xlsx have a report each
        number += 1
        target = folder / f"{file.stem[:80]}-{number}{file.suffix[:10]}"
    shutil.move(file, target)
    os.utime(target)  # from now on its age, for `clear`
    target.with_suffix(".report.txt").write_text("\n".join(report) + "\n", encoding="utf-8", errors="replace")
