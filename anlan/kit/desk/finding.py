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
from anlan.kit.kept import kept
from anlan.kit.scope import current
from anlan.lib.spelling import folded

#: What the index does not hold, such as the journal, is looked for among its newest numbers, so that the search answers at once.
NEWEST = 10_000
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
        return f"{lhs} = ANY(%s)", [*values, self.rhs]


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
    found = _containing(desk.record, desk.search, text, _how(text))
    return rows.filter(found if plain == text.lower() else found | _containing(desk.record, desk.search, plain, "icontains"))


def _how(text: str) -> str:
    """Return how text is compared: what has no case, as Chinese, as it is, since to fold the case of each row costs ten times as much."""
    return "contains" if text.upper() == text.lower() else "icontains"


def _containing(model: Any, paths: Iterable[str], text: Any, how: str) -> Q:
    """Return the condition "one of these fields contains the text".

    Fields of related rows are looked for among those rows first: an OR over joins would read every pair.
    """
    wanted, beyond = Q(), defaultdict(list)
    for path in paths:
        step, _more, rest = path.partition("__")
        if rest:
            beyond[step].append(rest)
        else:
            wanted |= Q(**{f"{path}__{how}": text})
    for step, further in beyond.items():
        related = model._meta.get_field(step).related_model
        there = related._default_manager.order_by().filter(_containing(related, further, text, how))
        wanted |= Q(**{f"{step}__in": there.values("pk")})
    return wanted


def everywhere(text: str) -> list[Group]:
    """Return the first rows of every desk that the viewer may read and that match, in the order of the menu."""
    text = text.strip()
    if not text:
        return []
    desks = [d for d in sorted(DESKS.values(), key=lambda d: (d.menu is None, d.menu or ())) if d.search and d.may("view")]
    found = defaultdict(list)
    lies = [router.db_for_read(desk.record) for desk in desks]
    for database in dict.fromkeys(lies):
        here = {number: desks[number] for number, at in enumerate(lies) if at == database}
        numbers = _numbers(database, list(here.values()), text)
        parts = [part for number, desk in here.items() for part in _first_matches(number, desk, text, numbers)]
        if parts:  # of desks that may have a match: most of seventy have none
            with connections[database].cursor() as cursor:
                cursor.execute(" UNION ALL ".join(f"({sql})" for sql, _v in parts), [v for _sql, told in parts for v in told])
                for number, pk in cursor:
                    found[number].append(pk)
    return [Group(desk, _these(desk, pks=found[number])) for number, desk in enumerate(desks) if number in found]


@kept
def _these(desk: type[Desk], *, pks: Any) -> Any:
    return desk.rows().filter(pk__among=pks)


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


def _first_matches(number: int, desk: type[Desk], text: str, numbers: dict[Any, list[int]]) -> list[tuple[str, list[Any]]]:
    """Return the statement that finds (number, key) of a desk's first matches, if it may have any."""
    held: dict[str, Any] = {}
    for path in desk.search:
        owner = _owner(desk.record, path)
        if not owner:
            held["text"] = text
        elif numbers.get(owner):
            held[path.rpartition("__")[0] or "pk"] = numbers[owner]  # several words of one record are held under its one number
    statement = _matching.statement(number, desk, _how(text), **held) if held else None
    return [statement.told(held)] if statement and statement.sql else []


@kept
def _matching(number: int, desk: type[Desk], how: str, /, *, text: Any = None, **held: Any) -> Any:
    """Find what the index found; what it does not hold is looked for among the newest."""
    wanted = reduce(or_, (Q(**{f"{step}__among": keys}) for step, keys in held.items()), Q())
    if text is not None:
        newest = desk.record._default_manager.order_by("-pk").values("pk")[:1]
        rest = [path for path in desk.search if not _owner(desk.record, path)]
        wanted |= Q(pk__gt=Subquery(newest) - NEWEST) & _containing(desk.record, rest, text, how)
    found = desk.rows().filter(wanted).annotate(desk_number=Value(number, IntegerField()))
    return found.values_list("desk_number", F("pk"))[:SHOWN]
