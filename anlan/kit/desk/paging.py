"""Pages by key, the one pager of lists and API: no count, no offset, so that the last page of a million rows costs what the first does.

A cursor says behind which row a page begins, by that row's values: what is added or deleted meanwhile shifts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from anlan.kit.desk.declaration import Desk
from anlan.kit.refusals import Malformed

SALT = "anlan.page"
NOTHING = Q(pk__in=[])
ORDERED = {
    *("BooleanField", "CharField", "DateField", "DateTimeField", "DecimalField", "FloatField", "DurationField", "BigAutoField"),
    *("IntegerField", "BigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField", "AutoField"),
}


@dataclass(frozen=True)
class Key:
    """One of the values that rows are ordered by. Rows without it come last, going down first, as PostgreSQL has it."""

    path: str
    down: bool
    null: bool = True
    #: The column that it reads; None for what a query has made.
    field: Any = None

    @property
    def word(self) -> str:
        """Return it as an order."""
        return f"{'-' * self.down}{self.path}"

    def beyond(self, value: Any) -> Q:
        """Return the condition for rows that come after a value."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.down else NOTHING
        further = Q(**{f"{self.path}__{'lt' if self.down else 'gt'}": value})
        return further | Q(**{f"{self.path}__isnull": True}) if self.null and not self.down else further

    def same(self, value: Any) -> Q:
        """Return the condition for rows that have a value."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def of(self, row: Any) -> Any:
        """Return a row's value, as JSON holds it."""
        for step in self.path.split("__"):
            row = getattr(row, step, None)
        if isinstance(row, date):
            return row.isoformat()
        return row if row is None or isinstance(row, bool | int | float) else str(row)


def keys_of(model: Any, order: Sequence[str]) -> list[Key]:
    """Return what rows are ordered by, a link by what its own rows are ordered by; the row's number decides in the end."""
    keys = [key for word in order for key in _keys(model, word.removeprefix("-"), down=word.startswith("-"))]
    own = model._meta.pk.name
    if all(key.path not in ("pk", own) for key in keys):
        keys.append(Key("pk", bool(keys and keys[0].down), null=False, field=model._meta.pk))
    return keys


def _keys(model: Any, path: str, *, down: bool) -> list[Key]:
    null, at = False, model
    field: Any = None
    for step in path.split("__"):
        try:
            field = at._meta.pk if step == "pk" else at._meta.get_field(step)
        except FieldDoesNotExist:
            return [Key(path, down)]
        null, at = null or field.null, field.related_model
    if field.is_relation and path.endswith(field.name):
        inner = [word for word in at._meta.ordering if isinstance(word, str)] or ["pk"]
        found = [
            k for word in inner for k in _keys(model, f"{path}__{word.removeprefix('-')}", down=down != word.startswith("-"))
        ]
        return [replace(key, null=key.null or null) for key in found]
    return [Key(path, down, null, field)]


@dataclass(frozen=True)
class Slice:
    """A page of rows, with the cursors of the pages before and after it, "" where there is none."""

    rows: list[Any]
    before: str = ""
    after: str = ""


def cut(rows: Any, order: Sequence[str], size: int, cursor: str = "") -> Slice:
    """Return a page of rows in an order; Malformed for a cursor that this list did not hand out."""
    keys = keys_of(rows.model, order)
    back, values = _read(rows.model, order, keys, cursor) if cursor else (False, None)
    way = [replace(key, down=not key.down) for key in keys] if back else keys
    wanted = rows.order_by(*(key.word for key in way))
    found = list((wanted.filter(_behind(way, values)) if values is not None else wanted)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back and not more:
        return cut(rows, order, size)  # the first page, and a whole one

    def at(row: Any, *, back: bool) -> str:
        return signing.dumps([rows.model._meta.label, list(order), back, [key.of(row) for key in keys]], salt=SALT)

    if back:
        found.reverse()
    return Slice(
        found, at(found[0], back=True) if found and cursor else "", at(found[-1], back=False) if found and (more or back) else ""
    )


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """Return the condition for rows behind these values; the bound of the first key lets an index find the place."""
    condition = NOTHING
    for key, value in zip(reversed(keys), reversed(values), strict=True):
        condition = key.beyond(value) | (key.same(value) & condition)
    first = keys[0]
    return condition if first.null else condition & Q(**{f"{first.path}__{'lte' if first.down else 'gte'}": values[0]})


def _read(model: Any, order: Sequence[str], keys: Sequence[Key], cursor: str) -> tuple[bool, list[Any]]:
    """Read a cursor: whether it goes back, and the values that it starts from."""
    try:
        label, words, back, plain = signing.loads(cursor, salt=SALT)
        values = [key.field.to_python(value) if key.field else value for key, value in zip(keys, plain, strict=True)]
    except (signing.BadSignature, TypeError, ValueError, ValidationError):
        label = None
    if label is None or (label, words) != (model._meta.label, list(order)):
        raise Malformed(_("This page is none of this list. Start from its first page."), field="cursor")
    return bool(back), values


def sortable(desk: type[Desk]) -> list[str]:
    """Return the columns of a list that rows can be sorted by."""
    return [c.name for c in desk.shown() if all(_is_ordered(key) for key in _keys(desk.record, c.name, down=False))]


def _is_ordered(key: Key) -> bool:
    return key.field is not None and key.field.get_internal_type() in ORDERED


def order_of(desk: type[Desk], query: Mapping[str, str], usual: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the asked order (`sort=`), without one the usual; Malformed for what rows cannot be sorted by."""
    sort = query.get("sort", "")
    if sort and sort.removeprefix("-") not in sortable(desk):
        raise Malformed(_("Rows cannot be sorted by this."), field="sort")
    return (sort,) if sort else tuple(usual or (*desk.order_first, *desk.order) or desk.record._meta.ordering)


class KeyPages(pagination.BasePagination):
    """Pages of a desk's rows by API in the asked order; newest first without one."""

    usual, most = 50, 500
    parameters: ClassVar[tuple[str, ...]] = ("cursor", "page_size", "sort")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Return the rows of the asked page."""
        self.request, asked = request, request.query_params
        try:
            order = order_of(view.desk, asked, usual=("-pk",))
            self.page = cut(queryset, order, self._size(request), asked.get("cursor", ""))
        except Malformed as refusal:
            raise exceptions.ValidationError({refusal.field: [str(refusal)]}) from None
        return self.page.rows

    def _size(self, request: Any) -> int:
        asked = request.query_params.get("page_size", "")
        if not asked:
            return self.usual
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 9 and int(asked) > 0):
            raise exceptions.ValidationError({"page_size": [_("Give a number from 1 to 500.")]})
        return min(int(asked), self.most)

    def get_paginated_response(self, data: Any) -> Response:
        """Answer the rows with the addresses of the pages beside."""
        here = self.request.build_absolute_uri()
        ways = {"next": self.page.after, "previous": self.page.before}
        links = {name: replace_query_param(here, "cursor", cursor) if cursor else None for name, cursor in ways.items()}
        return Response({**links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "Address of the next page, null on the last"},
                "previous": {**link, "description": "Address of the page before, null on the first"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters of a page."""
        ways = [way + name for name in sortable(view.desk) for way in ("", "-")]
        told = [
            ("cursor", _("Where the page starts, from `next` or `previous` of another page"), {"type": "string"}),
            ("page_size", _("Rows per page"), {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.usual}),
        ]
        if ways:
            order = _("Order of the rows; `-` for descending. Newest first without it")
            told.append(("sort", order, {"type": "string", "enum": ways}))
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema} for name, text, schema in told
        ]
