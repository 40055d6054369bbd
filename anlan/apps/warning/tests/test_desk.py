"""The desk of warnings, tested as every desk is."""

from anlan.apps.warning import desk
from anlan.apps.warning.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestWarningDesk(DeskTests):
    desk = desk.WarningDesk
    make = factories.warning
    full = factories.published
    page_queries = 20
    silent = frozenset({"rehearse"})


class TestCallDesk(DeskTests):
    desk = desk.CallDesk
    make = factories.call
    more = factories.more_of_call
