"""The main menu: groups in the order of the chain, entries by permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.kit.desk.declaration import DESKS
from anlan.kit.records import reach
from anlan.kit.scope import Scope

GROUPS: dict[str, tuple[Any, str]] = {
    "work": (_("Workbench"), "layout-dashboard"),
    "monitoring": (_("Monitoring"), "ripple"),
    "warning": (_("Warning"), "broadcast"),
    "response": (_("Response"), "flame"),
    "people": (_("Places and people"), "building-community"),
    "system": (_("System"), "settings"),
}


@dataclass(frozen=True)
class Entry:
    """A page in the menu; shown to those who hold its permission anywhere."""

    group: str
    order: int
    label: Any
    icon: str
    url: str
    permission: str = ""
    world: str = ""


PAGES: list[Entry] = []


def add_page(entry: Entry) -> None:
    """Put a page that no desk makes into the menu."""
    if entry not in PAGES:
        PAGES.append(entry)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Add the viewer's menu to a page."""
    scope: Scope | None = getattr(request, "jurisdiction", None)
    if scope is None or not scope.actor:
        return {"menu": []}
    entries = [
        Entry(d.menu[0], d.menu[1], d.title(), d.icon, d.name("list"), d.permission("view")) for d in DESKS.values() if d.menu
    ]
    entries += [e for e in PAGES if not e.world or e.world == scope.world]
    shown: list[dict[str, Any]] = []
    for code, (label, icon) in GROUPS.items():
        inside = sorted(
            (e for e in entries if e.group == code and (not e.permission or reach(scope, e.permission))), key=lambda e: e.order
        )
        items = [{"label": e.label, "icon": e.icon, "url": reverse(e.url)} for e in inside]
        if not items:
            continue
        active = any(
            request.path == i["url"]
            or (len(i["url"]) > 1 + len(request.META.get("SCRIPT_NAME", "")) and request.path.startswith(i["url"]))
            for i in items
        )
        if code == "work":
            shown += [{**i, "active": request.path == i["url"]} for i in items]
        else:
            shown.append({"label": label, "icon": icon, "children": items, "active": active})
    return {"menu": shown}
