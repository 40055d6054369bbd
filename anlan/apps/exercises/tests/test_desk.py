"""The desks of exercises, tested as every desk is."""

from anlan.apps.exercises import desk
from anlan.apps.exercises.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestReplayDesk(DeskTests):
    desk = desk.ReplayDesk
    make = factories.replay


class TestRunReportDesk(DeskTests):
    desk = desk.RunReportDesk
    make = factories.report
