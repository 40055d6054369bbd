"""The parts of a declaration: columns that know how to show themselves, filters, panels of a record's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from anlan.kit.journal import entries_for
from anlan.kit.ui.templatetags.ui import age, level, moment

TONES = {
    "raised": "red",
    "acknowledged": "azure",
    "shelved": "secondary",
    "returned": "teal",
    "closed": "secondary",
    "draft": "secondary",
    "signed": "azure",
    "published": "teal",
    "open": "purple",
    "confirmed": "teal",
    "active": "purple",
    "issued": "azure",
    "accepted": "indigo",
    "done": "teal",
    "failed": "pink",
    "queued": "secondary",
    "sent": "azure",
    "delivered": "teal",
    "dead": "pink",
}


@dataclass(frozen=True)
class Column:
    """Show a field (a path like `station__name` follows foreign keys)."""

    name: str
    label: Any = ""

    def show(self, row: models.Model) -> Any:
        """Return what a cell or a fact shows."""
        value = reach(row, self.name)
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if isinstance(value, list):
            return "、".join(str(item) for item in value) or "—"
        return "—" if value in (None, "") else value

    def state(self, row: models.Model) -> Any:
        """Return what the record's own page shows, where there is room to say more than in a cell."""
        return self.show(row)


@dataclass(frozen=True)
class Unit(Column):
    """Show a number with its unit; `unit` is the text or a path to it."""

    unit: str = ""
    digits: int = 2

    def show(self, row: models.Model) -> Any:
        value = reach(row, self.name)
        if value is None:
            return "—"
        unit = reach(row, self.unit.removeprefix("@")) if self.unit.startswith("@") else self.unit
        return format_html(
            '<span class="number">{}</span> <small class="text-secondary">{}</small>', f"{value:.{self.digits}f}", unit
        )


@dataclass(frozen=True)
class Level(Column):
    """Show a hazard level as colour, shape and word."""

    def show(self, row: models.Model) -> Any:
        return level(reach(row, self.name))


@dataclass(frozen=True)
class State(Column):
    """Show a choice as a badge."""

    def show(self, row: models.Model) -> Any:
        value = getattr(row, self.name)
        return format_html(
            '<span class="badge bg-{}-lt">{}</span>',
            TONES.get(str(value), "secondary"),
            getattr(row, f"get_{self.name}_display")(),
        )


@dataclass(frozen=True)
class Age(Column):
    """Show an instant by how long ago it was; on the record's page by date, time and age."""

    def show(self, row: models.Model) -> Any:
        return age(reach(row, self.name))

    def state(self, row: models.Model) -> Any:
        return moment(reach(row, self.name))


@dataclass(frozen=True)
class Range:
    """Filter a time or number from … to …."""

    name: str


@dataclass(frozen=True, init=False)
class Facts:
    """A panel of labelled values."""

    columns: tuple[Any, ...]
    title: Any = ""
    template = "desk/facts.html"

    def __init__(self, *columns: Any, title: Any = "") -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "title", title)

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the labelled values of a row."""
        return {"facts": [(label_of(type(row), column(c)), column(c).state(row)) for c in self.columns]}


@dataclass(frozen=True)
class Related:
    """A panel that lists rows pointing to this one."""

    name: str
    columns: tuple[Any, ...]
    title: Any = ""
    limit: int = 50
    template: str = "desk/related.html"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the related rows as cells."""
        rows = list(getattr(row, self.name).all()[: self.limit])
        model = getattr(row, self.name).model
        shown = [column(c) for c in self.columns]
        return {
            "headers": [label_of(model, c) for c in shown],
            "rows": [[c.show(r) for c in shown] for r in rows],
            "urls": [url_of(r) for r in rows],
        }


@dataclass(frozen=True)
class Panel:
    """A panel with a template of its own; `make` returns its context."""

    template: str
    title: Any = ""
    make: Callable[[Any], dict[str, Any]] = field(default=lambda row: {})

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return what the template needs."""
        return self.make(row)


@dataclass(frozen=True)
class JournalPanel:
    """A panel with the newest journal entries about this row."""

    title: Any = ""
    template: str = "desk/journal.html"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the row's newest entries."""
        return {"entries": list(entries_for(row)[:30])}


def column(part: Any) -> Column:
    """Return the column that a declaration's entry stands for."""
    return part if isinstance(part, Column) else Column(part)


def reach(row: Any, path: str) -> Any:
    """Follow a path from a row; choices are shown by their label, a missing link is None."""
    if path == "__str__":
        return str(row)
    *steps, last = path.split("__")
    for step in steps:
        row = getattr(row, step, None)
        if row is None:
            return None
    display = getattr(row, f"get_{last}_display", None)
    value = getattr(row, last, None)
    if display is not None and not isinstance(value, int):
        return display()
    return value() if callable(value) and not isinstance(value, models.Manager) else value


def label_of(model: type[models.Model], part: Column) -> Any:
    """Return a column's header: its own, or the field's verbose name."""
    if part.label:
        return part.label
    path = part.name.split("__")
    found: Any = model
    for step in path[:-1]:
        found = found._meta.get_field(step).related_model
    try:
        return found._meta.get_field(path[-1]).verbose_name
    except FieldDoesNotExist:
        return path[-1].replace("_", " ")


def url_of(row: models.Model) -> SafeString | str:
    """Return the address of a row's page if its record has a desk, else ''."""
    maker = getattr(type(row), "desk_url", None)
    return maker(row) if maker else mark_safe("")
