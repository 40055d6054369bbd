"""The selected record beside the map: any desk's record, its panels laid out in tabs, its verbs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from anlan.kit.desk import DESKS, Desk, JournalPanel
from anlan.kit.desk.parts import reach
from anlan.kit.refusals import NotFound

TASKS = "response/tasks.html"
LOGS = ("response/timeline.html",)


def desk_of(app: str, slug: str) -> type[Desk]:
    """Return the desk at this address; NotFound if there is none."""
    for desk in DESKS.values():
        if (desk.app(), desk.slug) == (app, slug):
            return desk
    raise NotFound()


def tabs(desk: type[Desk], row: Any) -> dict[str, Any]:
    """Return a record's overview, its tasks and its journal; a tab without content is not there."""
    found: dict[str, Any] = {"overview": [], "tasks": [], "journal": []}
    for panel in desk.panels:
        if panel.template == TASKS:
            found["tasks"] = panel.context(row)["tasks"]
            continue
        made = {"title": panel.title, "template": panel.template, **panel.context(row)}
        log = isinstance(panel, JournalPanel) or panel.template in LOGS
        # What a panel calls wide (a CAP message's XML) belongs on the record's own page.
        if log or not made.get("wide"):
            found["journal" if log else "overview"].append(made)
    return {name: content for name, content in found.items() if content}


def verbs(desk: type[Desk], row: Any) -> list[dict[str, Any]]:
    """Return the verbs the viewer may use on a record, each with its page."""
    page = row.desk_url()
    found = []
    for verb in desk.verbs(row):
        name = verb.spec.name.rsplit(".", 1)[1]
        edits = verb is getattr(desk, "change", None)
        found.append({"spec": verb.spec, "url": f"{page}{'edit' if edits else name}/"})
    return found


def place(desk: type[Desk], row: Any) -> tuple[float, float] | None:
    """Return where on the map a record is (longitude, latitude), if its desk says."""
    shape = reach(row, desk.point) if desk.point else None
    return (shape.x, shape.y) if shape is not None else None


def home(row: Any) -> str:
    """Return the address of the map with this record selected: where a verb leads back to."""
    return f"{reverse('console:command')}?select={row.desk_url()}"
