"""The desk of replays, tested as every desk is."""

from anlan.apps.exercises import desk
from anlan.apps.exercises.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestReplayDesk(DeskTests):
    desk = desk.ReplayDesk
    make = factories.replay
