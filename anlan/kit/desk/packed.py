"""Reading a pack's tables into the desks that name them (`pack = "shelters/shelters.csv"`, or a pattern), a column under each heading.

A link is given by its natural code, a point by `lon` and `lat`, an empty cell is nothing. A row that the record's own fields refuse is
named by file and line, and nothing of its table is taken in. What the pack changed is changed here, what people changed here stays.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, cast

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.inputs import natural_code
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal
from anlan.lib.tables import rows_of

ORDER = 44  # people and places are there; what an app reads by hand after it may rest on it


def load(pack: Path) -> None:
    """Take in every declared table that a pack has, what is pointed to before what points to it."""
    packed = {model: desk for model, desk in DESKS.items() if desk.pack}
    links = {model: {f.related_model for f in model._meta.fields if f.is_relation} & set(packed) - {model} for model in packed}
    for model in TopologicalSorter(links).static_order():
        desk: Any = packed[model]  # type: ignore[index]
        for file in sorted(pack.glob(desk.pack)):
            load_table(desk, file.name, rows_of(file))


def load_table(desk: type[Desk], file: str, rows: list[dict[str, str]]) -> int:
    """Take the rows of a table, called `file` in refusals, into a desk by an action of its own; returns how many are new."""
    spec = Spec(f"{desk.app()}.load_{desk.noun()}", desk.permission("load"), _("Load from the pack"), desk.record._meta.label)
    return len(Action(_take, spec)(desk=desk, file=file, rows=rows)) if rows else 0


def _take(deed: Deed, *, desk: type[Desk], file: str, rows: list[dict[str, str]]) -> list[Any]:
    model, known = desk.record, {f.name: f for f in desk.record._meta.concrete_fields}
    linked = {name: _by_code(known[name]) for name in rows[0] if name in known and known[name].is_relation}
    made = [_row(desk, f"{file}: {line}", cells, known, linked) for line, cells in enumerate(rows, 2)]
    names = [known[name].attname for name in rows[0] if name in known] + ([desk.point] if "lon" in rows[0] else [])
    key = key_of(model)
    return take_in(deed, model, made, key, *(name for name in names if name not in key))


def _row(desk: type[Desk], where: str, columns: dict[str, str], known: dict[str, Any], linked: dict[str, dict[str, Any]]) -> Any:
    values: dict[str, Any] = {}
    try:
        for name, text in columns.items():
            if name in linked:
                values[name] = linked[name][text] if text else None
            elif (own := known.get(name)) and (text or not own.null):
                values[name] = own.to_python(text) if text or own.empty_strings_allowed else own.get_default()
        if columns.get("lon"):
            values[desk.point] = Point(float(columns["lon"]), float(columns["lat"]), srid=4326)
        row = desk.record(**values)
        row.clean_fields(exclude=[name for name, own in known.items() if own.is_relation])
    except KeyError as missing:
        raise Refusal(_("%(where)s: there is no “%(code)s”.") % {"where": where, "code": missing.args[0]}) from None
    except (ValidationError, ValueError) as wrong:
        words = "；".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
        raise Refusal(f"{where}: {words}") from None
    return row


def _by_code(link: Any) -> dict[str, Any]:
    """Return the rows that a link may name, by their natural code."""
    model: Any = link.related_model
    return {str(getattr(row, natural_code(model))): row for row in model._default_manager.all()}


def key_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return by which columns a pack's row is known again: its natural code, else those that the first rule lets only one row have."""
    single = natural_code(model) or next((f.name for f in model._meta.concrete_fields if f.unique and not f.primary_key), "")
    rules: Any = (rule.fields for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint) and rule.fields)
    return (single,) if single else tuple(cast(Any, model._meta.get_field(name)).attname for name in next(rules))
