"""The desks of messages, tested as every desk is."""

from anlan.apps.messages import desk
from anlan.apps.messages.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestMessageDesk(DeskTests):
    desk = desk.MessageDesk
    make = factories.message
    more = factories.more_of_message


class TestReceiptDesk(DeskTests):
    desk = desk.ReceiptDesk
    make = factories.receipt
