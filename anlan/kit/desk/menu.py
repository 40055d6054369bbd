"""The main menu: groups in the order of the chain, entries by permission."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.kit.desk.declaration import DESKS
from anlan.kit.pages import PAGES, Menu
from anlan.kit.records import may_anywhere
from anlan.kit.scope import Authority, Scope, World
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
    shown: list[dict[str, Any]] = []
    root = len(request.META.get("SCRIPT_NAME", "")) + 1
    for group, items in _offered(scope.authorities, scope.world, get_language() or "", reverse("desk:search"), len(PAGES)):
        at = [request.path == i["url"] or (len(i["url"]) > root and request.path.startswith(i["url"])) for i in items]
        if group is WORK:
            shown += [{**i, "active": request.path == i["url"]} for i in items]
        else:
            shown.append({"label": group.label, "icon": group.icon, "children": items, "active": any(at)})
    return {"menu": shown}


@lru_cache(maxsize=256)
def _offered(
    authorities: tuple[Authority, ...], world: World, _language: str, _root: str, _pages: int
) -> list[tuple[Group, list[dict[str, Any]]]]:
    """Return each group of the menu with the lines open to these grants: every page asks, and only what is asked by changes it."""
    scope = Scope(world=world, authorities=authorities)
    seen = [e for e in lines() if e.menu.world in ("", world) and (not e.permission or may_anywhere(scope, e.permission))]
    found = []
    for group in sorted(GROUPS, key=lambda g: g.order):
        inside = [e for e in seen if e.menu.group == group.code]
        if inside:
            found.append((group, [{"label": str(e.label), "icon": e.icon, "url": reverse(e.url)} for e in inside]))
    return found
