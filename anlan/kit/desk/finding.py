"""Finding records by words: within one desk, and across all of them.

Across all, the index says which records hold the text, and one statement asks the desks which of those the viewer may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import connections, router
from django.db.models import F, Field, ForeignObject, IntegerField, Lookup, Q, Subquery, Value

from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.search_index import indexed
from anlan.kit.scope import current
from anlan.lib.spelling import folded

#: What the index does not hold, such as the journal, is looked for among its newest numbers, so that the search answers at once.
NEWEST = 20_000
#: Matches of a kind that are looked at, the newest first: more than is shown, since one may still be hidden by its sector.
MOST = 200
SHOWN = 8


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """`…__among=[…]`: one of these keys, told to the server as one value; `in` makes a parameter of each, and a search has thousands."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the comparison."""
        lhs, values = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*values, list(self.rhs)]


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
    there: dict[int, Any] = {}  # rows are asked only of desks that may have a match: most of seventy have none
    found = defaultdict(list)
    lies = [router.db_for_read(desk.record) for desk in desks]
    for database in dict.fromkeys(lies):
        here = [number for number, at in enumerate(lies) if at == database]
        numbers = _numbers(database, [desks[number] for number in here], text)
        wanted = {number: which for number in here if (which := _wanted(desks[number], text, numbers))}
        there |= {number: desks[number].rows() for number in wanted}
        first, *others = [_first_matches(there[number], number, which) for number, which in wanted.items()] or [None]
        for number, pk in first.union(*others, all=True) if others else first or ():
            found[number].append(pk)
    return [Group(desk, list(there[number].filter(pk__in=found[number]))) for number, desk in enumerate(desks) if number in found]


def _numbers(database: str, desks: list[type[Desk]], text: str) -> dict[Any, list[int]]:
    """Return by kind the newest records in the scope that the index finds, also of kinds that a desk's records belong to."""
    kinds: dict[Any, str] = {}
    for desk in desks:
        if indexed(desk.record) and not getattr(desk.record, "shared_down", False):
            kinds[desk.record] = ",".join(current().areas_for(desk.permission("view")))
        for path in desk.search:
            if owner := _owner(desk.record, path):
                kinds.setdefault(owner, "")
    found, labels = defaultdict(list), {model._meta.label_lower: model for model in kinds}
    with connections[database].cursor() as cursor:
        texts = list(dict.fromkeys((text.lower(), folded(text))))
        cursor.execute("SELECT * FROM kit_search(%s, %s, %s, %s)", [list(labels), list(kinds.values()), texts, MOST])
        for label, number in cursor:
            found[labels[label]].append(number)
    return found


@cache
def _owner(model: Any, path: str) -> Any:
    """Return the kind whose index holds the field at the end of a path, None for none."""
    *steps, name = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model if name in indexed(model) else None


def _wanted(desk: type[Desk], text: str, numbers: dict[Any, list[int]]) -> Q:
    """Return what narrows a desk's rows to those that the index found; what it does not hold is looked for among the newest."""
    held, rest = {}, []
    for path in desk.search:
        owner, step = _owner(desk.record, path), path.rpartition("__")[0]
        if not owner:
            rest.append(path)
        elif numbers.get(owner):
            held[step or "pk"] = numbers[owner]  # several words of one record are held under its one number
    wanted = reduce(or_, (Q(**{f"{step}__among": found}) for step, found in held.items()), Q())
    if rest:
        newest = desk.record._default_manager.order_by("-pk").values("pk")[:1]
        wanted |= Q(pk__gt=Subquery(newest) - NEWEST) & _containing(desk.record, rest, text)
    return wanted


def _first_matches(rows: Any, number: int, wanted: Q) -> Any:
    """Return (number, key) of a desk's first matches."""
    found = rows.filter(wanted).annotate(desk_number=Value(number, IntegerField()))
    return found.values_list("desk_number", F("pk"))[:SHOWN]
