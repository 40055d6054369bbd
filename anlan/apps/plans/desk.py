"""The desks of plans."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.plans.models import Plan, TaskCard, localised
from anlan.apps.plans.queries import doers_of, stale_references
from anlan.kit.desk import Column, Desk, Facts, JournalPanel, Panel, State


def _structure(plan: Plan) -> dict[str, Any]:
    codes = {code for lv in plan.levels.all() for code in (lv.authority, *lv.alternates)} | {p.post for p in plan.positions.all()}
    known = people.posts_by_code(codes)
    names = {code: localised(known[code].name, known[code].name_en) if code in known else code for code in codes}
    levels = [
        {
            "level": lv,
            "criteria": list(lv.criteria.all()),
            "authority": names[lv.authority],
            "alternates": [names[a] for a in lv.alternates],
        }
        for lv in plan.levels.prefetch_related("criteria")
    ]
    cards = list(plan.cards.all())
    positions = [(p, names[p.post]) for p in plan.positions.all()]
    return {
        "levels": levels,
        "positions": positions,
        "cards": list(zip(cards, doers_of(cards), strict=True)),
        "stale": stale_references(plan),
        "wide": True,
    }


class PlanDesk(Desk, record=Plan):
    slug = "plans"
    story = _("Emergency plans as structure: levels with their conditions and who decides, command posts, task cards.")
    menu = ("response", 40)
    icon = "clipboard-list"
    columns = (Column("__str__", _("Title")), "code", "version", "hazard", State("state"), "area", "review_due")
    search = ("title", "title_en", "code")
    panels = (
        Facts("code", "version", "hazard", State("state"), "approved_by", "source", "review_due", title=_("Plan")),
        Panel("plans/structure.html", _("Structure"), _structure),
        JournalPanel(_("Journal")),
    )


class TaskCardDesk(Desk, record=TaskCard):
    slug = "cards"
    story = _("What somebody does from a level on.")
    icon = "id"
    columns = (Column("__str__", _("Title")), "code", "plan", "from_level", "doer_value", "at", "ack_minutes", "due_minutes")
    search = ("title", "title_en", "code")
    panels = (
        Facts(
            "code",
            "title",
            "title_en",
            "from_level",
            "doer",
            "doer_value",
            "at",
            "phase",
            "ack_minutes",
            "due_minutes",
            "steps",
            "resources",
            "evidence",
        ),
        JournalPanel(_("Journal")),
    )
