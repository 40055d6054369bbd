"""Facets: beside each choice of a filter how many rows it would show, so that nobody opens an empty list."""

from __future__ import annotations

from collections import Counter
from typing import Any

from anlan.kit.desk.declaration import Desk

#: So many rows are counted at most; beyond, each figure is followed by "+".
MOST = 10_000


def count(desk: type[Desk], filters: Any) -> None:
    """Put figures beside the choices of a list's facets, each counted under all other filters; one query a facet."""
    for name in desk.facets if filters.is_valid() else ():
        rows = filters.queryset
        for other, value in filters.form.cleaned_data.items():
            if other != name:
                rows = filters.filters[other].filter(rows, value)
        values = list(rows.order_by().values_list(name, flat=True)[: MOST + 1])
        counted, more = Counter(values[:MOST]), "+" if len(values) > MOST else ""
        widget = filters.form.fields[name].widget
        widget.choices = [(c, f"{text} ({counted[c]}{more})" if c in counted else text) for c, text in widget.choices]
