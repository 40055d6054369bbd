"""The desks of places."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.places import history, queries
from anlan.apps.places.kinds import QUESTIONS
from anlan.apps.places.models import CodeChange, Division
from anlan.kit.desk import DESKS, GROUPS, Column, Desk, Facts, Group, JournalPanel, Linked, Panel, Related, State, bilingual
from anlan.kit.records import below
from anlan.kit.scope import current

GROUPS.add(Group("people", 50, _("Places and people"), "building-community"))

#: Rows are counted up to here: whoever has more opens the list.
MANY = 1000


def _map(row: Division) -> dict[str, Any]:
    shown = row.outline or queries.geometry_of(row.code)
    own = row.outline is not None
    return {
        "url": reverse("places:map_config", args=[row.code]) if shown or row.point else "",
        "own": own,
        "row": row,
        "wide": True,
    }


def _above(row: Division) -> dict[str, Any]:
    return {"above": queries.ancestors_of(row), "row": row}


def _people(row: Division) -> dict[str, Any]:
    counts = list(row.counts.order_by("year"))
    top = max((c.people for c in counts), default=0)
    around = queries.counted_around(row) if not counts else None
    return {"counts": [(c, round(100 * c.people / top) if top else 0) for c in counts], "around": around, "row": row}


def _history(row: Division) -> dict[str, Any]:
    return {"changes": history.history_of(row), "others": list(row.other_codes.all()), "wide": True}


def _questions(row: Division) -> dict[str, Any]:
    asked = sorted(QUESTIONS, key=lambda q: q.order)
    return {"answers": [(q, q.answer(row.code)) for q in asked]}


def _lies_here(row: Division) -> dict[str, Any]:
    """Count what the viewer may see below a division, all desks of a database in one statement."""
    desks = [
        desk
        for desk in DESKS.values()
        if desk.menu and hasattr(desk.record, "area") and desk.app() not in {"places", "kit"} and desk.may("view")
    ]
    lying = defaultdict(list)
    for n, desk in enumerate(desks):
        rows = desk.rows().filter(below((row.code,))).order_by().annotate(desk=Value(n)).values_list("desk", "pk")
        lying[rows.db].append(rows[: MANY + 1])
    counts = Counter(n for first, *others in lying.values() for n, _pk in (first.union(*others, all=True) if others else first))
    found = [
        {
            "title": desk.title(),
            "icon": desk.icon,
            "count": min(counts[n], MANY),
            "more": counts[n] > MANY,
            "url": f"{reverse(desk.name('list'))}?area={row.code}",
        }
        for n, desk in enumerate(desks)
        if counts[n]
    ]
    return {"found": found, "inside": any(row.code.startswith(a) or a.startswith(row.code) for a in current().areas)}


class DivisionDesk(Desk, record=Division):
    slug = "divisions"
    story = _("Administrative divisions from the city to the village. Search by name, code, pinyin or initials.")
    menu = ("people", 10)
    icon = "map-2"
    empty = _("Load a city pack: it brings the divisions.")
    columns = (Column("__str__", _("Name")), "code", "level", "parent", "population")
    filters = ("level",)
    search = ("name", "code", "pinyin", "initials", "name_en")
    panels = (
        Panel("places/map.html", _("Where it is"), _map),
        Panel("places/above.html", _("Facts"), _above),
        Panel("places/people.html", _("People"), _people),
        Panel("places/answers.html", "", _questions),
        Panel("places/lies_here.html", _("What lies here"), _lies_here),
        Related("children", (Linked("__str__", _("Name")), "code", "population"), _("Divisions below"), 200),
        Panel("places/history.html", _("Codes and names before"), _history),
        JournalPanel(_("Journal")),
    )
    point = "point"
    outline = "outline"
    tile = {"label": bilingual("name", "name_en"), "code": "code", "level": "level", "derived": "outline_derived"}
    order = ("code",)
    page_template = "places/division.html"


class CodeChangeDesk(Desk, record=CodeChange):
    journal = False
    slug = "code-changes"
    story = _("How division codes and names changed over the years.")
    menu = ("people", 60)
    icon = "history"
    empty = _("Load a city pack: it brings the changes of codes.")
    columns = ("year", "old_code", "old_name", "new_code", "new_name", State("kind"))
    filters = ("kind",)
    search = ("old_code", "old_name", "new_code", "new_name")
    panels = (Facts("year", State("kind"), "old_code", "old_name", "new_code", "new_name", "source"),)
