"""The list's table: django-tables2 sorts, pages and heads it; the rows show what the declaration's columns show."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2
from django.core.paginator import EmptyPage
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.html import format_html
from django_tables2.paginators import LazyPaginator

from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.parts import Column, label_of

PER_PAGE = 50


class Rows(django_tables2.Table):
    """A desk's table, one page at a time."""

    shown: tuple[Column, ...] = ()

    def cells(self) -> list[tuple[Any, list[Any]]]:
        """Return each row's number and what it shows; the first cell links to the record's page."""
        found = []
        for record in (row.record for row in self.page.object_list):
            cells = [part.show(record) for part in self.shown]
            cells[0] = format_html('<a class="fw-medium" href="{}">{}</a>', type(record).desk_url(record), cells[0])
            found.append((record.pk, cells))
        return found


@cache
def table_for(desk: type[Desk]) -> type[Rows]:
    """Make the table class of a desk."""
    sortable = {f.name for f in desk.record._meta.concrete_fields}
    columns = {
        part.name: django_tables2.Column(
            verbose_name=label_of(desk.record, part), orderable=part.name.split("__")[0] in sortable, order_by=part.name
        )
        for part in desk.shown()
    }
    return type(f"{desk.__name__}Table", (Rows,), {**columns, "shown": tuple(desk.shown())})


def page_of(desk: type[Desk], rows: QuerySet[Any], asked: QueryDict) -> Rows:
    """Return the page of rows that is asked for by `sort` and `page`; the first where there is no such page."""
    table = table_for(desk)(rows)  # type: ignore[arg-type]  # a class is hashable
    if sort := asked.getlist(table.prefixed_order_by_field):
        table.order_by = sort
    number = asked.get(table.prefixed_page_field, "")
    paginator = LazyPaginator(table.rows, PER_PAGE)
    try:
        table.page = paginator.page(int(number) if number.isdecimal() and len(number) < 9 else 1)
    except EmptyPage:
        table.page = paginator.page(1)
    return table
