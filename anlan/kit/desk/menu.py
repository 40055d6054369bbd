"""The main menu: groups in the order of the chain, entries by permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.kit.desk.declaration import DESKS
from anlan.kit.pages import PAGES, Menu
from anlan.kit.records import may_anywhere
from anlan.kit.scope import Scope
from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Group:
    """A group of the main menu; the app that begins it registers it in its `desk.py`."""

    code: str
    order: int
    label: Any
    icon: str


GROUPS: Registry[Group] = Registry("menu groups")
#: Its entries stand in the bar themselves.
WORK = GROUPS.add(Group("work", 0, _("Workbench"), "layout-dashboard"))
GROUPS.add(Group("monitoring", 20, _("Monitoring"), "ripple"))
GROUPS.add(Group("system", 100, _("System"), "settings"))


@dataclass(frozen=True)
class Line:
    """A line of the menu; shown to those who hold its permission anywhere."""

    menu: Menu
    label: Any
    icon: str
    url: str
    permission: str


def lines() -> list[Line]:
    """Return the lines of the menu that desks and pages declare; LookupError for a group that nobody has registered."""
    found = [Line(Menu(*d.menu), d.title(), d.icon, d.name("list"), d.permission("view")) for d in DESKS.values() if d.menu]
    found += [Line(p.menu, p.label, p.menu.icon, p.url_name, p.permission) for p in PAGES.values() if p.menu]
    for line in found:
        GROUPS.get(line.menu.group)
    return sorted(found, key=lambda line: line.menu.order)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Add the viewer's menu to a page."""
    scope: Scope | None = getattr(request, "jurisdiction", None)
    if scope is None or not scope.actor:
        return {"menu": []}
    seen = [line for line in lines() if line.menu.world in ("", scope.world)]
    shown: list[dict[str, Any]] = []
    for group in sorted(GROUPS, key=lambda g: g.order):
        inside = [e for e in seen if e.menu.group == group.code and (not e.permission or may_anywhere(scope, e.permission))]
        items = [{"label": e.label, "icon": e.icon, "url": reverse(e.url)} for e in inside]
        if not items:
            continue
        active = any(
            request.path == i["url"]
            or (len(i["url"]) > 1 + len(request.META.get("SCRIPT_NAME", "")) and request.path.startswith(i["url"]))
            for i in items
        )
        if group is WORK:
            shown += [{**i, "active": request.path == i["url"]} for i in items]
        else:
            shown.append({"label": group.label, "icon": group.icon, "children": items, "active": active})
    return {"menu": shown}
