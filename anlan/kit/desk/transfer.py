"""Spreadsheets: export what a list shows, and import rows with a dry run that names every fault by its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import tablib
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import resources
from import_export.formats.base_formats import CSV, XLSX

from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.forms import record_form
from anlan.kit.records import sector_of
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS = {
    "csv": (CSV, "text/csv; charset=utf-8"),
    "xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
LIMIT = 5000


@dataclass
class DryRun:
    """What an import would do: the rows it would add, and what is wrong, line by line."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


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


def export(desk: type[Desk], rows: Any, kind: str) -> tuple[bytes, str]:
    """Return a list's rows as a file and its content type; cells cannot be read as formulas."""
    if kind not in FORMATS:
        raise Refusal(_("Choose csv or xlsx."))
    data = resource_for(desk).export(rows)
    safe = tablib.Dataset(*([_harmless(cell) for cell in row] for row in data), headers=data.headers)
    form, content_type = FORMATS[kind]
    made = form().export_data(safe)
    return (b"\xef\xbb\xbf" + made.encode() if isinstance(made, str) else made), content_type


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def dry_run(desk: type[Desk], name: str, content: bytes) -> DryRun:
    """Read a spreadsheet and check every row as the form would, under the importer's authority; nothing is written."""
    found = DryRun()
    try:
        data = tablib.Dataset().load(
            content if name.endswith(".xlsx") else content.decode("utf-8-sig"), format="xlsx" if name.endswith(".xlsx") else "csv"
        )
    except Exception as error:  # noqa: BLE001  a file from outside may be broken in any way; it is told, not raised
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": error}, field="file") from None
    if not len(data):
        raise Refusal(_("The file has no rows."), field="file")
    if len(data) > LIMIT:
        raise Refusal(_("The file has more than %(limit)d rows; split it.") % {"limit": LIMIT}, field="file")
    make = record_form(desk)
    scope = current()
    for line, row in enumerate(data.dict, start=2):
        form = make(data={key: "" if value is None else value for key, value in row.items()})
        if not form.is_valid():
            found.problems += [(line, key, "；".join(str(e) for e in errors)) for key, errors in form.errors.items()]
        elif not scope.may(desk.permission("add"), form.cleaned_data.get("area", ""), sector_of(form.instance)):
            found.problems.append((line, "area", _("This row lies outside your jurisdiction.")))
        else:
            found.rows.append(form.cleaned_data)
    return found


def stamp() -> str:
    """Return the time for a file name."""
    return f"{timezone.localtime():%Y%m%d-%H%M}"
