"""The stock ledger keeps what the kit promises of every ledger."""

from __future__ import annotations

from anlan.apps.supplies.models import Stock
from anlan.apps.supplies.tests import factories
from anlan.kit.testing.ledger import LedgerTests


class TestStock(LedgerTests):
    ledger = Stock
    thing = factories.lot
    place = factories.depot
