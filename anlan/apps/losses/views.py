"""The spreadsheet of a process."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from anlan.apps.losses import letters
from anlan.apps.losses.desk import ProcessDesk
from anlan.apps.losses.models import LossReport
from anlan.kit.desk.transfer import stamp
from anlan.kit.pages import page, view
from anlan.kit.web import Download
from anlan.lib.spreadsheets import FORMATS, write


@page("process/<int:pk>/form.xlsx", needs=view(LossReport), name="sheet")
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give form ① of a process as a spreadsheet: a row for all of it, for each county and each town that the viewer reads."""
    process = ProcessDesk.get(pk)
    file = write("xlsx", letters.headings(), letters.lines(process))
    return Download(file, as_attachment=True, filename=f"form-1-{process.pk}-{stamp()}.xlsx", content_type=FORMATS["xlsx"])
