"""What a desk need not say: the facts, the journal, the mark on the map and the map's layer that follow from its record."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy

from anlan.kit.board import Layer, add_layer
from anlan.kit.desk.columns import Column, Facts, JournalPanel, State
from anlan.kit.desk.places import Shape
from anlan.kit.desk.text import bilingual
from anlan.kit.records import Named, Record, Reference


def facts_of(desk: Any) -> tuple[Any, ...]:
    """Return the facts of a record: its state, what its form asks for (or its list shows), its source and area."""
    fields = {f.name: f for f in desk.record._meta.fields}
    parts = desk.form or tuple(part for part in desk.columns if part != "__str__" and getattr(part, "name", "") != "__str__")
    named = {part.name if isinstance(part, Column) else part for part in parts}
    shown = tuple(Shape(part) if hasattr(fields.get(part), "geom_type") else part for part in parts)
    state = (State("state"),) if "state" in fields and "state" not in named else ()
    return (*state, *shown, *(name for name in ("source", "confidence", "area") if name in fields and name not in named))


def panels_of(desk: Any) -> tuple[Any, ...]:
    """Return a desk's panels with its facts filled in and, where its record is journalled, the journal last."""
    panels = tuple(
        Facts(*facts_of(desk), title=one.title) if isinstance(one, Facts) and not one.columns else one for one in desk.panels
    )
    journalled = desk.journal and issubclass(desk.record, (Record, Reference))
    return panels if not journalled or any(isinstance(one, JournalPanel) for one in panels) else (*panels, JournalPanel())


def tile_of(desk: Any) -> dict[str, Any]:
    """Return what the map says of a row: its name and state, and what is declared."""
    if not (desk.point or desk.outline):
        return dict(desk.tile)
    named = {"label": bilingual("name", "name_en")} if issubclass(desk.record, Named) else {}
    found = named | ({"state": "state"} if hasattr(desk.record, "state") else {}) | desk.tile
    if "label" not in found:
        raise ValueError(f"{desk.__name__} is on the map; declare tile = {{'label': …}}")
    return found


def put_on_map(desk: Any) -> None:
    """Make the layer of the command map that a desk declares by its group and place there."""
    group, order = desk.layer
    name, view = f"{desk.app()}_{desk.slug}", desk.permission("view")
    title, live = lazy(desk.title, str)(), desk.record._meta.label_lower
    add_layer(Layer(desk.slug, order, title, group, "record", view, live, desk=name, within=desk.slug))
