"""The list's table, made from the columns by django-tables2."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.utils.html import format_html

from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.parts import Column, label_of


class Cell(django_tables2.Column):
    """A table column that shows what the declaration's column shows; the first one links to the record's page."""

    def __init__(self, part: Column, *, first: bool, **kwargs: Any) -> None:
        super().__init__(empty_values=(), **kwargs)
        self.part = part
        self.first = first

    def render(self, record: Any) -> Any:
        shown = self.part.show(record)
        if self.first:
            return format_html('<a class="fw-medium" href="{}">{}</a>', type(record).desk_url(record), shown)
        return shown


def table_for(desk: type[Desk]) -> type[django_tables2.Table]:
    """Make the table class of a desk."""
    sortable = {f.name for f in desk.record._meta.concrete_fields}
    cells = {
        part.name: Cell(
            part,
            first=index == 0,
            verbose_name=label_of(desk.record, part),
            orderable=part.name.split("__")[0] in sortable,
            accessor="pk",
            order_by=part.name,
        )
        for index, part in enumerate(desk.shown())
    }
    return type(f"{desk.__name__}Table", (django_tables2.Table,), cells)
