"""A ledger on pages: what a place is called, what stands in a record, where a thing stands, and how it came to be so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from anlan.kit.desk.columns import Column, url_of, value_at
from anlan.kit.desk.text import in_words
from anlan.kit.ledger.model import LEDGERS
from anlan.kit.ledger.places import key_of, name_of_place
from anlan.kit.names import names_of


@names_of("place")
def _names_of_places() -> dict[str, tuple[Any, Any]]:
    """Name every record in which something may stand, in each language."""
    found: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for kind in {kind for ledger in LEDGERS for kind in ledger.places}:
                for row in kind.objects.all():
                    found.setdefault(key_of(row), []).append(str(row))
    return {key: (names[0], names[1]) for key, names in found.items()}


@dataclass(frozen=True)
class AtPlace(Column):
    """Show the place of an entry or a balance by its name."""

    def show(self, row: models.Model) -> Any:
        ledger: Any = next(ledger for ledger in LEDGERS if type(row) in (ledger, ledger.Balance))
        return name_of_place(ledger, value_at(row, self.name))


@dataclass(frozen=True)
class Amount(Column):
    """Show a quantity without idle noughts, with its unit: a text, or with @ the path to it."""

    unit: str = ""

    def paths(self) -> tuple[str, ...]:
        return (*super().paths(), self.unit.removeprefix("@")) if self.unit.startswith("@") else super().paths()

    def show(self, row: models.Model) -> Any:
        unit = value_at(row, self.unit.removeprefix("@")) if self.unit.startswith("@") else self.unit
        shown = f"{value_at(row, self.name).normalize():,f}"
        return format_html('<span class="number">{}</span> <small class="text-secondary">{}</small>', shown, unit or "")


@dataclass(frozen=True)
class Balances:
    """A panel of what stands in this record (a place), or where this record (a thing) stands."""

    ledger: Any
    columns: tuple[Any, ...]
    title: Any = ""
    limit: int = 200
    template: str = "desk/related.html"

    def context(self, row: models.Model) -> dict[str, Any]:
        """Return the balances as cells, each thing with the way to its page."""
        placed = isinstance(row, self.ledger.places)
        own = {"place": key_of(row)} if placed else {"thing": row}
        shown = [part if isinstance(part, Column) else Column(part) for part in self.columns]
        paths = sorted({path.rpartition("__")[0] for part in shown for path in part.paths() if "__" in path} - {""})
        rows = self.ledger.Balance.objects.filter(**own).exclude(quantity=0)
        if not placed:
            rows = rows.exclude(place__startswith="~")
        found = list(rows.select_related(*paths).order_by("thing__pk", "place")[: self.limit])
        return {
            "heads": [part.label or _("Amount") for part in shown],
            "rows": [[in_words(part.show(balance)) for part in shown] for balance in found],
            "urls": [url_of(balance.thing) if placed else "" for balance in found],
            "wide": True,
        }
