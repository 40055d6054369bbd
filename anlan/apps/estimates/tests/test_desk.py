"""The desks of estimates, tested as every desk is."""

from __future__ import annotations

from anlan.apps.estimates import desk
from anlan.apps.estimates.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestEstimateDesk(DeskTests):
    desk = desk.EstimateDesk
    make = factories.reached
    verbs = {"withdraw": {"reason": "the wind had turned"}}


class TestFuelDesk(DeskTests):
    desk = desk.FuelDesk
    make = factories.fuel


class TestSubstanceDesk(DeskTests):
    desk = desk.SubstanceDesk
    make = factories.substance


class TestDoubtDesk(DeskTests):
    desk = desk.DoubtDesk
    make = factories.doubt
