"""Where things stand: a record of the city, or a named place that is none (supplier, used up, missing)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from anlan.kit.names import name_of
from anlan.kit.records import area_of
from anlan.lib.ledgers import UNLIMITED


@dataclass(frozen=True)
class Spot:
    """One place of a ledger as its entries know it: its key and whose jurisdiction it is. `row` is None for a named place."""

    key: str
    area: str = ""
    row: models.Model | None = None


class Place:
    """Declare a named place of a ledger: `missing = Place(_("Missing"))`. Each jurisdiction has one of its own.

    An unlimited one stands for the world outside (supplier, population register, treasury): its balance may be below zero.
    """

    def __init__(self, label: Any, *, unlimited: bool = False) -> None:
        self.label, self.unlimited, self.code = label, unlimited, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.code = name

    def at(self, area: str) -> Spot:
        """Return this place in one jurisdiction; by itself it lies in that of the other side of a move."""
        return Spot(f"{UNLIMITED if self.unlimited else ''}{self.code}@{area}", area)


def key_of(row: models.Model) -> str:
    """Return the key of a record as a place."""
    return f"{row._meta.label_lower}:{row.pk}"


def spots(source: Any, target: Any) -> tuple[Spot, Spot]:
    """Return both ends of a move; a named place without jurisdiction takes the other end's. Raises ValueError for two such."""
    areas = [area_of(end) if isinstance(end, models.Model) else getattr(end, "area", "") for end in (source, target)]
    area = areas[0] or areas[1]
    if not area:
        raise ValueError("two named places: say where one of them lies, Place.at(area)")
    first, second = (_spot(end, own or area) for end, own in zip((source, target), areas, strict=True))
    return first, second


def spot(end: Any, area: str = "") -> Spot:
    """Return one place, a record or a named one in an area."""
    return _spot(end, area or (area_of(end) or "" if isinstance(end, models.Model) else ""))


def _spot(end: Any, area: str) -> Spot:
    if isinstance(end, Spot):
        return end
    return end.at(area) if isinstance(end, Place) else Spot(key_of(end), area, end)


def name_of_place(ledger: Any, key: str) -> str:
    """Return what a place is called: a record's name, or the label of a named place."""
    code, named, _area = key.lstrip("~").partition("@")
    if named:
        return str(getattr(ledger, code).label)
    return name_of("place", key)
