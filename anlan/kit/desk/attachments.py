"""A record's files, by page and by API: the panel that lists them, attaching one, fetching one; all under the asker's scope."""

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
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as endpoint
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.files import LIMIT, content_of, files_of
from anlan.kit.files import attach as keep
from anlan.kit.models import StoredFile
from anlan.kit.records import area_of, sector_of
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current


@dataclass(frozen=True)
class Files:
    """A panel with the files attached to a row, and the form to attach one for those who may."""

    title: Any = gettext_lazy("Files")
    template: str = "desk/files.html"
    #: False where files come in another way, with words of their own: then the panel only lists them.
    offers: bool = True

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the files and where to send one."""
        desk: type[Desk] = DESKS[type(row)]
        found = [(file, reverse(desk.name("file"), args=[row.pk, file.pk])) for file in files_of(row)[:200]]
        may = self.offers and current().may("kit.add_storedfile", area_of(row) or "", sector_of(row))
        return {"files": found, "attach": reverse(desk.name("attach"), args=[row.pk]) if may else "", "limit": LIMIT}


@require_POST
def attach(request: HttpRequest, desk: type[Desk], pk: int) -> HttpResponse:
    """Attach a file to a record."""
    row = desk.get(pk)
    try:
        kept = _kept(row, request)
        messages.success(request, _("%(name)s was attached.") % {"name": kept.name})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(desk.record.desk_url(row))


def _kept(row: models.Model, request: HttpRequest | Request) -> StoredFile:
    sent = request.FILES.get("file")
    if sent is None:
        raise Refusal(_("Choose a file first."), field="file")
    return keep(row, str(sent.name), cast(BinaryIO, sent))


def download(request: HttpRequest | Request, desk: type[Desk], pk: int, file: int) -> HttpResponse:
    """Send a record's file, as an attachment: nothing that was uploaded is ever shown as a page of ours."""
    row = desk.get(pk)
    found = files_of(row).filter(pk=file).first()
    if found is None:
        raise NotFound()
    desk.fetched(row)
    response = HttpResponse(content_of(found), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Cache-Control"] = "private, no-cache"
    return response


class FileSerializer(serializers.ModelSerializer[StoredFile]):
    """A file attached to a record; its content is at files/{id}/."""

    class Meta:
        model = StoredFile
        fields = ["id", "name", "content_type", "size", "sha256", "uploaded_by"]
        read_only_fields = fields


class SentFileSerializer(serializers.Serializer[Any]):
    """One file, sent as multipart/form-data."""

    file = serializers.FileField(help_text="A picture, a PDF, a spreadsheet or plain text of at most 20 MB")


def endpoints(desk: type[Desk]) -> dict[str, Any]:
    """Make a desk's endpoints for the files of one record: list and attach at files/, fetch at files/{file}/."""

    @extend_schema(responses=FileSerializer(many=True), summary=gettext_lazy("List the files of a record"))
    @endpoint(detail=True, methods=["get"], url_path="files", parser_classes=[MultiPartParser], pagination_class=None)
    def files(self: Any, request: Request, pk: str) -> Response:
        """Answer the newest 200 files."""
        return Response(FileSerializer(files_of(desk.get(int(pk)))[:200], many=True).data)

    @extend_schema(
        request={"multipart/form-data": SentFileSerializer},
        responses={201: FileSerializer},
        summary=gettext_lazy("Attach a file"),
    )
    @files.mapping.post
    def attach_file(self: Any, request: Request, pk: str) -> Response:
        """Keep a file by the hash of its content; its type is told by the content. Needs the permission `kit.add_storedfile`."""
        return Response(FileSerializer(_kept(desk.get(int(pk)), request)).data, status=201)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, summary=gettext_lazy("Fetch a file of a record")
    )
    @endpoint(detail=True, methods=["get"], url_path="files/(?P<file>[0-9]{1,18})")
    def file(self: Any, request: Request, pk: str, file: str) -> HttpResponse:
        """Answer the content itself, under its own type and name."""
        return download(request, desk, int(pk), int(file))

    return {"files": files, "attach_file": attach_file, "file": file}
