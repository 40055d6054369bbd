"""The documents of a depot: what each posts, and what the kit promises of all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from anlan.apps.supplies import desk
from anlan.apps.supplies.models import Depot, Issue, Lot, Receipt, Stock
from anlan.apps.supplies.rules import LotLeft, first_expired_first
from anlan.apps.supplies.tests import factories
from anlan.kit.desk.fields import offers
from anlan.kit.models import Approval
from anlan.kit.records import readable
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal, SamePerson
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.documents import DocumentTests, verb_of
from anlan.kit.testing.factory import created
from anlan.kit.testing.ledger import moved
from anlan.kit.testing.plugin import assert_nothing_happened

OWN = "441802"


def _depot(area: str, number: int) -> Depot:
    return Depot.objects.filter(code=f"t-{area}-{5000 + number}").first() or factories.depot(area, 4000 + number)


def filled(area: str, number: int) -> tuple[Depot, Lot]:
    """Return a depot with twenty of a lot, made once."""
    depot = _depot(area, number)
    lot = Lot.objects.filter(batch=f"T{700 + number}").first() or factories.lot(700 + number)
    if not Stock.balance(depot, lot):
        moved(Stock, (lot, 20, Stock.supplier, depot))
    return depot, lot


def receipt_values(area: str, number: int) -> dict[str, Any]:
    line = {"item": factories.item(1), "batch": f"R{number}", "quantity": "5", "expires_on": "2030-01-01"}
    return {"depot": _depot(area, number), "supplier": "试验供货方", "lines": [line]}


def issue_values(area: str, number: int) -> dict[str, Any]:
    depot, lot = filled(area, number)
    return {"depot": depot, "receiver": "试验镇", "purpose": "转移安置", "lines": [{"item": lot.item, "quantity": "3"}]}


def transfer_values(area: str, number: int) -> dict[str, Any]:
    depot, lot = filled(area, number)
    return {"depot": depot, "target": _depot(area, number + 50), "lines": [{"item": lot.item, "quantity": "4"}]}


def count_values(area: str, number: int) -> dict[str, Any]:
    depot, lot = filled(area, number)
    return {"depot": depot, "lines": [{"lot": lot, "quantity": "18", "cause": "霉变"}]}


class TestReceipt(DocumentTests):
    desk = desk.ReceiptDesk
    given = receipt_values

    def test_one_batch_is_one_lot(self, live: Any, as_: Any) -> None:
        self._posted(as_)
        again = self._posted(as_)
        lot = Lot.objects.get(batch="R1")
        assert Stock.balance(again.depot, lot) == 10

    def test_a_batch_with_other_dates_is_refused(self, live: Any, as_: Any) -> None:
        self._posted(as_)
        line = {**self._given()["lines"][0], "expires_on": "2031-01-01"}
        made = self._approved(as_, lines=[line])
        with as_(OWN, actor="keeper"), assert_nothing_happened(Stock, Lot), pytest.raises(Conflict, match="R1"):
            self._do("post", made)

    def test_what_has_left_since_cannot_be_voided(self, live: Any, as_: Any) -> None:
        made = self._posted(as_)
        moved(Stock, (Lot.objects.get(batch="R1"), 2, made.depot, Stock.receiver))
        with as_(OWN, actor="chief"), assert_nothing_happened(Stock, Receipt), pytest.raises(Refusal, match="2"):
            self._do("void", made, reason="wrong")


class TestIssue(DocumentTests):
    desk = desk.IssueDesk
    given = issue_values

    @pytest.mark.parametrize(("quantities", "short"), [(["21"], "1"), (["12", "12"], "4")], ids=["one line", "added up"])
    def test_a_shortage_is_named_and_nothing_moves(self, live: Any, as_: Any, quantities: list[str], short: str) -> None:
        line = self._given()["lines"][0]
        made = self._approved(as_, lines=[{**line, "quantity": quantity} for quantity in quantities])
        with as_(OWN, actor="keeper"), assert_nothing_happened(Stock), pytest.raises(Refusal, match=rf"\b{short}\b"):
            self._do("post", made)
        made.refresh_from_db()
        assert made.state == "approved"

    def test_dear_goods_want_the_city(self, live: Any, as_: Any) -> None:
        _depot_, lot = filled(OWN, 1)
        created(Lot, item=lot.item, batch="dear", price=Decimal(50_000))
        made = self._submitted(as_)
        assert made.amount == 150_000
        with as_(OWN, actor="county"):
            self._do("approve", made)
        assert made.state == "submitted"
        with as_("4418", actor="city"):
            self._do("approve", made)
        assert made.state == "approved"


class TestTransfer(DocumentTests):
    desk = desk.TransferDesk
    given = transfer_values

    def test_both_depots_have_it_right(self, live: Any, as_: Any) -> None:
        made = self._posted(as_)
        _depot_, lot = filled(OWN, 1)
        assert (Stock.balance(made.depot, lot), Stock.balance(made.target, lot)) == (16, 4)


class TestCount(DocumentTests):
    desk = desk.CountDesk
    given = count_values

    @pytest.mark.parametrize("counted", ["18", "20", "23.5", "0"])
    def test_the_books_say_what_was_counted(self, live: Any, as_: Any, counted: str) -> None:
        depot, lot = filled(OWN, 1)
        self._posted(as_, lines=[{"lot": lot, "quantity": counted, "cause": "清点"}])
        assert Stock.balance(depot, lot) == Decimal(counted)

    def test_a_difference_wants_its_cause(self, live: Any, as_: Any) -> None:
        _depot_, lot = filled(OWN, 1)
        made = self._approved(as_, lines=[{"lot": lot, "quantity": "18"}])
        with as_(OWN, actor="keeper"), assert_nothing_happened(Stock), pytest.raises(Refusal, match="-2"):
            self._do("post", made)


CLERKS, EACH = 8, 4


@pytest.mark.xdist_group("committed")
def test_numbers_have_no_gaps_however_many_draft_and_submit_at_once(committed: None) -> None:
    """Clerks draft, submit, give up and are refused at once; two press "approve" at once, and one approval counts each."""
    draft, submit, approve = (verb_of(desk.IssueDesk, name) for name in ("draft", "submit", "approve"))
    with entered(Scope.everything("system:test")):
        values = issue_values(OWN, 1)

    def clerk(number: int) -> list[str]:
        numbers = []
        with entered(Scope(actor=f"clerk{number}", authorities=(Authority(OWN, frozenset({"*"})),))):
            for n in range(EACH):
                made = draft(**{**values, "lines": [dict(line) for line in values["lines"]]})
                if n % 2 == number % 2:
                    numbers.append(submit(issue=made.pk).number)
                    with pytest.raises(Conflict):
                        submit(issue=made.pk)
        connections.close_all()
        return numbers

    with ThreadPoolExecutor(CLERKS) as pool:
        numbers = sorted(number for found in pool.map(clerk, range(CLERKS)) for number in found)
    assert [int(number[-5:]) for number in numbers] == list(range(1, CLERKS * EACH // 2 + 1))

    with entered(Scope.everything("system:test")):
        issue = Issue.objects.get(number=numbers[0])

    def approver(number: int) -> bool:
        with entered(Scope(actor=f"approver{number % 2}", authorities=(Authority(OWN, frozenset({"*"})),))):
            try:
                approve(issue=issue.pk)
                return True
            except (Conflict, SamePerson):
                return False
            finally:
                connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(approver, range(6))) == 1
    with entered(Scope.everything("system:test")):
        assert Approval.objects.filter(record_id=issue.pk).count() == 1


def test_first_expired_first() -> None:
    today = date(2026, 11, 28)
    left = [
        LotLeft("keeps", Decimal(5), None),
        LotLeft("late", Decimal(5), date(2027, 5, 1)),
        LotLeft("soon", Decimal(2), date(2026, 12, 1)),
        LotLeft("expired", Decimal(9), date(2026, 11, 27)),
    ]
    assert first_expired_first(left, Decimal(4), today).lots == (("soon", 2), ("late", 2))
    assert first_expired_first(left, Decimal(13), today).short == 1


def test_a_drafts_picker_offers_only_depots_that_one_may_draft_for(live: Scope) -> None:
    own, seen = factories.depot(OWN, 8801), factories.depot("441881", 8802)
    given = issue_values("441881", 1) | {"depot": seen}
    drafts, views = frozenset({"supplies.draft_issue", "supplies.view_depot"}), frozenset({"supplies.view_depot"})
    clerk = Scope(world="live", actor="clerk", authorities=(Authority(OWN, drafts), Authority("441881", views)))
    [asked] = [one for one in verb_of(desk.IssueDesk, "draft").parameters if one.name == "depot"]
    with entered(clerk):
        offered = {row.pk for row in offers(asked)}
        assert own.pk in offered and seen.pk not in offered
        assert {own.pk, seen.pk} <= {row.pk for row in readable(Depot)}, "both may be looked at"
        with assert_nothing_happened(Issue), pytest.raises(NotAuthorised):
            verb_of(desk.IssueDesk, "draft")(**given)
