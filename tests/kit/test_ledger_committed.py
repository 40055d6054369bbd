"""With real commits: clerks at once never take what is not there, nobody deadlocks, and an owner's forgery is named."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections

from anlan.apps.supplies.models import Stock
from anlan.apps.supplies.tests import factories
from anlan.kit import journal
from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.ledger import verify
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.databases import the_cluster
from anlan.kit.testing.ledger import Interleavings, moved

CLERKS, DEEDS = 16, 12


@pytest.mark.xdist_group("committed")
def test_clerks_at_once_and_a_forger(committed: None) -> None:
    with entered(Scope.everything("system:test")):
        depots = [factories.depot("441802", n) for n in range(3)]
        lots = [factories.lot(n) for n in range(3)]
        moved(Stock, *((lot, 20, Stock.supplier, depot) for lot in lots for depot in depots))

    def clerk(number: int) -> tuple[int, int]:
        dice, done, refused = random.Random(number), 0, 0  # noqa: S311
        for _n in range(DEEDS):
            lines = [(dice.choice(lots), dice.randint(1, 9), *dice.sample([*depots, Stock.receiver], 2)) for _line in range(3)]
            with entered(Scope.everything(f"clerk{number}")):
                try:
                    moved(Stock, *lines)
                    done += 1
                except Refusal:
                    refused += 1
        connections.close_all()
        return done, refused

    with ThreadPoolExecutor(CLERKS) as pool:
        outcomes = list(pool.map(clerk, range(CLERKS)))
    assert sum(map(sum, outcomes)) == CLERKS * DEEDS
    assert all(sum(outcome[n] for outcome in outcomes) for n in (0, 1)), "some were posted and some refused"
    with entered(Scope.everything("system:test")):
        assert all(standing.quantity > 0 for depot in depots for standing in Stock.left(depot))
        assert verify(Stock).verified and journal.verify().verified
    forge_each_kind()


def forge_each_kind() -> None:
    """Forge with the owner's power and find each forgery named, then mended."""
    for forge, mend, problem in (
        (
            "UPDATE supplies_stockbalance SET quantity = quantity + 1 WHERE id = (SELECT min(id) FROM supplies_stockbalance)",
            "- 1",
            "a balance that its entries do not prove",
        ),
        ("UPDATE supplies_stock SET after = after + 1 WHERE number = 3", "- 1", "what was left then"),
        ("UPDATE supplies_stock SET because = because || 'x' WHERE number = 3", "", "the journal knows it differently"),
    ):
        with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as forger:
            for table in ("supplies_stock", "supplies_stockbalance"):
                forger.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            forger.execute(forge)
        with entered(Scope.everything("system:test")):
            assert verify(Stock).problem.startswith(problem)
        with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as forger:
            forger.execute(forge.replace("+ 1", mend).replace("|| 'x'", "|| ''"))


@pytest.mark.xdist_group("committed")
def test_what_is_chosen_under_a_hold_is_there(committed: None) -> None:
    """Two clerks each pick all that is left: the second waits, looks, and finds nothing."""
    with entered(Scope.everything("system:test")):
        depot, lot = factories.depot("441802", 9), factories.lot(9)
        moved(Stock, (lot, 7, Stock.supplier, depot))

    def take_all(number: int) -> int:
        def take(deed: Deed) -> int:
            Stock.hold(deed, depot)
            left = Stock.balance(depot, lot)
            if left:
                Stock.move(deed, lot, left, depot, Stock.receiver)
            return int(left)

        with entered(Scope.everything(f"clerk{number}")):
            taken = Action(take, Spec("test.take", "test.take", "Take"))()
        connections.close_all()
        return taken

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take_all, range(4))) == [0, 0, 0, 7]


@pytest.mark.xdist_group("committed")
def test_whatever_clerks_do_at_once_some_order_explains(committed: None) -> None:
    """Forty rounds here; `make bench` plays ten thousand. Those who take all that is there hold both ends, else they would deadlock."""
    with entered(Scope.everything("system:test")):
        depots, lots = [factories.depot("441802", n) for n in range(3)], [factories.lot(n) for n in range(2)]
        moved(Stock, *((lot, 5, Stock.supplier, depot) for lot in lots for depot in depots))
    rounds = Interleavings(Stock, lots, depots, Stock.supplier, seed=3)
    rounds.run(40)
    assert rounds.posted and rounds.refused
    assert verify(Stock).verified
