"""Check sheets as XLSForm (xlsform.org), the spreadsheet that ODK, Kobo and Survey123 read: written, and understood again.

A form is a plain dictionary: code, name, items, settings. What XLSForm has no column for stands in columns `anlan_…`, which other
programs pass over. Reading a file from outside happens in a child process (`anlan.lib.untrusted`), where pyxform checks it as ODK does
but for Java's ODK Validate.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

ZH, EN = "中文 (zh)", "English (en)"
NA = "na"
YES_NO = {"yes": ("是", "Yes"), "no": ("否", "No")}
NOT_APPLICABLE = ("不适用", "Does not apply")
TYPES = {"number": "decimal", "text": "text", "date": "date", "photo": "image"}
KINDS = {
    "decimal": "number",
    "integer": "number",
    "int": "number",
    "text": "text",
    "string": "text",
    "date": "date",
    "image": "photo",
}
KINDS |= {"photo": "photo"}
#: What a form may hold beside its questions, and a check sheet has in another way: a group, a heading, what a phone adds by itself.
PASSED_OVER = ("note", "start", "end", "today", "deviceid", "username", "begin", "geopoint", "calculate", "audit")
OWN = ("unit", "unit_en", "least", "most", "weight", "gravity", "clause")
SETTINGS = ("kind", "each", "pass_score", "major_fails", "valid_days", "minor_days", "general_days", "major_days", "term")
PHOTO = "_photo"


class NotUnderstood(ValueError):
    """A form holds what a check sheet cannot: a code that the caller has words for, its row, and what stands there."""

    def __init__(self, code: str, row: int = 0, what: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.what = code, row, what


def written(form: Mapping[str, Any]) -> bytes:
    """Return a form as an XLSForm workbook (.xlsx)."""
    book = Workbook()
    book.remove(book.active)
    lists: dict[str, list[tuple[str, str, str, Any]]] = {}
    survey = [row for item in form["items"] for row in _questions(item, lists)]
    label = [f"label::{ZH}", f"label::{EN}"]
    heading = ["type", "name", *label, f"hint::{ZH}", f"hint::{EN}", "required", *(f"anlan_{name}" for name in OWN)]
    _table(book, "survey", heading, survey)
    choices = [[name, *option] for name, options in lists.items() for option in options]
    _table(book, "choices", ["list_name", "name", *label, "anlan_points"], choices)
    head = ["form_title", "form_id", "version", "default_language", "anlan_title_en", *(f"anlan_{name}" for name in SETTINGS)]
    settings = [_plain(form["settings"].get(name)) for name in SETTINGS]
    _table(book, "settings", head, [[form["name"], form["code"], form["version"], ZH, form["name_en"], *settings]])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _questions(item: Mapping[str, Any], lists: dict[str, list[tuple[str, str, str, Any]]]) -> list[list[Any]]:
    """Return the rows of an item: the question, and the photo that is asked for beside it."""
    kind = item["kind"]
    if kind == "yes_no":
        name = "yes_no_na" if item["optional"] else "yes_no"
        options = [(code, *words, "") for code, words in YES_NO.items()]
    else:
        name, options = item["code"], [(o["code"], o["zh"], o["en"], _plain(o["points"])) for o in item["choices"]]
    if kind in ("yes_no", "choice"):
        lists[name] = options + ([(NA, *NOT_APPLICABLE, "")] if item["optional"] else [])
    asked = TYPES.get(kind, f"select_one {name}")
    needed = "no" if item["optional"] else "yes"
    own = [_plain(item[part]) for part in OWN]
    rows = [[asked, item["code"], item["question"], item["question_en"], item["hint"], item["hint_en"], needed, *own]]
    if item["evidence"] and kind != "photo":
        blank = [""] * len(OWN)
        rows.append(
            [
                "image",
                f"{item['code']}{PHOTO}",
                f"照片：{item['question']}",
                f"Photo: {item['question_en']}",
                "",
                "",
                needed,
                *blank,
            ]
        )
    return rows


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _table(book: Workbook, title: str, heading: list[str], rows: Iterable[list[Any]]) -> None:
    """Write a table whose texts no program takes for formulas."""
    sheet = book.create_sheet(title)
    for line, cells in enumerate([heading, *rows], 1):
        for column, value in enumerate(cells, 1):
            if value == "":
                continue
            cell = sheet.cell(line, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"


def understood(book: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    """Return the form that an XLSForm's rows say; NotUnderstood where a check sheet has nothing like it."""
    settings = next(iter(book.get("settings") or [{}]))
    lists: dict[str, list[dict[str, str]]] = {}
    for choice in book.get("choices") or []:
        lists.setdefault(choice.get("list_name") or choice.get("list name") or "", []).append(choice)
    items: list[dict[str, Any]] = []
    for number, row in enumerate(book.get("survey") or [], 2):
        asked, _space, list_name = str(row.get("type") or "").strip().partition(" ")
        if not asked or asked in PASSED_OVER or asked in ("begin_group", "end_group"):
            continue
        name = _code(row.get("name") or "")
        if items and KINDS.get(asked) == "photo" and name == f"{items[-1]['code']}{PHOTO}":
            items[-1]["evidence"] = True
            continue
        items.append(_item(row, number, asked, name, lists.get(list_name.split(" ")[0].strip(), [])))
    zh, en = _both(settings, "form_title")
    told = {name: settings[f"anlan_{name}"] for name in SETTINGS if settings.get(f"anlan_{name}")}
    code = _code(settings.get("form_id") or settings.get("id_string") or "")
    return {"code": code, "name": zh, "name_en": settings.get("anlan_title_en") or en, "settings": told, "items": items}


def _item(row: dict[str, str], number: int, question: str, name: str, options: list[dict[str, str]]) -> dict[str, Any]:
    if question == "select_one":
        names = {str(option.get("name")) for option in options}
        kind = "yes_no" if names - {NA} == set(YES_NO) else "choice"
    elif question in KINDS:
        kind = KINDS[question]
    else:
        raise NotUnderstood("type", number, str(row.get("type")))
    question, question_en = _both(row, "label")
    if not name or not question:
        raise NotUnderstood("nameless", number, str(row.get("name") or ""))
    hint, hint_en = _both(row, "hint")
    optional = any(option.get("name") == NA for option in options)
    if question != "select_one":
        optional = str(row.get("required") or "").lower() not in ("yes", "true", "true()", "1", "y")
    own = {part: row[f"anlan_{part}"] for part in OWN if row.get(f"anlan_{part}")}
    return {
        "code": name,
        "kind": kind,
        "question": question,
        "question_en": question_en,
        "hint": hint,
        "hint_en": hint_en,
        "choices": [_choice(option) for option in options if option.get("name") != NA] if kind == "choice" else [],
        "evidence": False,
        "optional": optional,
        **own,
    }


def _choice(option: dict[str, str]) -> dict[str, Any]:
    zh, en = _both(option, "label")
    return {"code": str(option.get("name")), "zh": zh, "en": en, "points": option.get("anlan_points") or "100"}


def _both(row: Mapping[str, Any], column: str) -> tuple[str, str]:
    """Return a text in Chinese and English; one that stands in a single language is the Chinese."""
    found = {
        name.partition("::")[2].strip().lower(): str(text)
        for name, text in row.items()
        if name.partition("::")[0].strip() == column
    }
    zh = next((text for language, text in found.items() if "zh" in language or "中文" in language or "chinese" in language), "")
    en = next((text for language, text in found.items() if language.endswith("(en)") or language in ("en", "english")), "")
    rest = found.get("") or next(iter(found.values()), "")
    return (zh or rest, en if zh or found.get("") else "")


def _code(name: str) -> str:
    """Return a name as a code of ours: small letters."""
    return str(name).strip().lower().replace("-", "_")
