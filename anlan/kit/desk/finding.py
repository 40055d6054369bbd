"""Finding records by words: within one desk, and across all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from anlan.kit.desk.declaration import DESKS, Desk

#: The search over all desks looks at the newest rows of each, so that it answers at once whatever the journal holds.
NEWEST = 20_000
SHOWN = 8


@dataclass(frozen=True)
class Group:
    """What one desk has for a search."""

    desk: type[Desk]
    rows: list[Any]


def searched(desk: type[Desk], rows: Any, text: str) -> Any:
    """Narrow rows to those whose search fields contain the text."""
    text = text.strip()
    if not text or not desk.search:
        return rows
    wanted = Q()
    for name in desk.search:
        wanted |= Q(**{f"{name}__icontains": text})
    return rows.filter(wanted)


def everywhere(text: str) -> list[Group]:
    """Return the first rows of every desk that the viewer may read and that match, in the order of the menu."""
    text = text.strip()
    if not text:
        return []
    found = []
    for desk in sorted(DESKS.values(), key=lambda d: (d.menu is None, d.menu or ())):
        if desk.search and desk.may("view"):
            newest = desk.record.objects.order_by("-pk").values("pk")[:NEWEST]
            rows = list(searched(desk, desk.rows().filter(pk__in=newest), text)[:SHOWN])
            if rows:
                found.append(Group(desk, rows))
    return found
