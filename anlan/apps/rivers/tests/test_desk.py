"""The desks of rivers, tested as every desk is."""

from anlan.apps.rivers import desk
from anlan.apps.rivers.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestReachDesk(DeskTests):
    desk = desk.ReachDesk
    make = factories.reach
    verbs = {"set_in_use": {"in_use": False, "reason": "gauge was moved"}}


class TestHindcastDesk(DeskTests):
    desk = desk.HindcastDesk
    make = factories.hindcast
