"""The desks of checks, tested as every desk is."""

from __future__ import annotations

from typing import Any

from anlan.apps.checks import desk
from anlan.apps.checks.models import SheetVersion
from anlan.apps.checks.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestSheetDesk(DeskTests):
    desk = desk.SheetDesk
    make = factories.sheet
    values = factories.sheet_values


class TestSheetVersionDesk(DeskTests):
    desk = desk.SheetVersionDesk
    make = factories.version
    verbs = {
        "edit_version": {
            "pass_score": "90",
            "items": [{"code": "x", "question": "问", "kind": "yes_no", "gravity": "major", "weight": 1}],
        },
        "remove_item": {"item": "i1"},
    }

    def more(row: Any, number: int) -> None:  # noqa: N805
        factories.item_of(row, 100 + number)


def item_values(area: str, number: int) -> dict[str, Any]:
    """Return an item of the draft that the first row belongs to."""
    draft = SheetVersion.objects.filter(area=area).order_by("pk").first() or factories.version(area, 3001)
    named = {
        "question": f"问{number}",
        "question_en": f"Question {number}",
        "kind": "yes_no",
        "gravity": "general",
        "weight": "1",
    }
    return {"version": draft.pk, "order": number, "code": f"n{number}", **named}


class TestItemDesk(DeskTests):
    desk = desk.ItemDesk
    make = factories.item
    values = item_values


class TestCheckDesk(DeskTests):
    desk = desk.CheckDesk
    make = factories.check
    full = factories.full_check
    verbs = {"fill": {"answers": [{"item": "a", "value": "no"}]}}
    guarded = frozenset({"add_photo"})
    page_queries = 20


class TestAnswerDesk(DeskTests):
    desk = desk.AnswerDesk
    make = factories.answer


class TestFindingDesk(DeskTests):
    desk = desk.FindingDesk
    make = factories.finding
    verbs = {"put_right": {"remedy": "修好了"}, "extend": {"until": "2035-01-01", "reason": "等配件"}}
