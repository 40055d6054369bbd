"""The desks of checks: sheets, their versions and items, checks, answers, findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import actions, queries, xlsforms
from anlan.apps.checks.choices import CheckState, Gravity, Outcome
from anlan.apps.checks.models import Answer, Check, Finding, Item, Sheet, SheetVersion
from anlan.apps.law import api as law
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Files, Group, JournalPanel, Linked, Panel, Range, Related, State
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.places import Shape
from anlan.kit.scope import current
from anlan.kit.ui.templatetags.ui import cited

GROUPS.add(Group("checks", 47, _("Checks"), "clipboard-check"))
#: How a gravity, an outcome and a verdict look.
TONES = {
    Gravity.MINOR: "secondary",
    Gravity.GENERAL: "orange",
    Gravity.MAJOR: "red",
    Outcome.PASSED: "teal",
    Outcome.FAILED: "red",
    Outcome.NOT_APPLICABLE: "secondary",
    Outcome.NOTED: "secondary",
    "none": "secondary",
}


@dataclass(frozen=True)
class Toned(Column):
    """Show a choice as a badge in the tone of what it means."""

    def show(self, row: models.Model) -> Any:
        value = getattr(row, self.name)
        if not value:
            return "—"
        return format_html(
            '<span class="badge bg-{}-lt">{}</span>', TONES.get(value, "secondary"), getattr(row, f"get_{self.name}_display")()
        )


@dataclass(frozen=True)
class Cites(Column):
    """Show a clause with the article that it names leading to what it says."""

    def show(self, row: models.Model) -> Any:
        return cited(getattr(row, self.name))


class SheetDesk(Desk, record=Sheet):
    story = _("What is looked at, and by whom: every sheet with the version that is in force.")
    menu = ("checks", 40)
    icon = "clipboard-text"
    columns = (Column("__str__", _("Name")), "code", "kind", "each", Column("users", _("Who uses it")), "area")
    filters = ("kind", "each")
    search = ("code", "name", "name_en")
    panels = (
        Facts(
            "code",
            "kind",
            "each",
            Column("aim", _("What it is for")),
            Column("users", _("Who uses it")),
            "source",
            "confidence",
            "area",
        ),
        Related(
            "versions",
            (Linked("code"), State("state"), "remark", "drafted_by", Age("in_force_at"), "in_force_by", Age("superseded_at")),
            _("Versions"),
        ),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "kind", "each", "purpose", "purpose_en", "used_by", "used_by_en", "source", "confidence")
    begins = (actions.import_xlsform,)
    actions = (actions.draft_version,)
    importable = True
    example = {
        "code": "example.inspection",
        "name": "示例检查表",
        "name_en": "Example sheet",
        "kind": "inspection",
        "each": "any",
        "purpose": "示例",
        "used_by": "值班员",
        "area": "441802",
    }


class SheetVersionDesk(Desk, record=SheetVersion):
    slug = "versions"
    story = _("What each sheet asked, from when to when. A version in force is never edited: a new draft takes its place.")
    menu = ("checks", 50)
    icon = "versions"
    columns = (Column("code", _("Version")), "sheet", State("state"), "drafted_by", Age("in_force_at"), "in_force_by", "area")
    filters = ("state", "sheet")
    search = ("code", "remark")
    panels = (
        Panel("checks/version.html", _("What it asks"), lambda row: {"items": row.items.order_by("order", "id"), "wide": True}),
        Facts(
            "sheet",
            State("state"),
            "remark",
            "pass_score",
            "major_fails",
            "valid_days",
            "minor_days",
            "general_days",
            "major_days",
            "term",
            "drafted_by",
            "in_force_by",
            Age("in_force_at"),
            Age("superseded_at"),
            "area",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.put_in_force, actions.edit_version, actions.remove_item, actions.discard_version)
    pages = {"xlsform": (_("XLSForm"), "download", xlsforms.download)}

    @classmethod
    def found(cls, row: Any) -> str:
        """Call a version by its sheet and its number: its code is for programs."""
        return f"{row.sheet} · {row.code.rpartition('-')[2]}"

    order = ("-id",)

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Return what an edit's form begins with: the draft as it is."""
        if row is None or verb is not actions.edit_version:
            return {}
        lines = [
            {name: getattr(item, name) for name in queries.CONTENT if name != "order"} for item in row.items.order_by("order")
        ]
        return {name: getattr(row, name) for name in (*queries.SETTINGS, "remark")} | {"items": lines}


class ItemDesk(Desk, record=Item):
    story = _("What the sheets ask, item by item. A spreadsheet of items is imported into a draft here.")
    menu = ("checks", 60)
    icon = "list-check"
    columns = (
        Column("version"),
        "order",
        Column("__str__", _("Question")),
        "kind",
        "weight",
        Toned("gravity"),
        "evidence",
        Cites("clause"),
    )
    filters = ("version", "kind", "gravity", "evidence")
    search = ("code", "question", "question_en", "clause")
    panels = (
        Facts(
            "version",
            "order",
            "code",
            "question",
            "question_en",
            Column("tip", _("What to look at")),
            Cites("clause"),
            "kind",
            "choices",
            Column("measure", _("Unit")),
            "least",
            "most",
            "weight",
            Toned("gravity"),
            "evidence",
            "optional",
        ),
        JournalPanel(_("Journal")),
    )
    form = ("version", *queries.CONTENT)
    importable = True
    example = {
        "version": "example.inspection-1",
        "order": "1",
        "code": "siren",
        "question": "警报器能用吗？",
        "question_en": "Does the siren work?",
        "kind": "yes_no",
        "weight": "1",
        "gravity": "minor",
        "area": "441802",
    }
    order = ("-version", "order", "id")


def _result(check: Check) -> dict[str, Any]:
    """Return a check's lines, what failed first, then what is missing, then the rest."""
    lines = queries.lines_of(check)
    open_ = check.state == CheckState.DRAFT
    rank = {Outcome.FAILED: 0, "": 1 if open_ else 3}
    shown = sorted(lines, key=lambda line: rank.get(line.answer.outcome if line.answer else "", 2))
    return {
        "check": check,
        "lines": shown,
        "open": open_,
        "done": sum(1 for line in lines if line.lacks is None),
        "missing": [line for line in lines if line.lacks is not None] if open_ else [],
        "tones": TONES,
        "wide": True,
    }


class CheckDesk(Desk, record=Check):
    story = _("Every sheet as it was filled in: where, by whom, what it came to, and until when it counts.")
    menu = ("checks", 10)
    icon = "clipboard-check"
    columns = (
        Column("__str__", _("What is checked")),
        "sheet",
        State("state"),
        Toned("verdict"),
        "score",
        "failed",
        Age("checked_at"),
        "expires_on",
        "area",
    )
    filters = ("sheet", "state", "verdict", "newest", Range("checked_at"), Range("expires_on"))
    search = ("subject", "sheet__name", "sheet__name_en", "remark")
    point = "location"
    tile = {"label": "subject", "verdict": "verdict", "state": "state"}
    panels = (
        Panel("checks/result.html", _("Answers"), _result),
        Facts(
            "sheet",
            "version",
            State("state"),
            Toned("verdict"),
            "score",
            "checked_by",
            Age("checked_at"),
            Age("handed_in_at"),
            "expires_on",
            "newest",
            Shape("location"),
            "remark",
            "area",
        ),
        Related("findings", (Linked("__str__", _("What is wrong")), Toned("gravity"), State("state"), "due_on"), _("Findings")),
        JournalPanel(_("Journal")),
    )
    begins = (actions.begin, actions.hand_in)
    actions = (actions.fill, actions.finish, actions.add_photo, actions.discard)
    order = ("-id",)
    empty = _("Nothing was checked yet. Begin a check of a place or of a record.")

    @classmethod
    def begun(cls) -> list[Any]:
        """Return how a person begins one: whole, in one call, is for programs."""
        return [one for one in super().begun() if one[0] is not actions.hand_in]

    @classmethod
    def found(cls, row: Any) -> str:
        """Return place and sheet."""
        return f"{row} · {row.sheet}"


class AnswerDesk(Desk, record=Answer):
    story = _("What was answered, item by item: which places lack what.")
    menu = ("checks", 30)
    icon = "messages"
    columns = (
        Column("__str__", _("What was checked")),
        Column("item"),
        Column("said", _("Answer"), needs=("item",)),
        Toned("outcome"),
        "note",
        "photos",
        "area",
    )
    filters = ("outcome", "item__code", "filled__sheet__code", "filled__newest")
    search = ("subject", "item__question", "note")
    panels = (
        Facts("filled", Column("item"), Column("said", _("Answer")), Toned("outcome"), "note", "area"),
        Files(_("Photos"), offers=False),
        JournalPanel(_("Journal")),
    )
    order = ("-id",)

    @classmethod
    def found(cls, row: Any) -> str:
        """Return place and item."""
        return f"{row} · {row.item}"


class FindingDesk(Desk, record=Finding):
    story = _("What checks found not in order: by when it must be put right, and whether somebody else has seen that it was.")
    menu = ("checks", 20)
    icon = "alert-triangle"
    columns = (
        Column("__str__", _("What is wrong")),
        Toned("gravity"),
        State("state"),
        "due_on",
        Age("opened_at"),
        "put_right_by",
        "area",
    )
    filters = ("state", "gravity", Range("due_on"), "item__code")
    search = ("what", "what_en", "subject")
    panels = (
        Facts(
            Column("__str__", _("What is wrong")),
            Toned("gravity"),
            State("state"),
            "due_on",
            "remedy",
            "put_right_by",
            Age("put_right_at"),
            "closed_by",
            Age("closed_at"),
            "reason",
            "filled",
            "area",
        ),
        Files(_("Photos"), offers=False),
        law.DEADLINES,
        JournalPanel(_("Journal")),
    )
    actions = (actions.put_right, actions.verify, actions.reopen, actions.extend, actions.accept)
    order = ("due_on", "id")
    empty = _("Nothing was found. What fails in a check is listed here until it is put right.")


def _of_division(row: Any) -> dict[str, Any]:
    """Return how a division stands by each sheet that must be filled in for one of its level, and how those below it do."""
    sees = current().areas_for("checks.view_check") and queries.within_sight(row.code)
    begin = reverse("checks:begin") if current().may("checks.fill_check", row.code, "") else ""
    return {
        "sheets": queries.of_division(row.code, row.level) if sees else [],
        "begin": begin,
        "code": row.code,
        "level": row.level,
    }


add_panel("places.Division", Panel("checks/of_division.html", _("Checks"), _of_division))
