"""The parts of a declaration: columns that know how to show themselves, filters, panels of a record's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.desk.telling import readable_entry
from anlan.kit.desk.text import NOT_THERE, in_words
from anlan.kit.journal import entries_for
from anlan.kit.names import kind_of, titled
from anlan.kit.records import area_of, in_sectors, narrowed, view_of
from anlan.kit.scope import Scope, current, entered
from anlan.kit.ui.templatetags.ui import TONES, level, moment
from anlan.lib.once import asking_once

#: What a value that is not there looks like; a record's page leaves such facts out.
NOTHING = (None, "", NOT_THERE)


@dataclass(frozen=True)
class Column:
    """Show a field (a path like `station__name` follows foreign keys)."""

    name: str
    label: Any = ""
    #: Foreign keys that showing it follows beyond its own path: what `__str__` or a property reads.
    needs: tuple[str, ...] = field(default=(), kw_only=True)

    def paths(self) -> tuple[str, ...]:
        """Return the paths it reads, from which joins are derived."""
        return (self.name, *self.needs)

    def show(self, row: models.Model) -> Any:
        """Return what a cell or a fact shows."""
        shown = in_words(value_at(row, self.name, True), kind_of(self.name.rpartition("__")[2]))
        # a code must not break after its hyphen
        return format_html('<span class="text-nowrap">{}</span>', shown) if self.name.endswith("code") else shown

    def state(self, row: models.Model) -> Any:
        """Return what the record's own page shows, where there is room to say more than in a cell."""
        return self.show(row)


@dataclass(frozen=True)
class Linked(Column):
    """Show a value as the way to its row's page: for the first column of a panel of related rows."""

    def show(self, row: models.Model) -> Any:
        address, shown = url_of(row), super().show(row)
        return format_html('<a href="{}">{}</a>', address, shown or row) if address else shown

    def state(self, row: models.Model) -> Any:
        """Return the way to what is named: a record's own page needs none to itself."""
        target, shown = value_at(row, self.name), super().show(row)
        address = url_of(target) if isinstance(target, models.Model) else ""
        return format_html('<a href="{}">{}</a>', address, shown) if address else shown


@dataclass(frozen=True)
class Called(Column):
    """Show a code by what a function calls it, the code itself on hover."""

    by: Callable[[str], str] = field(kw_only=True)

    def show(self, row: models.Model) -> Any:
        code = value_at(row, self.name)
        return titled(self.by(code), code)


@dataclass(frozen=True)
class Unit(Column):
    """Show a number with its unit; `unit` is the text or a path to it."""

    unit: str = ""
    digits: int = 2

    def paths(self) -> tuple[str, ...]:
        return (*super().paths(), self.unit.removeprefix("@")) if self.unit.startswith("@") else super().paths()

    def show(self, row: models.Model) -> Any:
        value = value_at(row, self.name)
        if value is None:
            return NOT_THERE
        unit = value_at(row, self.unit.removeprefix("@")) if self.unit.startswith("@") else self.unit
        return format_html(
            '<span class="number">{}</span> <small class="text-secondary">{}</small>', f"{value:,.{self.digits}f}", unit or ""
        )


@dataclass(frozen=True)
class Level(Column):
    """Show a hazard level as colour, shape and word."""

    def show(self, row: models.Model) -> Any:
        return level(value_at(row, self.name))


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
    """Show an instant by date, time and age: the same in every row of every list.

    `real` is for what happens on the machine's clock, in an exercise as well: transport, jobs.
    """

    real: bool = False

    def show(self, row: models.Model) -> Any:
        with clock.frozen(clock.real_now()) if self.real else nullcontext():
            return moment(value_at(row, self.name))


@dataclass(frozen=True)
class Range:
    """Filter a time or number from … to …."""

    name: str


@dataclass(frozen=True, init=False)
class Facts:
    """A panel of labelled values; `Facts()` alone are those of the desk's form, or of its list (`desk/usual.py`)."""

    columns: tuple[Any, ...]
    title: Any = ""
    template = "desk/facts.html"

    def __init__(self, *columns: Any, title: Any = "") -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "title", title)

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the labelled values of a row."""
        shown = [(label_of(type(row), column(c)), column(c).state(row)) for c in self.columns]
        return {"facts": [(label, value) for label, value in shown if value not in NOTHING]}


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
        model = getattr(row, self.name).model
        shown = [column(c) for c in self.columns]
        rows, scope = getattr(row, self.name).all(), current()
        # Whoever may view such rows nowhere is shown them as parts of this one, within his sectors.
        own = narrowed(rows) if scope.areas_for(view_of(model)) else rows.filter(in_sectors(model, scope, view_of(model)))
        made = table_of(model, joined(own, shown)[: self.limit], shown)
        return made | {"hidden": not made["rows"] and rows.exists(), "wide": True}


@dataclass(frozen=True)
class Panel:
    """A panel with a template of its own; `make` returns its context."""

    template: str
    title: Any = ""
    make: Callable[[Any], dict[str, Any]] = field(default=lambda row: {})
    #: Where it stands beside the map, and the template that shows it there if its own is too wide.
    tab: str = "overview"
    narrow: str = ""

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return what the template needs."""
        return self.make(row)


@dataclass(frozen=True)
class JournalPanel:
    """A panel with the newest journal entries about this row."""

    title: Any = _("Journal")
    template: str = "desk/journal.html"
    tab: str = "journal"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the row's newest entries."""
        scope = current()
        # Reference data lies in no jurisdiction, and so do the entries about it: whoever reads the row may read them.
        with entered(scope if area_of(row) is not None else Scope.everything("system:journal", scope.world)), asking_once():
            entries = [readable_entry(entry) for entry in entries_for(row)[:30]]
        page = getattr(type(row), "desk_url", None)
        return {"entries": entries, "history": f"{page(row)}history/" if page else "", "wide": True}


def joins(model: Any, shown: Iterable[Column]) -> set[str]:
    """Derive from columns which foreign keys a query must join."""
    found: set[str] = set()
    for path in (path for part in shown for path in part.paths()):
        steps, at = path.split("__"), model
        for depth, step in enumerate(steps, 1):
            names = {f.name: f for f in at._meta.fields}
            if step not in names or not names[step].is_relation:
                break
            found.add("__".join(steps[:depth]))
            at = names[step].related_model
    return found


def joined(rows: Any, shown: Iterable[Column]) -> Any:
    """Join to a query what columns show, so that no row asks for itself."""
    wanted = sorted(joins(rows.model, shown))
    return rows.select_related(*wanted) if wanted else rows


def table_of(model: Any, rows: Iterable[Any], columns: Iterable[Any]) -> dict[str, Any]:
    """Return what `ui/table.html` draws of records: the columns' heads and each row's cells."""
    shown = [column(part) for part in columns]
    return {"heads": [label_of(model, part) for part in shown], "rows": [[part.show(row) for part in shown] for row in rows]}


def column(part: Any) -> Column:
    """Return the column that a declaration's entry stands for."""
    return part if isinstance(part, Column) else Column(part)


def value_at(row: Any, path: str, worded: bool = False) -> Any:
    """Follow a path from a row; choices are shown by their label, numbers among them where `worded`, a missing link is None."""
    if path == "__str__":
        return str(row)
    *steps, last = path.split("__")
    for step in steps:
        row = getattr(row, step, None)
        if row is None:
            return None
    display = getattr(row, f"get_{last}_display", None)
    value = getattr(row, last, None)
    if display is not None and (worded or not isinstance(value, int)):
        return display()
    return value() if callable(value) and not isinstance(value, models.Manager) else value


def label_of(model: type[models.Model], part: Column) -> Any:
    """Return a column's header: its own, or the field's; a foreign key without one is called what it points to."""
    if part.label:
        return part.label
    path = ["name"] if part.name == "__str__" and hasattr(model, "name") else part.name.split("__")
    found: Any = model
    for step in path[:-1]:
        found = found._meta.get_field(step).related_model
    try:
        field = found._meta.get_field(path[-1])
    except FieldDoesNotExist:
        return path[-1].replace("_", " ")
    named = field.verbose_name != field.name.replace("_", " ")
    return field.verbose_name if named or not field.is_relation else field.related_model._meta.verbose_name


def url_of(row: models.Model) -> SafeString | str:
    """Return the address of a row's page if its record has a desk that the viewer may open, else ''."""
    maker = getattr(type(row), "open_url", None)
    return maker(row) if maker else mark_safe("")
