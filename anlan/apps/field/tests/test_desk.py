"""The desk of field, tested as every desk is."""

from anlan.apps.field import desk
from anlan.apps.field.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestOperationDesk(DeskTests):
    desk = desk.OperationDesk
    make = factories.operation
