"""Tests that the desks of shelters inherit, and those of the order and the ledger."""

from __future__ import annotations

from anlan.apps.shelters import desk
from anlan.apps.shelters.models import Whereabouts
from anlan.apps.shelters.tests import factories
from anlan.kit.testing.desk import DeskTests
from anlan.kit.testing.documents import DocumentTests
from anlan.kit.testing.ledger import LedgerTests


class TestShelterDesk(DeskTests):
    desk = desk.ShelterDesk
    make = factories.a_shelter
    values = factories.shelter_values
    verbs = {"withdraw": {"reason": "test"}}


class TestShelterClassDesk(DeskTests):
    desk = desk.ShelterClassDesk
    make = factories.a_class


class TestOrder(DocumentTests):
    desk = desk.OrderDesk
    given = factories.order_given


class TestOpeningDesk(DeskTests):
    desk = desk.OpeningDesk
    make = factories.an_opening
    verbs = {
        "cancel": {"reason": "test"},
        "admit": lambda _row: {**factories.people(), "whence": "register"},
        "let_out": lambda _row: {**factories.people(), "whither": "home"},
        "register": lambda _row: factories.people(),
        "set_out": lambda _row: factories.people(),
        "count": {"counted": 3},
    }


class TestWhereaboutsDesk(DeskTests):
    desk = desk.WhereaboutsDesk
    make = factories.a_move


class TestWhereabouts(LedgerTests):
    ledger, thing, place = Whereabouts, factories.a_village, factories.a_shelter
