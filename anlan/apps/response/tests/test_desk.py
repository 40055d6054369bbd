"""The desks of response, tested as every desk is."""

from anlan.apps.response import desk
from anlan.apps.response.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestProposalDesk(DeskTests):
    desk = desk.ProposalDesk
    make = factories.proposal
    more = factories.more_of_proposal
    guarded = frozenset({"confirm", "decline"})  # only the post that the plan names decides: test_actions


class TestResponseDesk(DeskTests):
    desk = desk.ResponseDesk
    make = factories.response
    more = factories.more_of_response
    page_queries = 18  # the incidents that it answers, in the chain and beside it
    guarded = frozenset(
        {"raise_level", "lower_level", "end", "hand_over", "answer"}
    )  # a fresh row has no seats to hand over, its world no incident


class TestTaskDesk(DeskTests):
    desk = desk.TaskDesk
    make = factories.task
    more = factories.more_of_task
    verbs = {"reassign": {"organisation": "441802-water", "reason": "nearer"}}


class TestNoticeDesk(DeskTests):
    desk = desk.NoticeDesk
    make = factories.notice
