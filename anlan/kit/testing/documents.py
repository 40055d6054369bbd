"""Tests that every kind of document inherits: from draft to counter-document, by code, by API and as a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from anlan.kit.actions import Action
from anlan.kit.board import all_waiting
from anlan.kit.desk.fields import key_of
from anlan.kit.documents import DocumentState
from anlan.kit.documents.desk import DocumentDesk
from anlan.kit.documents.verbs import own_fields
from anlan.kit.files import attach
from anlan.kit.models import Approval, ApprovalRule, StoredFile
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.scope import Authority, Scope, entered
from anlan.kit.testing.desk import DeskTests
from anlan.kit.testing.desk.verbs import typed
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

AREA, NEIGHBOUR, CITY = "441802", "441881", "4418"


def plain(values: Any) -> Any:
    """Return what a person fills in as JSON: records by their code or id."""
    if isinstance(values, dict):
        return {name: plain(value) for name, value in values.items()}
    if isinstance(values, list):
        return [plain(value) for value in values]
    return key_of(values) if isinstance(values, models.Model) else values


def verb_of(desk: type[DocumentDesk], name: str) -> Action[Any, Any]:
    """Return a verb of a document: "draft", "approve" …"""
    return next(verb for verb in (*desk.begins, *desk.actions) if verb.spec.name.endswith(f".{name}_{desk.noun()}"))


def doors_of(*desks: type[DocumentDesk]) -> dict[str, str]:
    """Return the addresses of documents for an app's tests/doors.py (`DECIDED`): DocumentTests tries each."""
    pages = [desk.name(page) for desk in desks for page in ("begin", "attach", "file", "print")]
    api = [f"desk:api:{desk.app()}-{desk.slug}-{part}" for desk in desks for part in ("files", "file")]
    return dict.fromkeys([*pages, *api], "shut to the neighbour: tried by the DocumentTests of its kind")


def _derive(cls: Any, desk: type[DocumentDesk], given: Any) -> None:
    """Make from what a person fills in what every desk's tests ask for."""

    def make(area: str, number: int) -> Any:
        return verb_of(desk, "draft")(**given(area, number))

    def full(area: str, number: int) -> Any:
        made = verb_of(desk, "draft")(**given(area, number), remark=f"remark {number}")
        return verb_of(desk, "submit")(**{desk.noun(): made.pk})

    def more(row: Any, number: int) -> None:
        first = row.lines.first()
        values = {column.name: getattr(first, column.name) for column in own_fields(type(first))}
        created(type(first), document=row, number=number + 1, area=row.area, **values)

    cls.given, cls.make, cls.full, cls.more = given, make, full, more
    for name in ("make", "full", "more"):
        setattr(cls, name, staticmethod(vars(cls)[name]))
    cls.verbs = {f"edit_{desk.noun()}": lambda _row: plain(given(AREA, 1))}


class DocumentTests(DeskTests):
    """Inherit and say: `desk`, and `given(area, number)` → what a person fills in, as the API takes it; posting it must succeed."""

    desk: ClassVar[Any]
    given: ClassVar[Callable[[str, int], dict[str, Any]]]
    page_queries = 26

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "desk" in vars(cls):
            _derive(cls, cls.desk, staticmethod(vars(cls)["given"]))
        super().__init_subclass__(**kwargs)

    def _do(self, name: str, document: Any, **more: Any) -> Any:
        done = verb_of(self.desk, name)(**{self.desk.noun(): document.pk, **more})
        document.refresh_from_db()
        return done

    def _given(self, number: int = 1) -> dict[str, Any]:
        return type(self).given(AREA, number)

    def _submitted(self, as_: Any, **instead: Any) -> Any:
        with as_(AREA, actor="drafter"):
            made = verb_of(self.desk, "draft")(**{**self._given(), **instead})
            self._do("submit", made)
        return made

    def _approved(self, as_: Any, **instead: Any) -> Any:
        made = self._submitted(as_, **instead)
        with as_(AREA, actor="approver"):
            self._do("approve", made)
        return made

    def _posted(self, as_: Any, **instead: Any) -> Any:
        made = self._approved(as_, **instead)
        with as_(AREA, actor="keeper"):
            self._do("post", made)
        return made

    def _rule(self, **values: Any) -> None:
        kind = self.desk.record._meta.label_lower
        created(ApprovalRule, **{"kind": kind, "above": 0, "level": 12, "persons": 1, "basis": "test", **values})

    @pytest.fixture
    def no_rules(self, live: Any) -> None:
        """Ask for what a test says and nothing else: the demo city's own table is put aside."""
        with writing():
            ApprovalRule.objects.all().delete()

    def test_a_document_goes_its_way(self, live: Any, as_: Any) -> None:
        made = self._posted(as_)
        assert (made.state, made.drafted_by, made.posted_by) == (DocumentState.POSTED, "drafter", "keeper")
        assert made.number and made.lines.count() == len(self._given()["lines"])
        for verb in ("edit", "submit", "approve", "post", "discard"):
            more = self._given() if verb == "edit" else {"reason": "x"} if verb == "discard" else {}
            with as_(AREA, actor="other"), assert_nothing_happened(self.desk.record), pytest.raises(Conflict):
                self._do(verb, made, **more)

    def test_nobody_approves_what_is_his_own_or_twice(self, no_rules: None, as_: Any) -> None:
        self._rule(persons=2)
        made = self._submitted(as_)
        with as_(AREA, actor="drafter"), assert_nothing_happened(Approval), pytest.raises(SamePerson):
            self._do("approve", made)
        with as_(AREA, actor="first"):
            self._do("approve", made)
            with assert_nothing_happened(Approval), pytest.raises(SamePerson):
                self._do("approve", made)
        assert made.state == DocumentState.SUBMITTED
        with as_(AREA, actor="second"):
            self._do("approve", made)
        assert made.state == DocumentState.APPROVED

    def test_who_edited_or_submitted_it_does_not_approve_it(self, live: Any, as_: Any) -> None:
        with as_(AREA, actor="drafter"):
            made = verb_of(self.desk, "draft")(**self._given())
        with as_(AREA, actor="editor"):
            self._do("edit", made, **self._given())
        with as_(AREA, actor="clerk"):
            self._do("submit", made)
        for actor in ("editor", "clerk"):
            with as_(AREA, actor=actor), assert_nothing_happened(Approval), pytest.raises(SamePerson):
                self._do("approve", made)

    def test_a_level_is_asked_for(self, no_rules: None, as_: Any) -> None:
        self._rule(level=4)
        made = self._submitted(as_)
        with as_(AREA, actor="county"):
            self._do("approve", made)
        assert made.state == DocumentState.SUBMITTED
        with as_(CITY, actor="city"):
            self._do("approve", made)
        assert made.state == DocumentState.APPROVED

    def test_a_rule_of_a_higher_amount_is_not_asked_for(self, no_rules: None, as_: Any) -> None:
        self._rule()
        self._rule(above=10**9, persons=5)
        self._rule(above=10**9, level=4)
        assert self._approved(as_).state == DocumentState.APPROVED

    def test_what_the_table_asks_for_meanwhile_is_asked_for_before_posting(self, no_rules: None, as_: Any) -> None:
        made = self._approved(as_)
        self._rule(persons=2)
        with as_(AREA, actor="keeper"), assert_nothing_happened(*self.desk.record.ledgers), pytest.raises(Conflict):
            self._do("post", made)
        assert made.state == DocumentState.APPROVED

    def test_who_may_only_look_here_approves_nothing_here(self, live: Any, as_: Any) -> None:
        made = self._submitted(as_)
        view = verb_of(self.desk, "comment").spec.needs
        mixed = Scope(actor="mixed", authorities=(Authority(AREA, frozenset({view})), Authority(NEIGHBOUR, frozenset({"*"}))))
        with entered(mixed):
            assert not [one for one in all_waiting() if one.url == made.desk_url()]
            for name in ("approve", "post", "void"):
                more = {"reason": "x"} if name == "void" else {}
                with assert_nothing_happened(self.desk.record, Approval), pytest.raises(NotAuthorised):
                    self._do(name, made, **more)
        with as_(NEIGHBOUR, actor="next door"), assert_nothing_happened(Approval), pytest.raises(NotFound):
            self._do("approve", made)

    def test_it_waits_on_the_workbench_of_those_who_may_approve_it(self, live: Any, as_: Any) -> None:
        made = self._submitted(as_)
        for area, actor, shown in (
            (AREA, "approver", True),
            (CITY, "city", True),
            (AREA, "drafter", False),
            (NEIGHBOUR, "x", False),
        ):
            with as_(area, actor=actor):
                assert [one.verb for one in all_waiting() if one.url == made.desk_url()] == (
                    [f"approve_{self.desk.noun()}"] if shown else []
                ), (area, actor)

    def test_what_is_sent_back_is_mended_and_approved_anew(self, live: Any, as_: Any) -> None:
        made = self._approved(as_)
        number = made.number
        with as_(AREA, actor="approver"):
            self._do("send_back", made, reason="wrong")
        assert made.state == DocumentState.SENT_BACK
        with as_(AREA, actor="drafter"):
            self._do("edit", made, **self._given())
            self._do("submit", made)
        assert (made.number, made.state) == (number, DocumentState.SUBMITTED)
        with as_(AREA, actor="approver"):
            self._do("approve", made)
        assert made.state == DocumentState.APPROVED

    def test_no_number_is_left_out(self, live: Any, as_: Any) -> None:
        first = self._submitted(as_).number
        with as_(AREA, actor="drafter"):
            given_up = verb_of(self.desk, "draft")(**self._given())  # a draft has none
            self._do("discard", given_up, reason="not needed")
        assert (given_up.number, given_up.state) == ("", DocumentState.VOIDED)
        second = self._submitted(as_).number
        (head, serial), (same, following) = (re.fullmatch(r"(.*?)(\d+)", number).groups() for number in (first, second))  # type: ignore[union-attr]
        assert int(following) == int(serial) + 1 and same == head

    def test_a_counter_document_voids_and_both_stay(self, live: Any, as_: Any) -> None:
        made = self._posted(as_)
        with as_(AREA, actor="keeper"), assert_nothing_happened(self.desk.record), pytest.raises(SamePerson):
            self._do("void", made, reason="wrong")
        with as_(AREA, actor="chief"):
            counter = self._do("void", made, reason="wrong")
        assert (made.state, counter.voids_id, counter.state) == (DocumentState.VOIDED, made.pk, DocumentState.POSTED)
        assert counter.number not in ("", made.number)
        for ledger in self.desk.record.ledgers:
            caused, reversed_ = (
                {
                    (entry.place, entry.thing_id): entry.quantity
                    for entry in ledger.objects.filter(because=f"{made._meta.label_lower}:{pk}")
                }
                for pk in (made.pk, counter.pk)
            )
            assert caused and reversed_ == {account: -quantity for account, quantity in caused.items()}
        with as_(AREA, actor="other"), pytest.raises(Conflict):
            self._do("void", counter, reason="again")

    def test_what_is_said_stands_in_the_journal(self, live: Any, as_: Any) -> None:
        made = self._submitted(as_)
        with as_(AREA, actor="other"):
            self._do("comment", made, reason="call me first")
        assert "call me first" in self.insider.client.get(made.desk_url()).content.decode()

    def test_one_call_and_one_page(self, live: Any) -> None:
        values = plain(self._given())
        answer = self.send(self.insider, "post", self.endpoint(f"draft_{self.desk.noun()}"), values)
        assert answer.status_code == 201, answer.content
        assert len(answer.json()["lines"]) == len(values["lines"])
        begin = self.at("begin", f"draft_{self.desk.noun()}")
        assert self.insider.client.get(begin).status_code == 200
        answer = self.insider.client.post(begin, typed(values))
        assert answer.status_code == 302, answer.content.decode()
        made = self.desk.record.objects.latest("pk")
        assert answer.headers["Location"] == made.desk_url() and made.lines.count() == len(values["lines"])
        edit = self.insider.client.get(f"{made.desk_url()}edit_{self.desk.noun()}/")
        assert edit.context["form"].initial["lines"] and all(edit.context["form"].initial[name] for name in values)

    def test_a_fault_in_a_line_is_named_and_leaves_nothing(self, live: Any) -> None:
        values = plain(self._given())
        columns = own_fields(self.desk.record._meta.get_field("lines").related_model)
        amount = next(column.name for column in columns if isinstance(column, models.DecimalField | models.IntegerField))
        values["lines"] = [*values["lines"], {**values["lines"][0], amount: "-1"}]
        with assert_nothing_happened(self.desk.record):
            answer = self.send(self.insider, "post", self.endpoint(f"draft_{self.desk.noun()}"), values)
            assert answer.status_code == 422
            assert answer.json()["field"] == f"lines.{len(values['lines']) - 1}.{amount}"
            answer = self.insider.client.post(self.at("begin", f"draft_{self.desk.noun()}"), typed(values))
            assert answer.status_code == 422 and f"{len(values['lines'])}" in answer.content.decode()

    def test_who_may_not_draft_here_drafts_nothing(self, live: Any) -> None:
        values = plain(self._given())
        address = self.endpoint(f"draft_{self.desk.noun()}")
        for member, status in ((self.neighbour, 400), (self.clerk, 400), (self.anonymous, 401)):
            with assert_nothing_happened(self.desk.record):
                assert self.send(member, "post", address, values).status_code == status, member.username

    def test_it_is_printed_for_those_who_may_read_it(self, live: Any, as_: Any) -> None:
        made = self._approved(as_)
        page = self.insider.client.get(f"{made.desk_url()}print/")
        assert page.status_code == 200
        assert made.number in page.content.decode() and "approver" in page.content.decode()
        assert self.neighbour.client.get(f"{made.desk_url()}print/").status_code == 404
        assert self.clerk.client.get(f"{made.desk_url()}print/").status_code == 403

    def test_its_files_are_its_jurisdictions(self, live: Any, as_: Any) -> None:
        made = self._submitted(as_)
        with as_(AREA, actor="drafter"):
            kept = attach(made, "note.txt", io.BytesIO(b"note"))
        for member, seen in ((self.insider, 200), (self.neighbour, 404), (self.clerk, 403)):
            for files in (f"{made.desk_url()}files/", self.endpoint(made.pk, "files")):
                assert member.client.get(f"{files}{kept.pk}/").status_code == seen, member.username
            assert member.client.get(self.endpoint(made.pk, "files")).status_code == seen
        for member, refused in ((self.neighbour, 404), (self.clerk, 403)):
            with assert_nothing_happened(StoredFile):
                file = SimpleUploadedFile("x.txt", b"x")
                assert member.client.post(f"{made.desk_url()}files/new/", {"file": file}).status_code == refused
            begin = self.at("begin", f"draft_{self.desk.noun()}")
            assert member.client.get(begin).status_code == (403 if member is self.clerk else 200)

    def test_a_document_without_lines_is_refused(self, live: Any, as_: Any) -> None:
        with as_(AREA), assert_nothing_happened(self.desk.record), pytest.raises(Refusal):
            verb_of(self.desk, "draft")(**{**self._given(), "lines": []})
