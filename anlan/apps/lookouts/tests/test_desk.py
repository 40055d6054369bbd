"""The desks of lookouts, tested as every desk is."""

from anlan.apps.lookouts import desk
from anlan.apps.lookouts.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestLookoutDesk(DeskTests):
    desk = desk.LookoutDesk
    make = factories.lookout
    full = factories.lookout_out
    values = factories.lookout_values
    verbs = {"take_out": {"reason": "lens is broken"}}


class TestKeyForestDesk(DeskTests):
    desk = desk.KeyForestDesk
    make = factories.forest
    values = factories.forest_values
