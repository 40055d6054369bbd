"""Spreadsheets: export what a list shows, and import rows with a dry run that names every fault by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZipFile

import tablib
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import resources
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.forms import record_form
from anlan.kit.records import sector_of
from anlan.kit.refusals import Fault, Refusal
from anlan.kit.scope import current

FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LIMIT, EXPORT_LIMIT = 5000, 50_000
MOST_BYTES = 5 * 1024 * 1024


@dataclass
class DryRun:
    """What an import would do: the rows it would add, and what is wrong, line by line."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Fault] = field(default_factory=list)


def resource_for(desk: type[Desk]) -> resources.ModelResource:
    """Make the export resource of a desk: every own field of the record but masked ones."""
    masks = getattr(desk.record, "journal_masks", ())
    names = [
        f.name
        for f in desk.record._meta.concrete_fields
        if f.name not in masks and f.get_internal_type() not in {"MultiPolygonField", "GeometryField"}
    ]
    meta = type("Meta", (), {"model": desk.record, "fields": names, "export_order": names})
    made: resources.ModelResource = type("DeskResource", (resources.ModelResource,), {"Meta": meta})()
    return made


def export(desk: type[Desk], rows: Any, kind: str, query: str = "") -> tuple[IO[bytes], str]:
    """Write a list's rows to a file and return it with its content type; cells cannot be read as formulas.

    Row by row, so that a long list needs no memory; a list longer than the limit is refused rather than cut.
    """
    if kind not in FORMATS:
        raise Refusal(_("Choose csv or xlsx."), field="format")
    count = len(rows.order_by().values_list("pk")[: EXPORT_LIMIT + 1])
    if count > EXPORT_LIMIT:
        raise Refusal(_("The list has more than %(limit)d rows; narrow it with the filters.") % {"limit": EXPORT_LIMIT})
    if desk.sensitive:
        desk.take_out(rows=count, query=query)
    resource = resource_for(desk)
    lines = ([_harmless(cell) for cell in resource.export_resource(row)] for row in rows.iterator(chunk_size=2000))
    file = SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115  the response closes it
    {"csv": _csv, "xlsx": _xlsx}[kind](file, resource.get_export_headers(), lines)
    file.seek(0)
    return file, FORMATS[kind]


def _csv(file: IO[bytes], headers: list[str], lines: Iterable[list[Any]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(lines)
    text.flush()
    text.detach()


def _xlsx(file: IO[bytes], headers: list[str], lines: Iterable[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headers)
    for line in lines:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in line])
    book.save(file)


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell.lstrip(" \u3000").startswith(FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def dry_run(desk: type[Desk], name: str, content: bytes) -> DryRun:
    """Read a spreadsheet and check every row as the form would, under the importer's authority; nothing is written.

    Headers are the fields' names or their labels in either language; a choice may be given by its label, a link by its code.
    """
    found = DryRun()
    data = _read(name, content)
    if not len(data):
        raise Refusal(_("The file has no rows."), field="file")
    if len(data) > LIMIT:
        raise Refusal(_("The file has more than %(limit)d rows; split it.") % {"limit": LIMIT}, field="file")
    make = record_form(desk)
    fields, unknown = _columns(desk, [str(header or "").strip() for header in data.headers or []])
    found.problems += [Fault(1, _("There is no such column."), header) for header in unknown]
    for key, wanted in make.base_fields.items():
        if wanted.required and key not in fields:
            found.problems.append(Fault(1, _("This column is missing."), _titled(desk, key)))
    if found.problems:
        return found
    scope = current()
    for line, row in enumerate(data, start=2):
        form = make(data={key: _value(desk, key, row[at]) for key, at in fields.items()})
        if not form.is_valid():
            found.problems += [
                Fault(line, "；".join(str(e) for e in errors), _titled(desk, key)) for key, errors in form.errors.items()
            ]
        elif not scope.may(desk.permission("add"), form.cleaned_data.get("area", ""), sector_of(form.instance)):
            found.problems.append(Fault(line, _("This row lies outside your jurisdiction."), _titled(desk, "area")))
        else:
            found.rows.append(form.cleaned_data)
    return found


def _read(name: str, content: bytes) -> tablib.Dataset:
    """Read the file; one that is too large, packed too tightly, or broken in any way is told, not raised."""
    if len(content) > MOST_BYTES:
        raise Refusal(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024}, field="file")
    try:
        if name.lower().endswith(".xlsx"):
            with ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > 20 * MOST_BYTES:
                    raise Refusal(_("The file unpacks to more than is accepted."), field="file")
            return tablib.Dataset().load(content, format="xlsx")
        return tablib.Dataset().load(content.decode("utf-8-sig"), format="csv")
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001  a file from outside may be broken in any way
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": error}, field="file") from None


def titles(desk: type[Desk], key: str) -> list[str]:
    """Return what a column may be called: the field's name, and its label in both languages."""
    field = desk.record._meta.get_field(key)
    found = [key]
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(str(field.verbose_name))
    return list(dict.fromkeys(found))


def _titled(desk: type[Desk], key: str) -> str:
    names = [f.name for f in desk.record._meta.concrete_fields]
    return f"{desk.record._meta.get_field(key).verbose_name} ({key})" if key in names else key


def _columns(desk: type[Desk], headers: list[str]) -> tuple[dict[str, int], list[str]]:
    """Return field → position of its column, and the headers that name no field."""
    known = {title.lower(): key for key in record_form(desk).base_fields for title in titles(desk, key)}
    fields = {known[header.lower()]: at for at, header in enumerate(headers) if header.lower() in known}
    return fields, [header for header in headers if header and header.lower() not in known]


def _value(desk: type[Desk], key: str, cell: Any) -> Any:
    """Return a cell as the form wants it: a choice's value for its label, a key for a code, no date with a time of nothing."""
    if cell is None:
        return ""
    text = str(cell).strip()
    field: Any = desk.record._meta.get_field(key)
    if field.choices:
        labels: dict[str, Any] = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels |= {str(label).lower(): value for value, label in field.flatchoices}
        return labels.get(text.lower(), text)
    if field.is_relation and text and any(f.name == "code" for f in field.related_model._meta.fields):
        linked = field.related_model.objects.filter(code=text).first()
        return linked.pk if linked else text
    return text


def stamp() -> str:
    """Return the time for a file name."""
    return f"{timezone.localtime():%Y%m%d-%H%M}"
