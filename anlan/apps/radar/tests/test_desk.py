"""The desk of rain grids, tested as every desk is."""

from __future__ import annotations

from anlan.apps.radar import desk
from anlan.apps.radar.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestRainGridDesk(DeskTests):
    desk = desk.RainGridDesk
    make = factories.grid
    verbs = {"withdraw": {"reason": "beam blocked by a hill"}}
