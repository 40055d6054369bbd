"""The selected record beside the map: any desk's record, its panels laid out in tabs, its verbs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from anlan.kit.desk import DESKS, Desk
from anlan.kit.desk.columns import value_at
from anlan.kit.refusals import NotFound

TABS = ("overview", "tasks", "journal")


def desk_of(app: str, slug: str) -> type[Desk]:
    """Return the desk at this address; NotFound if there is none."""
    for desk in DESKS.values():
        if (desk.app(), desk.slug) == (app, slug):
            return desk
    raise NotFound()


def tabs(desk: type[Desk], row: Any) -> dict[str, list[dict[str, Any]]]:
    """Return a record's panels by the tab that each asks for; a tab without content is not there."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABS}
    for panel in desk.panels:
        tab, narrow = getattr(panel, "tab", TABS[0]), getattr(panel, "narrow", "")
        made = {"title": panel.title, "template": narrow or panel.template, **panel.context(row)}
        # What a panel calls wide (a CAP message's XML) belongs on the record's own page, unless it has a narrow form.
        if made.get("count") != 0 and (tab != TABS[0] or narrow or not made.get("wide")):
            found[tab].append(made)
    return {name: content for name, content in found.items() if content}


def verbs(desk: type[Desk], row: Any) -> list[dict[str, Any]]:
    """Return the verbs the viewer may use on a record, each with its page."""
    page = row.desk_url()
    found = []
    for verb in desk.verbs(row):
        name = verb.spec.last
        edits = verb is getattr(desk, "change", None)
        found.append({"spec": verb.spec, "url": f"{page}{'edit' if edits else name}/"})
    return found


def place(desk: type[Desk], row: Any) -> tuple[float, float] | None:
    """Return where on the map a record is (longitude, latitude), if its desk says."""
    shape = value_at(row, desk.point) if desk.point else None
    return (shape.x, shape.y) if shape is not None else None


def home(row: Any) -> str:
    """Return the address of the map with this record selected: where a verb leads back to."""
    return f"{reverse('console:command')}?select={row.desk_url()}"
