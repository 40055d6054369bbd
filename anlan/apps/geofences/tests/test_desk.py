"""The desk of geofences, tested as every desk is."""

from anlan.apps.geofences import desk
from anlan.apps.geofences.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestFenceDesk(DeskTests):
    desk = desk.FenceDesk
    make = factories.fence
    values = factories.fence_values
