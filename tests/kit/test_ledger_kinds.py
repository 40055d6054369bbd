"""The ledger is one engine for goods, people and money: here people of a village and money of a fund, declared as an app would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models
from django.test.utils import isolate_apps

from anlan.apps.places.models import Division
from anlan.apps.supplies.models import Depot, Item
from anlan.apps.supplies.tests import factories
from anlan.kit import clock
from anlan.kit.ledger import LEDGERS, Ledger, Place, verify
from anlan.kit.ledger.guard import GUARD
from anlan.kit.refusals import Refusal
from anlan.kit.testing.databases import the_cluster
from anlan.kit.testing.ledger import LedgerTests, moved
from anlan.kit.testing.plugin import assert_nothing_happened

with isolate_apps("anlan.kit"):

    class People(Ledger):
        """Where the residents of a village are. A depot stands in for a shelter."""

        thing = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
        places = (Depot,)
        decimals = 0
        home = Place("at home")
        on_the_way = Place("on the way")
        elsewhere = Place("elsewhere")
        missing = Place("missing")
        dead = Place("dead")
        register = Place("population register", unlimited=True)

        class Meta(Ledger.Meta):
            app_label = "kit"

    class Money(Ledger):
        """Money of a fund, in yuan. An item stands in for a fund, a depot for an account."""

        thing = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
        places = (Depot,)
        decimals = 2
        treasury = Place("treasury", unlimited=True)
        paid = Place("paid out", unlimited=True)

        class Meta(Ledger.Meta):
            app_label = "kit"


for made in (People, Money):
    LEDGERS.remove(made)  # no page shows them


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the tables as a migration would, and drop them."""
    with django_db_blocker.unblock():
        with connection.schema_editor(collect_sql=True) as editor:
            for ledger in (People, Money):
                editor.create_model(ledger)
                editor.create_model(ledger.Balance)
        tables = [(ledger._meta.db_table, ledger.Balance._meta.db_table) for ledger in (People, Money)]
        for alias in ("default", "exercise"):
            with the_cluster().admin(settings.DATABASES[alias]["NAME"]) as owner:
                for statement in editor.collected_sql or ():
                    owner.execute(statement)
                for entries, balances in tables:
                    owner.execute(GUARD.format(entries=entries, balances=balances, name=entries))
                role = settings.DATABASES[alias]["USER"]
                owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(sum(tables, ()))} TO {role}")
                owner.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    yield
    for alias in ("default", "exercise"):
        with the_cluster().admin(settings.DATABASES[alias]["NAME"]) as owner:
            for entries, balances in tables:
                for part in ("is_append_only()", "carry()", "keep()", "post(timestamptz, jsonb)", "legs(jsonb)"):
                    owner.execute(f"DROP FUNCTION {entries}_{part} CASCADE")
                owner.execute(f"DROP TABLE {entries}, {balances}")


def village(number: int) -> Division:
    found: Division = Division.objects.filter(level="village", code__startswith="441802").order_by("code")[number]
    return found


class TestPeople(LedgerTests):
    ledger, thing, place = People, staticmethod(village), factories.depot


class TestMoney(LedgerTests):
    ledger, thing, place = Money, staticmethod(lambda number: factories.lot(number).item), factories.depot


def test_where_people_are_adds_up_to_the_residents_at_every_instant(live: Any) -> None:
    dice, here = random.Random(23), village(1)  # noqa: S311
    shelters = [factories.depot("441802", n) for n in range(2)]
    ends = [
        *shelters,
        *(p.at(here.code) for p in (People.home, People.on_the_way, People.elsewhere, People.missing, People.dead)),
    ]
    began = clock.now()
    with clock.frozen(began):
        moved(People, (here, 1200, People.register, People.home.at(here.code)))
    refused = 0
    for minute in range(1, 60):
        with clock.frozen(began + timedelta(minutes=minute)):
            lines = [(here, dice.randint(1, 400), *dice.sample(ends, 2)) for _line in range(dice.randint(1, 3))]
            try:
                moved(People, *lines)
            except Refusal:
                refused += 1
    for minute in (0, 1, 17, 30, 59):
        standing = People.left(pk=here.pk, at=began + timedelta(minutes=minute))
        assert sum(one.quantity for one in standing if not one.place.startswith("~")) == 1200
        assert sum(one.quantity for one in standing) == 0
    assert 0 < refused < 59
    assert verify(People).verified


def test_half_a_person_and_a_tenth_of_a_fen_do_not_move(live: Any) -> None:
    depot, item, here = factories.depot("441802", 1), factories.lot(1).item, village(1)
    with assert_nothing_happened(People, Money):
        with pytest.raises(Refusal):
            moved(People, (here, Decimal("0.5"), People.register, depot))
        with pytest.raises(Refusal):
            moved(Money, (item, Decimal("0.001"), Money.treasury, depot))
    moved(Money, (item, Decimal("0.01"), Money.treasury, depot))
    assert Money.balance(depot, item) == Decimal("0.01")
