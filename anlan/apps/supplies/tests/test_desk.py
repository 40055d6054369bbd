"""The desks of supplies, tested as every desk is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from anlan.apps.supplies import desk
from anlan.apps.supplies.models import Item, Lot, Stock
from anlan.apps.supplies.tests import factories
from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.testing.desk import DeskTests
from anlan.kit.testing.desk.transfer import FORMULA
from anlan.kit.testing.factory import created
from anlan.kit.testing.ledger import moved


def filled_depot(area: str, number: int) -> Any:
    depot = factories.depot(area, number)
    moved(Stock, (factories.lot(number), 5, Stock.supplier, depot))
    return depot


class TestDepotDesk(DeskTests):
    desk = desk.DepotDesk
    make = filled_depot
    values = factories.depot_values
    page_queries = 18


class TestItemDesk(DeskTests):
    desk = desk.ItemDesk

    def make(area: str, number: int) -> Item:  # noqa: N805
        return created(Item, **factories.item_values(area, number))


class TestLotDesk(DeskTests):
    desk = desk.LotDesk

    def make(area: str, number: int) -> Lot:  # noqa: N805
        lot = factories.lot(1000 + number)
        moved(Stock, (lot, 5, Stock.supplier, factories.depot(area, 2000 + number)))
        return lot


def movement(area: str, number: int) -> Stock:
    depot = factories.depot(area, 3000 + number)

    def move(deed: Deed) -> None:
        Stock.move(deed, factories.lot(2000 + number), 5, Stock.supplier, depot)
        (batch,) = deed.endings(Stock)
        # An entry cannot be altered, so that the text that would be a formula must be in it from the start.
        batch.moves[0] = replace(batch.moves[0], because=FORMULA)

    Action(move, Spec("test.move", "test.move", "Move"))()
    return Stock.objects.get(place=f"supplies.depot:{depot.pk}")


class TestStockDesk(DeskTests):
    desk = desk.StockDesk
    make = movement
