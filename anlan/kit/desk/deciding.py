"""The decision sheet, by page and by API: before a grave step, and as it was when the step was taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit import clock
from anlan.kit.actions import Action
from anlan.kit.actions.seen import token
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.forms import verb_form
from anlan.kit.desk.telling import readable_entry
from anlan.kit.journal import entries_for
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import current
from anlan.lib.decisions import Sheet


def shown_before(verb: Action[Any, Any], row: Any, form: forms.Form) -> dict[str, Any]:
    """Return the sheet of a step, None where nothing can be said yet, and what is sent back as seen."""
    sheet = None
    if verb.spec.sheet:
        form.is_valid()
        sheet = verb.spec.sheet(row, {name: value for name, value in form.cleaned_data.items() if value is not None})
    return {"sheet": sheet, "decides": bool(verb.spec.sheet), "seen": token(row if verb.spec.relative else None, sheet)}


def decided_page(request: HttpRequest, desk: type[Desk], pk: int, seq: int) -> HttpResponse:
    """Show the sheet that a decision was taken by, as it was then."""
    row = desk.opened(pk)
    entry = entries_for(row).filter(seq=seq).first()
    if entry is None or "sheet" not in entry.diff:
        raise NotFound()
    with clock.frozen(entry.at):  # ages are told as they were
        sheet = render_to_string("desk/sheet.html", {"sheet": Sheet.read(entry.diff["sheet"])})
    return render(request, "desk/decided.html", {"desk": desk, "row": row, "told": readable_entry(entry), "shown": sheet})


def add_sheet(desk: type[Desk], verb: Action[Any, Any], run: Any) -> dict[str, Any]:
    """Return a verb's endpoint by name, and where it has a sheet, GET of the same address."""
    if verb.spec.sheet is None:
        return {run.__name__: run}
    begins = verb in desk.begins
    given = [OpenApiParameter(name, description=f.label or "") for name, f in verb_form(verb, desk.record).base_fields.items()]

    def sheet(self: Any, request: Request, **about: str) -> Response:
        row: Any = None if begins else self.get_object()
        if not (current().areas_for(verb.spec.needs) if begins else verb.permits(row, current())):
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
        before = shown_before(verb, row, verb_form(verb, desk.record, row)(request.GET))
        found = before["sheet"]
        return Response(found.kept() if found else {}, headers={"ETag": f'"{before["seen"]}"'})

    sheet.__name__ = f"{run.__name__}_sheet"
    summary = format_lazy("{}: {}", gettext_lazy("Decision sheet"), verb.spec.label)
    words = "Send the ETag back as If-Match with the step: it is refused (409) where what it rests on has changed since."
    described = extend_schema(parameters=given, responses=OpenApiTypes.OBJECT, summary=summary, description=words, request=None)
    return {run.__name__: run, sheet.__name__: described(run.mapping.get(sheet))}
