"""Writers of supplies: the pack's catalogue, depots and opening stock."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anlan.apps.supplies.models import Depot, Item, Lot, Stock
from anlan.kit.actions import Deed, action
from anlan.kit.reference import take_over

ITEM = ("name", "name_en", "unit", "unit_en", "life_months", "source", "confidence")
DEPOT = ("name", "name_en", "level", "area", "address", "keeper_id", "location", "source")


@action("supplies.load_catalogue", needs="supplies.load_pack", label=_("Load the catalogue of supplies"))
def load_catalogue(deed: Deed, *, items: list[Item], depots: list[Depot]) -> int:
    """Add what is new of a pack's catalogue and depots and take over what changed; returns how many are new."""
    new = 0
    for model, rows, names in ((Item, items, ITEM), (Depot, depots, DEPOT)):
        known = {row.code: row for row in model.objects.all()}
        take_over(deed, [(known[row.code], row) for row in rows if row.code in known], *names)
        new += len(deed.create_many(model, [row for row in rows if row.code not in known]))
    return new


@action("supplies.load_stock", needs="supplies.load_pack", label=_("Load an opening stock"))
def load_stock(deed: Deed, *, lines: list[tuple[Depot, Lot, Decimal]]) -> int:
    """Bring a pack's opening stock in, once: depots in which anything ever stood are left alone. Returns how many lines."""
    fresh = [line for line in lines if not Stock.objects.filter(place=f"supplies.depot:{line[0].pk}").exists()]
    for depot, lot, quantity in fresh:
        held = Lot.objects.filter(item=lot.item, batch=lot.batch).first() or deed.create(
            Lot, item=lot.item, batch=lot.batch, made_on=lot.made_on, expires_on=lot.expires_on, price=lot.price
        )
        Stock.move(deed, held, quantity, Stock.supplier, depot)
    return len(fresh)
