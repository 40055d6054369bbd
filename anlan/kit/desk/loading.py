"""Bringing a spreadsheet in: a small one at once and whole or not at all, a large one in a background job, line by line.

The job adds the rows that are right, a step of lines at a time, and sets the others aside; at its end they are a spreadsheet with
one column more that says what is wrong, to be corrected and sent again.
"""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from anlan.kit import sheets
from anlan.kit.actions import Action, Deed
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.transfer import Checker, DryRun, dry_run, stamp
from anlan.kit.files import keep, path_of
from anlan.kit.models import BackgroundJob
from anlan.kit.refusals import Fault, NotAuthorised, Refusal
from anlan.kit.tasks import Run, task
from anlan.lib.spreadsheets import as_texts

#: An import of more rows goes on in the background.
LIMIT = 5000
#: How many lines one step takes: what is done again at most after a crash, and how long a cancellation waits.
STEP = 200


def bring_in(desk: type[Desk], file: Any, *, write: bool) -> DryRun:
    """Check a spreadsheet and, with `write` and without any fault, add all its rows in one action; more than `LIMIT` by a job."""
    if not desk.importable or not desk.may("add"):
        raise NotAuthorised(_("Your role does not include this."))
    if not isinstance(file, File):
        raise Refusal(_("Choose a file first."), field="file")
    sheet = sheets.read(file)
    if len(sheet.rows) > LIMIT:
        faults = Checker(desk, sheet.headers).faults
        return DryRun(problems=faults) if faults else DryRun(job=_later(desk, sheet, write=write))
    found = dry_run(desk, sheet)
    if write and not found.problems:
        desk.create_rows(rows=found.rows)
    return found


def _later(desk: type[Desk], sheet: sheets.Sheet, *, write: bool) -> BackgroundJob:
    """Leave a sheet to the background, under the authority that the import needs."""
    digest = keep(json.dumps({"headers": sheet.headers, "rows": sheet.rows}, ensure_ascii=False).encode())

    def ask(deed: Deed) -> BackgroundJob:
        return deed.defer(bring_in_rows, desk=desk.record._meta.label_lower, sheet=digest, write=write)

    made: BackgroundJob = Action(ask, desk.create_rows.spec)()
    return made


@task(name="kit.import", label=gettext_lazy("Import"))
def bring_in_rows(run: Run, *, desk: str, sheet: str, write: bool) -> None:
    """Take a sheet's lines from where the cursor stands; the cursor is the number of lines taken."""
    target = DESKS[apps.get_model(desk)]
    content = json.loads(path_of(sheet).read_bytes())
    lines: list[tuple[int, list[str]]] = content["rows"]
    while (at := run.cursor.get("taken", 0)) < len(lines):
        with run.step():
            checker = Checker(target, content["headers"])  # under the authority of this step
            for line, cells, faults in _taken(checker, lines[at : at + STEP], write=write):
                reasons = (f"{fault.column}: {fault.reason}" if fault.column else str(fault.reason) for fault in faults)
                run.refuse(line, cells, "；".join(reasons))
                run.cursor["refused"] = run.cursor.get("refused", 0) + 1
            run.cursor["taken"] = run.done = min(at + STEP, len(lines))
            run.of = len(lines)
            _say(run, write=write)
    with run.step():
        if run.cursor.get("refused") and not run.cursor.get("written"):
            run.cursor["written"] = True
            run.keep(f"{target.slug}-{stamp()}.xlsx", _to_correct(content["headers"], run))
            run.refused().delete()


def _say(run: Run, *, write: bool) -> None:
    refused = run.cursor.get("refused", 0)
    if write:
        run.say(
            gettext_noop("%(good)d rows were added, %(refused)d lines were set aside."), good=run.done - refused, refused=refused
        )
    else:
        run.say(
            gettext_noop("%(good)d rows are right, %(refused)d are not; nothing is written."),
            good=run.done - refused,
            refused=refused,
        )


def _taken(checker: Checker, lines: list[tuple[int, list[str]]], *, write: bool) -> list[tuple[int, list[str], list[Fault]]]:
    """Check some lines and add the rows that are right; return the lines that cannot be taken, with what is wrong."""
    refused, good = [], []
    for line, cells in lines:
        values, faults = checker.check(line, cells)
        if faults:
            refused.append((line, cells, faults))
        else:
            good.append((line, cells, values))
    if not write or not good:
        return refused
    try:
        checker.desk.create_rows(rows=[values for _line, _cells, values in good])
    except Refusal:
        # One of them: found by taking each by itself.
        for line, cells, values in good:
            try:
                checker.desk.create_rows(rows=[values])
            except Refusal as refusal:
                refused.append((line, cells, [Fault(line, str(refusal), refusal.field)]))
    return sorted(refused)


def _to_correct(headers: list[str], run: Run) -> bytes:
    """Write the lines that were set aside to a spreadsheet: every cell is text, as it was sent, so that none is a formula."""
    kept = [at for at in range(len(headers)) if headers[at] not in sheets.fault_titles()]
    refused = ([*(fault.values[at] for at in kept), fault.reason] for fault in run.refused().iterator(chunk_size=2000))
    return as_texts([*(headers[at] for at in kept), str(sheets.FAULT)], refused)
