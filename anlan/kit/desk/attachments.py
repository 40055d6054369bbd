"""Files on a record's page: the panel that lists them, attaching one, fetching one; all under the asker's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.files import LIMIT, files_of, path_of, store
from anlan.kit.records import area_of
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current


@dataclass(frozen=True)
class Files:
    """A panel with the files attached to a row, and the form to attach one for those who may."""

    title: Any = gettext_lazy("Files")
    template: str = "desk/files.html"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the files and where to send one."""
        desk: type[Desk] = DESKS[type(row)]
        found = [(file, reverse(desk.name("file"), args=[row.pk, file.pk])) for file in files_of(row)[:200]]
        may = current().may("kit.add_storedfile", area_of(row) or "")
        return {"files": found, "attach": reverse(desk.name("attach"), args=[row.pk]) if may else "", "limit": LIMIT}


@require_POST
def attach(request: HttpRequest, desk: type[Desk], pk: int) -> HttpResponse:
    """Attach a file to a record."""
    row = desk.get(pk)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refusal(_("Choose a file first."), field="file")
        kept = store(
            area=area_of(row) or "",
            name=str(sent.name),
            content=cast(BinaryIO, sent),
            record=row._meta.label_lower,
            record_id=str(row.pk),
        )
        messages.success(request, _("%(name)s was attached.") % {"name": kept.name})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(desk.record.desk_url(row))


def download(request: HttpRequest, desk: type[Desk], pk: int, file: int) -> HttpResponse:
    """Send a record's file, as an attachment: nothing that was uploaded is ever shown as a page of ours."""
    found = files_of(desk.get(pk)).filter(pk=file).first()
    if found is None or not path_of(found.sha256).exists():
        raise NotFound()
    response = HttpResponse(path_of(found.sha256).read_bytes(), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Cache-Control"] = "private, no-cache"
    return response
