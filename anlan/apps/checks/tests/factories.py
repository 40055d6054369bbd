"""Rows of checks for tests."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from anlan.apps.checks import actions
from anlan.apps.checks.models import Answer, Check, Finding, Item, Sheet, SheetVersion
from anlan.kit.reference import PACK
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created

VILLAGE = "441802107001"


def photo() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "PNG")
    return SimpleUploadedFile("p.png", content.getvalue(), "image/png")


def sheet_values(area: str, number: int) -> dict[str, Any]:
    named = {"name": f"试验表{number}", "name_en": f"Test sheet {number}", "kind": "inspection", "each": "any"}
    return {"code": f"t.{area}.{number}", **named, "purpose": "试验", "used_by": "试验员"}


def sheet(area: str, number: int) -> Sheet:
    return created(Sheet, **{**sheet_values(area, 1000 + number), "area": area})


def version(area: str, number: int, **values: Any) -> SheetVersion:
    of = sheet(area, 2000 + number)
    known = {"number": 1, "code": f"{of.code}-1", "remark": "试验", "drafted_by": "somebody", **values}
    made = created(SheetVersion, sheet=of, area=area, **known)
    item_of(made, 1)
    return made


def item_of(version: SheetVersion, number: int, **values: Any) -> Item:
    asked = {"code": f"i{number}", "question": f"试验项{number}", "question_en": f"Test item {number}", "clause": "试验条"}
    return created(Item, version=version, area=version.area, order=number, **{**asked, **values})


def item(area: str, number: int) -> Item:
    return item_of(version(area, 3000 + number), 7)


def in_force(area: str, number: int, *items: dict[str, Any], each: str = "any", **settings: Any) -> Sheet:
    """Make a sheet with a version in force that asks these items."""
    of = Sheet(**{**sheet_values(area, 4000 + number), "each": each, "area": area})
    made = SheetVersion(**{"pass_score": Decimal(100), "valid_days": 365, **settings})
    asked = items or ({"code": "a"}, {"code": "b", "gravity": "major"}, {"code": "c", "optional": True})
    rows = [Item(**{"question": f"问题{n}", "question_en": f"Question {n}", "order": n, **one}) for n, one in enumerate(asked, 1)]
    with entered(Scope.everything(PACK)):
        actions.load_sheets(packed=[actions.Packed(of, made, rows)])
    return Sheet.objects.get(code=of.code)


def check(area: str, number: int) -> Check:
    """Make a check that is being filled in: its three items want an answer."""
    made = begun(
        in_force(area, number, minor_days=90, general_days=60, major_days=30),
        "441802",
        actions.Given("a", "yes", f"记{number}"),
        actions.Given("b", "yes"),
        actions.Given("c", "na"),
        location=Point(113.05 + number / 1000, 23.7, srid=4326),
        remark=f"试验{number}",
    )
    if made.area != area:
        raise AssertionError(made.area)
    return made


def begun(sheet: Any, place: str, *answers: actions.Given, **more: Any) -> Check:
    """Begin a check and answer some of its items."""
    return actions.begin(sheet=sheet, place=place, answers=list(answers), **more)


def full_check(area: str, number: int) -> Check:
    made = check(area, number)
    return actions.finish(check=made.pk)


def answer(area: str, number: int) -> Answer:
    made = full_check(area, 5000 + number)
    return Answer.objects.select_related("item", "filled").get(filled=made, item__code="a")


def finding(area: str, number: int) -> Finding:
    of = check(area, 6000 + number)
    actions.fill(check=of.pk, answers=[actions.Given("b", "no", "坏了")])
    actions.finish(check=of.pk)
    return Finding.objects.get(filled=of)
