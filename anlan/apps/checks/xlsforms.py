"""Sheets as XLSForm: a version sent as a file, and a file from outside read as what a draft asks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.checks import queries, rules
from anlan.apps.checks.choices import Each, Gravity, SheetKind
from anlan.apps.checks.models import Item, SheetVersion
from anlan.kit.refusals import Refusal
from anlan.lib import readers, xlsforms
from anlan.lib.readers import Limits

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 2 * 1024 * 1024
WORDS: dict[str, Any] = {
    "xlsform": gettext_lazy("This is no XLSForm that ODK would take: %(error)s"),
    "type": gettext_lazy("Row %(row)d of the survey: a check sheet has no question of the type “%(what)s”."),
    "nameless": gettext_lazy("Row %(row)d of the survey: a question needs a name and a label (“%(what)s”)."),
    "busy": gettext_lazy("Other files are being read just now. Nothing was saved. Try again in a moment."),
    "rows": gettext_lazy("The form has more than %(limit)d rows."),
}
NUMBERS = ("pass_score", "valid_days", "minor_days", "general_days", "major_days")


def workbook(version: SheetVersion) -> bytes:
    """Return a version as an XLSForm workbook."""
    form = queries.declared(version)
    sheet = version.sheet
    names = ("pass_score", "major_fails", "valid_days", "minor_days", "general_days", "major_days", "term")
    settings = {"kind": sheet.kind, "each": sheet.each, **{name: getattr(version, name) for name in names}}
    items = [_item(item, told) for item, told in zip(version.items.order_by("order", "id"), form["items"], strict=True)]
    known = {"code": sheet.code, "name": sheet.name, "name_en": sheet.name_en, "version": str(version.number)}
    return xlsforms.written({**known, "settings": settings, "items": items})


def _item(item: Item, read: dict[str, Any]) -> dict[str, Any]:
    own = ("code", "kind", "question", "question_en", "hint", "hint_en", "unit", "unit_en", "least", "most", "weight", "gravity")
    more = ("clause", "evidence", "optional")
    return {**{name: getattr(item, name) for name in (*own, *more)}, "choices": read["choices"]}


def download(request: HttpRequest, desk: Any, pk: int) -> HttpResponse:
    """Send a version as an XLSForm."""
    version = desk.get(pk)
    response = HttpResponse(workbook(version), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{version.code}.xlsx"'
    return response


def read(file: File[bytes]) -> dict[str, Any]:
    """Read an XLSForm: code, sheet, settings, items as a draft takes them; Refusal in words."""
    if (file.size or 0) > MOST_BYTES:
        raise Refusal(_("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024 // 1024}, field="file")
    answer = readers.ask("xlsform", file.read(), Limits(seconds=10, megabytes=512, rows=2000))
    if "wrong" in answer:
        words = WORDS.get(answer["wrong"], gettext_lazy("This file cannot be read: it is damaged, or no .xlsx workbook."))
        raise Refusal(words % answer["figures"] if "%(" in str(words) else words, field="file")
    try:
        form = xlsforms.understood(answer["result"])
    except xlsforms.NotUnderstood as fault:
        raise Refusal(WORDS[fault.code] % {"row": fault.row, "what": fault.what[:60]}, field="file") from None
    if not form["code"] or not form["items"]:
        raise Refusal(_("The form has no form_id among its settings, or no question."), field="file")
    said = form["settings"]
    kind, each = said.get("kind", ""), said.get("each", "")
    sheet = {
        "name": (form["name"] or form["code"])[:80],
        "name_en": form["name_en"][:120],
        "kind": kind if kind in SheetKind.values else SheetKind.INSPECTION,
        "each": each if each in Each.values else Each.ANY,
    }
    items = [_as_stored(number, item) for number, item in enumerate(form["items"], 1)]
    return {"code": form["code"], "sheet": sheet, "settings": _settings(said), "items": items}


def _settings(said: dict[str, str]) -> dict[str, Any]:
    """Return a version's settings; what is no number there is refused."""
    found: dict[str, Any] = {name: _number(SheetVersion, name, said[name]) for name in NUMBERS if name in said}
    if "major_fails" in said:
        found["major_fails"] = said["major_fails"] != "no"
    return found | ({"term": said["term"]} if "term" in said else {})


def _as_stored(number: int, item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as it is written down."""
    options = tuple(rules.Option(o["code"], o["zh"], o["en"], _number(Item, "weight", o["points"])) for o in item["choices"])
    numbers = {name: _number(Item, name, item[name]) for name in ("least", "most", "weight") if name in item}
    gravity = item.get("gravity", Gravity.GENERAL)
    if gravity not in Gravity.values:
        raise Refusal(_("“%(what)s” is no gravity: write minor, general or major.") % {"what": gravity[:40]}, field="file")
    return {**item, "order": number, "choices": rules.written(options), "gravity": gravity, **numbers}


def _number(model: type[Item | SheetVersion], name: str, text: str) -> Any:
    field: Any = model._meta.get_field(name)
    try:
        return field.to_python(str(text).removesuffix(".0"))
    except ValidationError:
        raise Refusal(_("“%(what)s” is no number.") % {"what": str(text)[:40]}, field="file") from None
