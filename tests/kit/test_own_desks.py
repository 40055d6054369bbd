"""The kit's own desks, tested as every desk is: journal, deliveries, confirmations, timed jobs."""

from anlan.kit.desk import own
from anlan.kit.testing.desk import DeskTests
from tests.kit import factories


class TestJournalDesk(DeskTests):
    desk = own.JournalDesk
    make = factories.entry


class TestDeliveryDesk(DeskTests):
    desk = own.DeliveryDesk
    make = factories.delivery
    test_journal_panel_names_the_actor = None  # transport is not journalled, only what an operator does: see test_outbox


class TestPendingActionDesk(DeskTests):
    desk = own.PendingActionDesk
    make = factories.pending


class TestHeartbeatDesk(DeskTests):
    desk = own.HeartbeatDesk
    make = factories.heartbeat
