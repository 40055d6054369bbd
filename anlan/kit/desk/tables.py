"""A list as its table: heads that sort, the columns that were asked for, a page of rows by key. `ui/table.html` draws it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from anlan.kit.desk.columns import Column, label_of
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.paging import Slice, cut, order_of, sortable
from anlan.kit.refusals import Malformed

PER_PAGE = 50


@dataclass(frozen=True)
class Head:
    """A column's head: the address that sorts by it, and how it is sorted now (`ascending`, `descending` or "")."""

    label: Any
    address: str = ""
    sorted: str = ""

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True)
class Line:
    """A row of a list: its number, by which it is ticked, and its cells."""

    pk: Any
    values: list[Any]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)


def columns_of(desk: type[Desk], query: QueryDict) -> list[Column]:
    """Return the columns that are asked for (`column=`), in their order, all without; Malformed for what the list does not have."""
    known, names = {c.name: c for c in desk.shown()}, list(dict.fromkeys(query.getlist("column")))
    if not set(names) <= set(known):
        raise Malformed(_("This list has no such column."), field="column")
    return [known[name] for name in names] or list(known.values())


def page_of(desk: type[Desk], rows: Any, query: QueryDict) -> dict[str, Any]:
    """Return the table that an address asks for; what it asks for and there is not, is as if it did not ask."""
    shown, order, page = desk.shown(), order_of(desk, {}), None
    with suppress(Malformed):
        shown = columns_of(desk, query)
    with suppress(Malformed):
        order = order_of(desk, query)
    with suppress(Malformed):
        page = cut(rows, order, PER_PAGE, query.get("cursor", ""))
    found: Slice = page or cut(rows, order, PER_PAGE)
    can = sortable(desk)
    lines = []
    for record in found.rows:
        values = [part.show(record) for part in shown]
        values[0] = format_html('<a class="fw-medium" href="{}">{}</a>', type(record).desk_url(record), values[0] or record)
        lines.append(Line(record.pk, values))
    return {
        "heads": [_head(label_of(desk.record, part), part.name, order[:1], query, can=part.name in can) for part in shown],
        "rows": lines,
        "previous": _address(query, cursor=found.before) if found.before else "",
        "next": _address(query, cursor=found.after) if found.after else "",
    }


def _head(label: Any, name: str, order: tuple[str, ...], query: QueryDict, *, can: bool) -> Head:
    if not can:
        return Head(label)
    now = {name: "ascending", f"-{name}": "descending"}.get(order[0], "") if order else ""
    return Head(label, _address(query, sort=f"-{name}" if now == "ascending" else name, cursor=""), now)


def _address(query: QueryDict, **changed: str) -> str:
    """Return the address of the same list with some of what it asks changed; "" leaves it out."""
    kept = query.copy()
    for name, value in changed.items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return f"?{kept.urlencode()}"
