"""Load a pack's catalogue of supplies, its depots and their opening stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from django.contrib.gis.geos import Point

from anlan.apps.people import api as people
from anlan.apps.supplies import actions
from anlan.apps.supplies.models import Depot, Item, Lot
from anlan.kit.models import ApprovalRule
from anlan.lib.tables import rows_of

ORDER = 45


def load(pack: Path) -> None:
    """Load supplies/items.csv, depots.csv, stock.csv and approvals.csv; a pack may have none."""
    folder = pack / "supplies"
    items = [
        Item(**{**row, "life_months": int(row["life_months"]) if row["life_months"] else None})
        for row in rows_of(folder / "items.csv", optional=True)
    ]
    actions.load_catalogue(items=items, depots=[_depot(row) for row in rows_of(folder / "depots.csv", optional=True)])
    depots, catalogue = Depot.objects.in_bulk(field_name="code"), Item.objects.in_bulk(field_name="code")
    actions.load_stock(
        lines=[
            (depots[r["depot"]], _lot(r, catalogue[r["item"]]), Decimal(r["quantity"]))
            for r in rows_of(folder / "stock.csv", optional=True)
        ]
    )
    actions.load_approvals(rules=[ApprovalRule(**row) for row in rows_of(folder / "approvals.csv", optional=True)])


def _depot(row: dict[str, str]) -> Depot:
    point = Point(float(row["lon"]), float(row["lat"]), srid=4326) if row["lon"] else None
    texts = {name: row[name] for name in ("code", "name", "name_en", "level", "area", "address", "source")}
    return Depot(**texts, location=point, keeper=people.Post.objects.filter(code=row["keeper"]).first())


def _lot(row: dict[str, str], item: Item) -> Lot:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("made_on", "expires_on")}
    return Lot(item=item, batch=row["batch"], price=Decimal(row["price"]), **days)
