"""Files: stored once by the hash of their content, typed by content, limited in size, passed by a virus-scan hook."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, action
from anlan.kit.models import StoredFile
from anlan.kit.records import area_of, sector_of, unscoped
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import Scope, current, entered
from anlan.kit.worlds import ALIASES

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
#: What a zip archive holds tells which kind of document it is.
DOCUMENTS = (
    (b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
LIMIT = 20 * 1024 * 1024


def content_type(data: bytes) -> str:
    """Return the type that the content itself shows; text if it decodes; raises Refusal for anything else."""
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            inside = (document for member, document in DOCUMENTS if kind == "application/zip" and member in data)
            return next(inside, kind)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    try:
        if "\x00" in data.decode("utf-8"):
            raise UnicodeDecodeError("utf-8", data, 0, 1, "NUL")
    except UnicodeDecodeError:
        raise Refusal(_("This kind of file is not accepted. Send a picture, a PDF, a spreadsheet or plain text.")) from None
    return "text/plain"


@action("kit.store_file", needs="kit.add_storedfile", label=_("Attach a file"))
def store(
    deed: Deed, *, area: str, name: str, content: BinaryIO, record: str = "", record_id: str = "", sector: str = ""
) -> StoredFile:
    """Keep an uploaded file, attached to a record if one is named, whose area and sector it has; refuses empty, oversized, unknown or infected content."""
    data = content.read(LIMIT + 1)
    if not data:
        raise Refusal(_("The file is empty."), field="content")
    if len(data) > LIMIT:
        raise Refusal(_("The file is larger than 20 MB."), field="content")
    kind = content_type(data)
    scan = getattr(settings, "ANLAN_VIRUS_SCAN", "")
    if scan and not import_string(scan)(data):
        raise Refusal(_("The virus scanner refused this file."), field="content")
    digest = keep(data)
    return deed.create(
        StoredFile,
        area=area,
        sha256=digest,
        name=Path(name).name[:200],
        content_type=kind,
        size=len(data),
        uploaded_by=deed.actor,
        record=record,
        record_id=record_id,
        sector=sector,
    )


def keep(data: bytes) -> str:
    """Keep a content without a row of its own, as what a background job works on; returns the hash by which `path_of` finds it."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{digest}.{uuid4().hex}.part")
        partial.write_bytes(data)
        partial.replace(path)
    return digest


def attach(row: models.Model, name: str, content: BinaryIO, field: str = "content") -> StoredFile:
    """Keep an uploaded file as one of a record's; a refusal names the input `field`."""
    about = {"record": row._meta.label_lower, "record_id": str(row.pk), "sector": sector_of(row)}
    try:
        return store(area=area_of(row) or "", name=name, content=content, **about)
    except Refusal as refusal:
        refusal.field = field if refusal.field == "content" else refusal.field
        raise


def files_of(row: models.Model) -> models.QuerySet[StoredFile]:
    """Return the files attached to a record, newest first, within the scope in force."""
    found: models.QuerySet[StoredFile] = StoredFile.objects.filter(record=row._meta.label_lower, record_id=str(row.pk))
    return found.order_by("-pk")


def content_of(file: StoredFile) -> bytes:
    """Return a file's content as it was stored; raises NotFound without it, and Altered when the disk holds something else."""
    try:
        data = path_of(file.sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        with entered(Scope.everything(current().actor or "anonymous", current().world)):
            note_altered(file=file)
        raise Altered()
    return data


class Altered(Refusal):
    """The content on disk is not what was stored."""

    status, heading = 409, _("Altered on disk")

    def __init__(self) -> None:
        super().__init__(_("This file was altered on disk after it was stored; it is not given out. Tell an administrator."))


@action("kit.note_altered", needs="kit.view_storedfile", label=_("Altered file refused"))
def note_altered(deed: Deed, *, file: StoredFile) -> None:
    """Journal that a file was asked for and refused, since the disk holds something else than was stored."""
    deed.witness(file, {"altered": file.sha256})


def altered_files() -> tuple[int, list[str]]:
    """Hash every stored content again; returns how many there are and the hashes of those that are missing or altered."""
    digests = {sha for alias in ALIASES.values() for sha in unscoped(StoredFile, alias).values_list("sha256", flat=True)}
    bad = []
    for digest in sorted(digests):
        try:
            with path_of(digest).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != digest:
                    bad.append(digest)
        except OSError:
            bad.append(digest)
    return len(digests), bad


def path_of(digest: str) -> Path:
    """Return where the content with this hash lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest
