"""Who approves which document: a rule is set and changed by two persons, and what makes no sense is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from anlan.apps.law import approvals, decision_sheets
from anlan.apps.law.tests import factories
from anlan.kit import journal
from anlan.kit.actions import confirm
from anlan.kit.models import ApprovalRule, PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened

RULE: dict[str, Any] = {"level": ApprovalRule.Level.CITY, "basis": "试验 test", "reason": "试验 test"}


def test_a_rule_is_set_by_two(cast: Any, live: Any, as_: Any) -> None:
    new = {"kind": "supplies.issue", "above": Decimal(777), "persons": 2, **RULE}
    with entered(cast["commander"].scope):
        asked = approvals.set_approval(**new)
    assert isinstance(asked, PendingAction)
    assert not ApprovalRule.objects.filter(above=777).exists()
    with as_("4418", actor="two"):
        confirm(pending=asked.pk)
    made = ApprovalRule.objects.get(above=777)
    assert (made.persons, made.level) == (2, 4)
    assert "two" in journal.entries_for(made)[0].actor
    with assert_nothing_happened(ApprovalRule, PendingAction), as_("4418", actor="one"), pytest.raises(Conflict):
        approvals.set_approval(**new)


@pytest.mark.parametrize(("above", "persons", "basis"), [("-1", 1, "x"), ("1", 0, "x"), ("1", 6, "x"), ("1", 1, " ")])
def test_what_makes_no_sense_is_refused_when_it_is_asked(live: Any, as_: Any, above: str, persons: int, basis: str) -> None:
    rule = factories.approval("", 1)
    with assert_nothing_happened(ApprovalRule, PendingAction), as_("4418", actor="one"), pytest.raises(Refusal):
        approvals.change_approval(rule=rule.pk, above=Decimal(above), persons=persons, **{**RULE, "basis": basis})


def test_a_county_does_not_change_the_citys_table(live: Any, as_: Any) -> None:
    rule = factories.approval("", 1)
    with assert_nothing_happened(ApprovalRule, PendingAction), as_("441802", actor="one"), pytest.raises(NotAuthorised):
        approvals.change_approval(rule=rule.pk, above=Decimal(1), persons=1, **RULE)


def test_the_sheet_of_a_rule_tells_what_changes_and_where_it_asks_for_less(live: Any) -> None:
    rule = ApprovalRule(kind="supplies.issue", above=10, level=ApprovalRule.Level.CITY, persons=2, basis="x")
    assert decision_sheets.ruling(None, {"kind": "supplies.issue"}) is None, (
        "nothing can be said before it is said what it shall be"
    )
    assert decision_sheets.ruling(rule, {}) == decision_sheets.ruling(
        rule, {"above": rule.above, "level": rule.level, "persons": rule.persons}
    )
    same = decision_sheets.ruling(rule, {"above": "10", "level": 4, "persons": 2})
    less = decision_sheets.ruling(rule, {"above": "20", "level": 9, "persons": 1})
    assert same is not None
    assert less is not None
    assert (len(same.doubts), len(less.doubts)) == (0, 3)
    assert [str(line.value) for line in less.about[1:]] == ["20.00", str(ApprovalRule.Level.TOWN.label), "1"]
    assert decision_sheets.ruling(None, {"kind": "supplies.issue", "above": 0, "level": 4, "persons": 1}) is not None
