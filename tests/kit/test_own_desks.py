"""The kit's own desks, tested as every desk is: journal, deliveries, confirmations, timed jobs."""

from anlan.apps.operations import desk as operations
from anlan.kit.desk import own_desks as own
from anlan.kit.desk.background import BackgroundJobDesk
from anlan.kit.desk.saved import SavedViewDesk
from anlan.kit.testing.desk import DeskTests
from tests.kit import factories


class TestJournalDesk(DeskTests):
    desk = own.JournalDesk
    make = factories.entry
    test_empty_list_says_what_to_do = None  # who reads the journal stands in it: it is never empty


class TestDeliveryDesk(DeskTests):
    desk = operations.DeliveryDesk
    make = factories.delivery
    test_journal_panel_names_the_actor = None  # transport is not journalled, only what an operator does: see test_outbox

    def test_a_filter_that_is_not_valid_shows_no_row_and_says_so(self) -> None:
        row = self.row()
        address = self.at("list")
        assert self.lists(self.insider, row, state=row.state)
        assert not self.lists(self.insider, row, state="nonsense")
        page = self.insider.client.get(address, {"state": "nonsense"}, headers={"Accept-Language": "en"}).content.decode()
        assert "A filter above is not valid." in page
        assert self.lists(self.insider, row, page="nonsense"), "no such page: the first"


class TestPendingActionDesk(DeskTests):
    desk = own.PendingActionDesk
    make = factories.pending


class TestHeartbeatDesk(DeskTests):
    desk = operations.HeartbeatDesk
    make = factories.heartbeat


class TestProofDesk(DeskTests):
    desk = operations.ProofDesk
    make = factories.proof


class TestBackgroundJobDesk(DeskTests):
    desk = BackgroundJobDesk
    make = factories.background_job
    verbs = {"cancel_job": {}}
    #: The permission opens one's own jobs; whom others' are open to: test_background.
    test_the_cast_reads_what_its_grants_say = None


class TestSavedViewDesk(DeskTests):
    desk = SavedViewDesk
    make = factories.saved_view
    verbs = {"change_view": {"name": "Renamed"}, "remove_view": {}}
    #: The permission opens one's own views and those of one's body; whose others are: test_lists.
    test_the_cast_reads_what_its_grants_say = None
