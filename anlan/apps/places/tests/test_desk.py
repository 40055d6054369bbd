"""The desks of places, tested as every desk is."""

from anlan.apps.places import desk
from anlan.apps.places.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestDivisionDesk(DeskTests):
    desk = desk.DivisionDesk
    make = factories.division
    more = factories.more_of_division
    page_queries = 20  # how it stands by each sheet that is filled in for towns and villages


class TestCodeChangeDesk(DeskTests):
    desk = desk.CodeChangeDesk
    make = factories.code_change
