"""The desks of plans."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.plans import actions, rules
from anlan.apps.plans.choices import PlanState, ResponseLevel
from anlan.apps.plans.models import Plan, TaskCard
from anlan.apps.plans.queries import condition_of, contacts_for, doers_of, facts_now, stale_references, vacant_posts, versions
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, State
from anlan.kit.languages import localised


def structure(plan: Plan) -> dict[str, Any]:
    """Collect what a plan's page and its print show: levels with present values, the command, cards, stale references."""
    posts = {code for lv in plan.levels.all() for code in (lv.authority, *lv.alternates)} | {p.post for p in plan.positions.all()}
    known = people.posts_by_code(posts)
    names = {code: localised(known[code].name, known[code].name_en) if code in known else code for code in posts}
    holders, facts, own = people.holders_by_post(posts), facts_now(plan.area, shown=True), list(plan.cards.order_by("code"))
    levels = [
        {
            "level": lv,
            "criteria": [(c, rules.present(condition_of(c), facts)) for c in lv.criteria.all()],
            "authority": names[lv.authority],
            "alternates": [names[a] for a in lv.alternates],
            "cards": sum(card.from_level >= lv.level for card in own),
        }
        for lv in plan.levels.prefetch_related("criteria__level")
    ]
    rows: dict[int, list[dict[str, Any]]] = {}
    for p in plan.positions.all():
        rows.setdefault(p.order, []).append({"title": p, "post": names[p.post], "holders": holders.get(p.post, [])})
    whole = zip(own, doers_of(own), contacts_for(own), strict=True)
    cards = [{"card": card, "doer": doer, "contact": contact} for card, doer, contact in whole]
    return {
        "plan": plan,
        "levels": levels,
        "command": [rows[order] for order in sorted(rows)],
        "cards": [(ResponseLevel(n).label, [c for c in cards if c["card"].from_level == n]) for n in (4, 3, 2, 1)],
        "count": len(cards),
        "stale": stale_references(plan),
        "vacant": [names.get(code, code) for code in vacant_posts(plan)],
        "versions": [v for v in versions(plan) if v.pk != plan.pk],
        "live": plan.state == PlanState.IN_FORCE,
        "wide": True,
    }


class PlanDesk(Desk, record=Plan):
    slug = "plans"
    story = _("Emergency plans as structure: levels with their conditions and who decides, command posts, task cards.")
    menu = ("response", 40)
    icon = "clipboard-list"
    empty = _("Load a city pack, or upload the first plan.")
    columns = (Column("__str__", _("Title")), "code", "version", "hazard", State("state"), "area", "review_due")
    filters = ("state",)
    search = ("title", "title_en", "code")
    panels = (
        Panel("plans/structure.html", "", structure),
        Facts(
            "code",
            "version",
            State("state"),
            Column("issuer", _("Issued by")),
            "source",
            "author",
            "reviewer",
            Age("reviewed_at"),
            "approver",
            Age("approved_at"),
            Age("in_force_at"),
            Age("superseded_at"),
            "review_due",
            "remark",
            title=_("Life of this version"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.draft_plan,)
    actions = (actions.review, actions.approve, actions.put_in_force, actions.send_back)


class TaskCardDesk(Desk, record=TaskCard):
    slug = "cards"
    story = _("What somebody does from a level on.")
    icon = "id"
    columns = (Column("__str__", _("Title")), "code", "plan", "from_level", "doer_value", "at", "ack_minutes", "due_minutes")
    search = ("title", "title_en", "code")
    panels = (
        Panel(
            "plans/card.html", _("Task card"), lambda c: {"card": c, "doer": doers_of([c])[0], "contact": contacts_for([c])[0]}
        ),
        Facts("code", "plan", Column("get_from_level_display", _("From level")), "phase", "ack_minutes", "due_minutes"),
        JournalPanel(_("Journal")),
    )
