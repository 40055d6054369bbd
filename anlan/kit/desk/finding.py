"""Finding records by words: within one desk, and across all of them.

Across all, one statement asks every desk for the numbers of its first matches; only those rows are then read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, Q, Subquery, Value

from anlan.kit.desk.declaration import DESKS, Desk
from anlan.lib.spelling import folded

#: The search over all desks looks at the newest rows of each (by number, from the newest that the viewer sees), so that it
#: answers at once whatever the journal holds.
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
    plain = folded(text)  # pinyin with its tones is written without; what is not compared by its case is taken as it stands
    found = _containing(desk.record, desk.search, text)
    return rows.filter(found if plain == text.lower() else found | _containing(desk.record, desk.search, plain))


def _containing(model: Any, paths: Iterable[str], text: str) -> Q:
    """Return the condition "one of these fields contains the text".

    Fields of related rows are looked for among those rows first: an OR over joins would read every pair. Text that has no
    case, as Chinese, is compared as it is: to fold the case of each row costs ten times as much.
    """
    how = "contains" if text.upper() == text.lower() else "icontains"
    wanted, beyond = Q(), defaultdict(list)
    for path in paths:
        step, _more, rest = path.partition("__")
        if rest:
            beyond[step].append(rest)
        else:
            wanted |= Q(**{f"{path}__{how}": text})
    for step, further in beyond.items():
        related = model._meta.get_field(step).related_model
        there = related._default_manager.order_by().filter(_containing(related, further, text))
        wanted |= Q(**{f"{step}__in": there.values("pk")})
    return wanted


def everywhere(text: str) -> list[Group]:
    """Return the first rows of every desk that the viewer may read and that match, in the order of the menu."""
    text = text.strip()
    if not text:
        return []
    desks = [d for d in sorted(DESKS.values(), key=lambda d: (d.menu is None, d.menu or ())) if d.search and d.may("view")]
    asked = defaultdict(list)
    for number, desk in enumerate(desks):
        matches = _first_matches(desk, text, number)
        asked[matches.db].append(matches)
    found = defaultdict(list)
    for first, *others in asked.values():
        for number, pk in first.union(*others, all=True) if others else first:
            found[number].append(pk)
    return [Group(desk, list(desk.rows().filter(pk__in=found[number]))) for number, desk in enumerate(desks) if number in found]


def _first_matches(desk: type[Desk], text: str, number: int) -> Any:
    """Return (number, key) of a desk's first matches among its newest rows."""
    newest = desk.record._default_manager.order_by("-pk").values("pk")[:1]
    rows = searched(desk, desk.rows(), text).filter(pk__gt=Subquery(newest) - NEWEST)
    told = rows.annotate(desk_number=Value(number, IntegerField())).values_list("desk_number", F("pk"))
    return told[:SHOWN]
