"""Load a pack's opening stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from anlan.apps.supplies import actions
from anlan.apps.supplies.models import Depot, Item, Lot
from anlan.lib.tables import rows_of

ORDER = 45


def load(pack: Path) -> None:
    """Load supplies/stock.csv once the catalogue and the depots are there; a pack may have none."""
    depots, catalogue = Depot.objects.in_bulk(field_name="code"), Item.objects.in_bulk(field_name="code")
    rows = rows_of(pack / "supplies" / "stock.csv", optional=True)
    actions.load_stock(lines=[(depots[r["depot"]], _lot(r, catalogue[r["item"]]), Decimal(r["quantity"])) for r in rows])


def _lot(row: dict[str, str], item: Item) -> Lot:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("made_on", "expires_on")}
    return Lot(item=item, batch=row["batch"], price=Decimal(row["price"]), **days)
