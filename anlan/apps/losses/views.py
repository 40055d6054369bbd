"""Pages of losses that no desk can make: the form of figures block by block, and the spreadsheet of a process."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from anlan.apps.losses import actions, letters, queries, showing
from anlan.apps.losses.actions.reports import WRITE
from anlan.apps.losses.desk import LossReportDesk, ProcessDesk, ReportingTownDesk
from anlan.apps.losses.items import BLOCKS, depth
from anlan.apps.losses.models import LossReport, ReportingTown, figure_text
from anlan.kit.actions.seen import Stale, seeing, version_of
from anlan.kit.desk import conflicts
from anlan.kit.desk.fields import dress, given_of
from anlan.kit.desk.forms import refuse, verb_form
from anlan.kit.desk.transfer import stamp
from anlan.kit.pages import page, view
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current
from anlan.kit.web import Download
from anlan.lib.spreadsheets import FORMATS, write


@page("process/<int:pk>/form.xlsx", needs=view(LossReport), name="sheet")
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give form ① of a process as a spreadsheet: a row for all of it, for each county and each town that the viewer reads."""
    process = ProcessDesk.get(pk)
    file = write("xlsx", letters.headings(), letters.lines(process))
    return Download(file, as_attachment=True, filename=f"form-1-{process.pk}-{stamp()}.xlsx", content_type=FORMATS["xlsx"])


@page("towns/<int:pk>/write", needs=WRITE)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in a town's next report, block by block, beside what it told before."""
    return _figures(request, ReportingTownDesk, actions.write, pk)


@page("reports/<int:pk>/revise", needs=WRITE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the figures of a report that has not gone out, or that was returned."""
    return _figures(request, LossReportDesk, actions.revise, pk)


def _figures(request: HttpRequest, desk: Any, verb: Any, pk: int) -> HttpResponse:
    """Show the form of a verb that takes figures, and carry it out."""
    row = desk.get(pk)
    if not verb.permits(row, current()):
        raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
    made, sent = verb_form(verb, desk.record, row), request.method == "POST"
    form = dress(made(request.POST) if sent else made(initial=desk.filled(verb, row)))
    status = 422 if sent else 200
    more: dict[str, Any] = {"seen": request.POST.get("seen") or version_of(row)}
    if not sent:
        verb.spec.moves.check(row, verb.spec.label)
    elif form.is_valid():
        try:
            with seeing(row, request.POST.get("seen", "")):
                done = verb(**{verb.subject.name: row.pk, **given_of(form)})
        except Stale as stale:
            changes = conflicts.others(stale)
            more = {"conflict": {"text": conflicts.in_words(stale, changes), "changes": changes}, "seen": version_of(stale.row)}
            status = stale.status
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Saved. Look at the figures, then submit them."))
            return redirect(done.desk_url())
    town = row if isinstance(row, ReportingTown) else row.town
    before = queries.latest(town, before=row if row is not town else None)
    shown = {"form": form, "row": row, "town": town, "verb": verb, "before": before, "moved": showing.brought_away(town)}
    shown |= {"blocks": _blocks(form, before), "others": [form[name] for name in ("why", "leader", "reporter")]}
    return render(request, "losses/fill.html", shown | more, status=status)


def _blocks(form: Any, before: LossReport | None) -> list[dict[str, Any]]:
    """Return the fields of the form as the paper groups them, each with what the last report told."""
    old = before.figures if before else {}
    return [
        {
            "label": block.label,
            "rows": [
                {
                    "item": item,
                    "field": form[item.code],
                    "indent": ("", "ps-4", "ps-5")[depth(item.code)],
                    "old": figure_text(item.code, old[item.code]) if item.code in old else "",
                }
                for item in block.items
            ],
        }
        for block in BLOCKS
    ]
