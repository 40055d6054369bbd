"""Sheets as XLSForm: what is written is taken by pyxform and read back as it was; what cannot be a check sheet is named."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from anlan.apps.checks import actions, queries, xlsforms
from anlan.apps.checks.models import Item, Sheet, SheetVersion
from anlan.apps.checks.tests import factories
from anlan.kit.refusals import Refusal
from anlan.kit.testing.plugin import assert_nothing_happened

ASKED: tuple[dict[str, Any], ...] = (
    {"code": "siren", "gravity": "major", "evidence": True, "clause": "试验 第一条", "hint": "试响", "hint_en": "Try it"},
    {"code": "state", "kind": "choice", "choices": "good|好|Good|100\nfair|一般|Fair|50\npoor|差|Poor|0", "optional": True},
    {"code": "lamps", "kind": "number", "unit": "盏", "unit_en": "lamps", "least": Decimal("2.5"), "weight": Decimal("1.50")},
    {"code": "until", "kind": "date", "least": Decimal(0), "gravity": "minor"},
    {"code": "words", "kind": "text", "weight": Decimal(0), "optional": True, "question": "=1+1"},
    {"code": "view", "kind": "photo"},
)
SETTINGS = {"pass_score": Decimal("82.50"), "major_fails": False, "valid_days": 90, "major_days": 7, "term": "response.finish"}


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("form.xlsx", content)


def of(version: SheetVersion) -> list[list[Any]]:
    return [[getattr(item, name) for name in queries.CONTENT] for item in version.items.order_by("order")]


def book(survey: list[list[str]], settings: list[list[str]] | None = None) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.title = "survey"
    for row in survey:
        sheet.append(row)
    second = made.create_sheet("settings")
    for row in settings or [["form_title", "form_id"], ["试验", "t.foreign"]]:
        second.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_sheet_goes_out_and_comes_back_as_it_was(live: Any) -> None:
    sheet = factories.in_force("4418", 1, *ASKED, each="village", **SETTINGS)
    before = queries.in_force(sheet)
    content = xlsforms.workbook(before)
    assert not [one for one in convert(io.BytesIO(content), file_type=".xlsx").warnings if "max-pixels" not in one]
    assert actions.import_xlsform(file=sent(content)) == sheet
    draft = sheet.versions.get(state="draft")
    assert of(draft) == of(before)
    assert {name: getattr(draft, name) for name in queries.SETTINGS} == {name: getattr(before, name) for name in queries.SETTINGS}
    actions.import_xlsform(file=sent(content))
    assert sheet.versions.count() == 2, "the draft is written anew"


def test_a_text_that_looks_like_a_formula_stays_a_text(live: Any) -> None:
    content = xlsforms.workbook(queries.in_force(factories.in_force("4418", 1, *ASKED)))
    cells = [cell for row in load_workbook(io.BytesIO(content))["survey"] for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"] or not [cell for cell in cells if cell.data_type == "f"]


def test_a_foreign_form_begins_a_sheet(live: Any, as_: Any) -> None:
    survey = [
        ["type", "name", "label", "required"],
        ["start", "start", "", ""],
        ["begin_group", "g", "Group", ""],
        ["text", "Well-Known", "Is the well covered?", "yes"],
        ["integer", "people", "How many people?", ""],
        ["end_group", "", "", ""],
    ]
    with as_("441802", actor="writer"):
        sheet = actions.import_xlsform(file=sent(book(survey)))
    assert (sheet.code, sheet.name, sheet.area) == ("t.foreign", "试验", "441802")
    items = list(sheet.versions.get().items.order_by("order"))
    assert [(i.code, i.kind, i.question, i.optional) for i in items] == [
        ("well_known", "text", "Is the well covered?", False),
        ("people", "number", "How many people?", True),
    ]


HEAD = ["type", "name", "label"]


@pytest.mark.parametrize(
    "content",
    [
        b"no workbook",
        b"PK\x03\x04 broken",
        book([HEAD, ["text", "a", "A"], ["text", "a", "A again"]]),
        book([HEAD, ["select_one nowhere", "a", "A"]]),
        book([HEAD, ["audio", "a", "A"]]),
        book([HEAD, ["note", "a", "A"]]),
        book([HEAD, ["text", "a", "A"]], [["form_title", "form_id", "anlan_valid_days"], ["t", "t.x", "many"]]),
        book([[*HEAD, "anlan_gravity"], ["text", "a", "A", "awful"]]),
        book([[*HEAD, "anlan_weight"], ["text", "a", "A", "-1"]]),
    ],
    # A workbook holds the second it was made in: as a name it would differ between two workers.
    ids=["text", "broken", "twice", "no choices", "audio", "note", "days", "gravity", "weight"],
)
def test_what_is_no_check_sheet_is_refused_in_words(live: Any, content: bytes) -> None:
    with assert_nothing_happened(Sheet, SheetVersion, Item), pytest.raises(Refusal) as refused:
        actions.import_xlsform(file=sent(content))
    assert str(refused.value)


def test_the_file_is_fetched_and_sent_by_page_and_api(live: Any, cast: Any) -> None:
    version = queries.in_force(Sheet.objects.get(code="village.ten_haves"))
    client = cast["city_officer"].client
    answer = client.get(f"{version.desk_url()}xlsform/")
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    made = client.post("/api/v1/checks/sheets/import_xlsform/", {"file": sent(answer.content)})
    assert (made.status_code, made.json()["code"]) == (201, "village.ten_haves")
    draft = version.sheet.versions.get(state="draft")
    assert of(draft) == of(version)
    assert (
        cast["reporter"].client.post("/api/v1/checks/sheets/import_xlsform/", {"file": sent(answer.content)}).status_code == 403
    )


def test_items_go_out_as_a_spreadsheet_and_come_back_into_a_draft(live: Any, cast: Any, as_: Any) -> None:
    sheet = factories.in_force("4418", 1, *ASKED, each="village", **SETTINGS)
    before = queries.in_force(sheet)
    draft = actions.draft_version(sheet=sheet.pk)
    for item in draft.items.all():
        actions.remove_item(version=draft.pk, item=item.code)
    address = reverse("desk:checks_items_list")
    client = cast["city_officer"].client
    out = client.get(f"{address}export/", {"format": "csv", "version": before.pk}).getvalue().decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(out)))
    rows = [[draft.code if name == "version" else cell for name, cell in zip(head, row, strict=True)] for row in rows]
    back = io.StringIO()
    csv.writer(back).writerows([head, *rows])
    file = SimpleUploadedFile("items.csv", back.getvalue().encode())
    with assert_nothing_happened(Item):
        into = SimpleUploadedFile("items.csv", out.encode())
        assert "alert" in client.post(f"{address}import/", {"file": into, "confirm": "1"}).content.decode(), (
            "not into what is in force"
        )
    assert client.post(f"{address}import/", {"file": file, "confirm": "1"}).status_code == 302
    kept = [[cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell for cell in row] for row in of(draft)]
    assert kept == of(before)
