"""Pages by key: no count and no offset, so that the last page of a million rows costs what the first does."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.parts import column

SALT = "anlan.page"


def sortable(desk: type[Desk]) -> list[str]:
    """Return the columns of a list that rows can be paged by: own ones that every row has."""
    own = {
        f.name for f in desk.record._meta.concrete_fields if not (f.null or f.is_relation) and f.get_internal_type() in ORDERED
    }
    return [name for part in desk.columns if (name := column(part).name) in own]


ORDERED = {
    *("BooleanField", "CharField", "DateField", "DateTimeField", "DecimalField", "FloatField", "DurationField"),
    *("IntegerField", "BigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField"),
}


class KeyPages(pagination.BasePagination):
    """Pages of a desk's rows in the asked order (`?sort=`), the key as its last word; newest first without one."""

    usual, most = 50, 500
    parameters: ClassVar[tuple[str, ...]] = ("cursor", "page_size", "sort")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Return the rows of the asked page."""
        self.request, self.pk = request, view.desk.record._meta.pk
        self.sort = request.query_params.get("sort", "")
        self.name = self.sort.removeprefix("-")
        self.backwards = self.sort.startswith("-") or not self.sort
        if self.sort and self.name not in sortable(view.desk):
            raise exceptions.ValidationError({"sort": [_("Rows cannot be sorted by this.")]})
        size = self._size(request)
        way = "-" if self.backwards else ""
        rows = queryset.order_by(*([f"{way}{self.name}"] if self.name else []), f"{way}pk")
        found = list(self._after(rows, request.query_params.get("cursor", ""), view.desk)[: size + 1])
        self.last = found[size - 1] if len(found) > size else None
        return found[:size]

    def _size(self, request: Any) -> int:
        asked = request.query_params.get("page_size", "")
        if not asked:
            return self.usual
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 9 and int(asked) > 0):
            raise exceptions.ValidationError({"page_size": [_("Give a number from 1 to 500.")]})
        return min(int(asked), self.most)

    def _after(self, rows: Any, cursor: str, desk: type[Desk]) -> Any:
        """Narrow rows to those behind the cursor; one that this list did not hand out is refused."""
        if not cursor:
            return rows
        try:
            label, sort, value, key = signing.loads(cursor, salt=SALT)
        except (signing.BadSignature, ValueError):
            label = sort = value = key = None
        if (label, sort) != (desk.record._meta.label, self.sort):
            raise exceptions.ValidationError({"cursor": [_("This page is none of this list. Start from its first page.")]})
        beyond = "lt" if self.backwards else "gt"
        if not self.name:
            return rows.filter(**{f"pk__{beyond}": key})
        at = desk.record._meta.get_field(self.name).to_python(value)
        return rows.filter(Q(**{f"{self.name}__{beyond}": at}) | Q(**{self.name: at, f"pk__{beyond}": key}))

    def get_paginated_response(self, data: Any) -> Response:
        """Answer the rows with the address of the next page."""
        following = None
        if self.last is not None:
            meta = type(self.last)._meta
            value = meta.get_field(self.name).value_to_string(self.last) if self.name else ""
            cursor = signing.dumps([meta.label, self.sort, value, self.last.pk], salt=SALT)
            following = replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        following = {"type": ["string", "null"], "format": "uri", "description": "Address of the next page, null on the last"}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters of a page."""
        ways = [way + name for name in sortable(view.desk) for way in ("", "-")]
        told = [
            ("cursor", "Where the page starts, from `next` of the page before", {"type": "string"}),
            ("page_size", "Rows a page", {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.usual}),
        ]
        if ways:
            told.append(
                ("sort", "Order of the rows; `-` for descending. Newest first without it", {"type": "string", "enum": ways})
            )
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema} for name, text, schema in told
        ]
