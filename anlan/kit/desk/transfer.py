"""Spreadsheets: export what a list shows, and import rows with a dry run that names every fault by its line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.utils import ErrorList
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.kit import sheets
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.forms import record_form
from anlan.kit.languages import in_every_language, listed
from anlan.kit.models import BackgroundJob
from anlan.kit.records import readable, sector_of
from anlan.kit.refusals import Fault, Refusal
from anlan.kit.scope import current
from anlan.lib.spreadsheets import FORMATS, harmless, write

#: What a cell says of a box that is not ticked.
UNTICKED = ("", "0", "no", "否", "✗")
EXPORT_LIMIT = 50_000


@dataclass
class DryRun:
    """What an import would do: the rows it would add, and what is wrong, line by line."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Fault] = field(default_factory=list)
    #: The job that a large one is left to.
    job: BackgroundJob | None = None


def exported(desk: type[Desk]) -> list[Any]:
    """Return the columns that an export has: every field of the record's own but masked ones and outlines."""
    masks = getattr(desk.record, "journal_masks", ())
    shapes = {"MultiPolygonField", "GeometryField"}
    return [f for f in desk.record._meta.concrete_fields if f.name not in masks and f.get_internal_type() not in shapes]


def _cell(value: Any) -> Any:
    """Return a value as a spreadsheet holds it: times in the bureau's zone, what has parts as JSON, a point as WKT."""
    match value:
        case None:
            return ""
        case bool():
            return int(value)
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
        case int() | float() | Decimal():
            return value
    return harmless(str(value))


def export(desk: type[Desk], rows: Any, kind: str, query: str = "") -> tuple[IO[bytes], str]:
    """Write a list's rows to a file and return it with its content type; cells cannot be read as formulas.

    Row by row, so that a long list needs no memory; a list longer than the limit is refused rather than cut.
    """
    if kind not in FORMATS:
        raise Refusal(_("Choose csv or xlsx."), field="format")
    count = len(rows.order_by().values_list("pk")[: EXPORT_LIMIT + 1])
    if count > EXPORT_LIMIT:
        words = _("The list has more than %(limit)d rows. Export it in the background, or narrow it with the filters.")
        raise Refusal(words % {"limit": EXPORT_LIMIT})
    if desk.sensitive:
        desk.take_out(rows=count, query=query)
    lines = cells_of(desk, rows.iterator(chunk_size=2000))
    return write(kind, [column.name for column in exported(desk)], lines), FORMATS[kind]


def cells_of(desk: type[Desk], rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Return an export's cells, row by row."""
    columns = exported(desk)
    return ([_cell(getattr(row, column.attname)) for column in columns] for row in rows)


def wanted(desk: type[Desk]) -> list[sheets.Wanted]:
    """Return the columns that an import takes: the fields of the form, with what may stand in them and the desk's `example`."""
    example, found = getattr(desk, "example", {}), []
    for key, shown in record_form(desk).base_fields.items():
        field: Any = desk.record._meta.get_field(key)
        values = [label for _value_, label in field.flatchoices] if field.choices else ()
        found.append(sheets.Wanted(key, field.verbose_name, shown.required, values, example.get(key, "")))
    return found


class Checker:
    """Checks rows as the desk's form would, under the importer's authority; nothing is written."""

    def __init__(self, desk: type[Desk], headers: list[str]) -> None:
        self.desk = desk
        self.make = record_form(desk)
        self.fields, self.faults = sheets.columns(
            sheets.Sheet(headers, []), wanted(desk), [column.name for column in exported(desk)]
        )
        self.seen: dict[tuple[str, str], int] = {}
        self.values: dict[tuple[str, str], Any] = {}

    def check(self, line: int, texts: list[str]) -> tuple[dict[str, Any], list[Fault]]:
        """Return a row's values and what is wrong with it.

        Headers are the fields' names or their labels in either language; a choice may be given by its label, a link by its code.
        """
        desk = self.desk
        form = self.make(data={key: self._value(key, texts[at]) for key, at in self.fields.items()})
        if not form.is_valid():
            return {}, [
                Fault(line, _reason(desk, key, texts[self.fields[key]] if key in self.fields else "", errors), _titled(desk, key))
                for key, errors in form.errors.items()
            ]
        if not current().may(desk.permission("add"), form.cleaned_data.get("area", ""), sector_of(form.instance)):
            return {}, [Fault(line, _("This row lies outside your jurisdiction."), _titled(desk, "area"))]
        return form.cleaned_data, _twice(desk, line, form.cleaned_data, self.seen)

    def _value(self, key: str, text: str) -> Any:
        """Return a cell as the form wants it; what was looked up once is not looked up again."""
        if (key, text) not in self.values:
            self.values[key, text] = _value(self.desk, key, text)
        return self.values[key, text]


def dry_run(desk: type[Desk], sheet: sheets.Sheet) -> DryRun:
    """Check every row of a sheet; nothing is written."""
    checker = Checker(desk, sheet.headers)
    found = DryRun(problems=list(checker.faults))
    for line, cells in sheet.rows if not found.problems else ():
        values, faults = checker.check(line, cells)
        found.problems += faults
        if values:
            found.rows.append(values)
    return found


def _reason(desk: type[Desk], key: str, given: str, errors: ErrorList) -> str:
    """Say what is wrong with a cell; where it names what there is not, say what there is."""
    if given and key != "__all__" and any(error.code == "invalid_choice" for error in errors.as_data()):
        field: Any = desk.record._meta.get_field(key)
        if field.choices:
            names = listed(label for _value_, label in field.flatchoices)
            return _("There is no “%(given)s” here. Choose from: %(names)s.") % {"given": given, "names": names}
        return _("No record with the code “%(given)s” is within your sight.") % {"given": given}
    return "；".join(str(error) for error in errors)


def _twice(desk: type[Desk], line: int, values: dict[str, Any], seen: dict[tuple[str, str], int]) -> list[Fault]:
    """Name the values of this row that only one record may have and that an earlier row has."""
    faults = []
    for key, value in values.items():
        if desk.record._meta.get_field(key).unique:  # type: ignore[union-attr]
            first = seen.setdefault((key, str(value)), line)
            if first != line:
                words = _("Line %(line)d has “%(value)s” already.") % {"line": first, "value": value}
                faults.append(Fault(line, words, _titled(desk, key)))
    return faults


def _titled(desk: type[Desk], key: str) -> str:
    names = [f.name for f in desk.record._meta.concrete_fields]
    return f"{desk.record._meta.get_field(key).verbose_name} ({key})" if key in names else key


def _value(desk: type[Desk], key: str, text: str) -> Any:
    """Return a cell as the form wants it: a choice's value for its label, a key for a code."""
    field: Any = desk.record._meta.get_field(key)
    if field.choices:
        labels = {said.lower(): value for value, label in field.flatchoices for said in in_every_language(label)}
        return labels.get(text.lower(), text)
    # A row without a code of its own is named by what makes it one of its kind: "QY-H02/water_level".
    keys = field.is_relation and getattr(field.related_model, "named_by", ("code",))
    if text and keys and any(f.name == keys[-1] for f in field.related_model._meta.fields):
        linked = readable(field.related_model).filter(**dict(zip(keys, text.split("/", len(keys) - 1), strict=False))).first()
        return linked.pk if linked else text
    # A form reads any text but "false" as a ticked box, also the 0 that an export writes.
    return "false" if field.get_internal_type() == "BooleanField" and text.strip().lower() in UNTICKED else text


def stamp() -> str:
    """Return the time for a file name."""
    return f"{timezone.localtime():%Y%m%d-%H%M}"
