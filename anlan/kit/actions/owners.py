"""What a row is part of: a part lies within its owner's jurisdiction, and who writes it answers for the owner as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kit.records import area_of
from anlan.kit.refusals import NotFound, Refusal


def of(row: models.Model, *, known_only: bool) -> Iterator[models.Model]:
    """Yield the owners of a row that has a jurisdiction; Refusal if it lies outside that of one. A new row of a wider one goes to its owner's.

    `known_only`: the program's own steps give rows; to read the owner of each of a pack's thousands would take minutes.
    """
    area = area_of(row)
    for name in getattr(type(row), "owned_by", ()) if area is not None else ():
        if known_only and not row._meta.get_field(name).is_cached(row):  # type: ignore[union-attr]
            continue
        try:
            owner = getattr(row, name)
        except ObjectDoesNotExist:
            raise NotFound() from None
        if owner is None:
            continue
        home = area_of(owner) or ""
        if row.pk is None and home.startswith(str(area)):  # a form offers the whole jurisdiction of whoever fills it in
            setattr(row, getattr(row, "jurisdiction_field", "area"), area := home)
        if not str(area).startswith(home):
            words = _("%(owner)s belongs to %(home)s: what is part of it lies within that jurisdiction.")
            raise Refusal(words % {"owner": owner, "home": home}, field="area")
        yield owner


def moves(row: models.Model, changed: set[str]) -> bool:
    """Return whether a change of these columns puts a row into another jurisdiction or under another owner."""
    names = getattr(type(row), "owned_by", ())
    columns = {found.attname for found in row._meta.concrete_fields if found.name in names}
    return bool(changed & (columns | set(names) | {getattr(row, "jurisdiction_field", "area")}))


def moved(rows: Iterable[models.Model], values: dict[str, Any]) -> list[models.Model]:
    """Set values on rows; return those that are thereby elsewhere."""
    held = list(rows)
    for row in held:
        for name, value in values.items():
            setattr(row, name, value)
    return [row for row in held if moves(row, set(values))]
