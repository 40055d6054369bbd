"""Tests that every desk inherits: one class per desk declares a factory and valid values, the rest follows.

Example:

    class TestStationDesk(DeskTests):
        desk = StationDesk
        make = factories.station              # (area, number) → a lawful row in that area
        values = factories.station_values     # (area, number) → what a user types into the form
        verbs = {"close": {"reason": "done"}} # what a verb that is offered on a fresh row needs to succeed

What a desk does not have (a form, an import, verbs, a map) is left out, not skipped.
"""

from anlan.kit.testing.desk.addresses import AddressTests
from anlan.kit.testing.desk.budget import BudgetTests
from anlan.kit.testing.desk.bulk import BulkTests
from anlan.kit.testing.desk.forms import FormTests
from anlan.kit.testing.desk.reading import ReadingTests
from anlan.kit.testing.desk.stage import Stage
from anlan.kit.testing.desk.transfer import ExportTests, ImportTests

__all__ = ["DeskTests", "covered"]


class DeskTests(ReadingTests, AddressTests, FormTests, BulkTests, ExportTests, ImportTests, BudgetTests):
    """Inherit to have a desk tested through pages, spreadsheets and API, by those who may and those who may not."""


def covered() -> set[type]:
    """Return the desks that some loaded class of DeskTests tests."""
    found, open_classes = set(), [Stage]
    while open_classes:
        kind = open_classes.pop()
        open_classes += kind.__subclasses__()
        if issubclass(kind, DeskTests) and "desk" in vars(kind):
            found.add(kind.desk)
    return found
