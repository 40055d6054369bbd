"""The desks of law, tested as every desk is."""

from __future__ import annotations

from anlan.apps.law import desk
from anlan.apps.law.models import TermRule
from anlan.apps.law.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestTermDesk(DeskTests):
    desk = desk.TermDesk
    make = factories.term
    more = factories.more_of_term
    verbs = {"pause": {"reason": "材料补正 more papers asked for"}}


class TestTermRuleDesk(DeskTests):
    desk = desk.TermRuleDesk

    def make(area: str, number: int) -> TermRule:  # noqa: N805
        return factories.rule(100 + number)


class TestApprovalRuleDesk(DeskTests):
    desk = desk.ApprovalRuleDesk
    make = factories.approval
    verbs = {"change_approval": {"above": "500", "level": 4, "persons": 2, "basis": "试验 test", "reason": "试验 test"}}  # noqa: RUF012
    guarded = frozenset({"change_approval"})  # the table is the city's


class TestLadderWaitDesk(DeskTests):
    desk = desk.LadderWaitDesk
    make = factories.wait


class TestCalendarDayDesk(DeskTests):
    desk = desk.CalendarDayDesk
    make = factories.day


class TestArticleDesk(DeskTests):
    desk = desk.ArticleDesk
    make = factories.article
