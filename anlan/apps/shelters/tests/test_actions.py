"""Tests of what is done to shelters: journal, events, terms and ledger, and that a refusal leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from anlan.apps.law.api import open_terms
from anlan.apps.shelters import actions, queries
from anlan.apps.shelters.board import shelters_to_open
from anlan.apps.shelters.desk import OrderDesk
from anlan.apps.shelters.models import Opening, Shelter, Whereabouts
from anlan.apps.shelters.tests import factories
from anlan.kit.ledger import verify
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.testing.documents import verb_of
from anlan.kit.testing.plugin import assert_nothing_happened

AREA = "441802"


@pytest.fixture
def opening(live: Any) -> Opening:
    return factories.an_opening(AREA, 1)


@pytest.fixture
def opened(opening: Opening) -> Opening:
    return actions.open_shelter(opening=opening.pk)


@pytest.fixture
def village(live: Any) -> Any:
    return factories.a_village(0)


def rules_of(opening: Opening) -> list[str]:
    return [term.rule.code for term in open_terms("shelters.opening", opening.pk)]


def journal_of(row: Any) -> list[str]:
    entries = JournalEntry.objects.filter(record=row._meta.label_lower, record_id=str(row.pk)).order_by("seq")
    return list(entries.values_list("action", flat=True))


def ordered(as_: Any, **changed: Any) -> Any:
    """Take an order to where it is approved."""
    given = {**factories.order_given(AREA, 7), **changed}
    with as_(AREA, actor="drafter"):
        order = verb_of(OrderDesk, "draft")(**given)
        verb_of(OrderDesk, "submit")(openingorder=order.pk)
    with as_(AREA, actor="commander"):
        return verb_of(OrderDesk, "approve")(openingorder=order.pk)


def test_an_order_makes_openings_that_must_be_ready_in_time(live: Any, as_: Any) -> None:
    order = ordered(as_)
    verb_of(OrderDesk, "post")(openingorder=order.pk)
    made = Opening.objects.get(order=order)
    assert (made.state, made.expected, rules_of(made)) == (Opening.State.ORDERED, 40, ["shelters.ready"])
    assert journal_of(made)
    assert str(made.shelter) in [waits.title for waits in shelters_to_open()]


@pytest.mark.parametrize("fault", ["out", "unfit", "small"])
def test_an_order_that_cannot_be_met_opens_nothing(live: Any, as_: Any, fault: str) -> None:
    given = factories.order_given(AREA, 7)
    site = given["lines"][0]["shelter"]
    if fault == "out":
        actions.withdraw(shelter=site.pk, reason="roof")
    lines = [{"shelter": site, "expected": 101 if fault == "small" else 40}]
    order = ordered(as_, lines=lines, danger="quake" if fault == "unfit" else "flood")
    with assert_nothing_happened(Opening), pytest.raises(Refusal) as refused:
        verb_of(OrderDesk, "post")(openingorder=order.pk)
    assert refused.value.field == ("lines.0.expected" if fault == "small" else "lines.0.shelter")


def test_opening_stops_one_clock_and_starts_the_next(opened: Opening) -> None:
    assert (opened.state, Shelter.objects.get(pk=opened.shelter_id).state) == ("open", "open")
    assert opened.opened_at
    assert rules_of(opened) == ["shelters.head_count"]
    assert OutboxEvent.objects.filter(name="shelters.shelter_opened", payload__opening=opened.pk).count() == 1
    assert journal_of(opened)[-1] == journal_of(opened.shelter)[-1] == "shelters.open"


def test_people_go_from_home_to_the_shelter_and_back(opened: Opening, village: Any) -> None:
    actions.register(opening=opened.pk, village=village, persons=50)
    actions.set_out(opening=opened.pk, village=village, persons=30)
    actions.admit(opening=opened.pk, village=village, persons=28, whence="on_the_way")
    actions.let_out(opening=opened.pk, village=village, persons=8, whither="elsewhere")
    assert queries.inside(opened.shelter) == 20
    where = queries.where_people_are(opened)[str(village)]
    assert {name: where[name] for name in ("home", "on_the_way", "here", "elsewhere")} == {
        "home": 30, "on_the_way": 2, "here": 20, "elsewhere": 8,
    }  # fmt: skip
    assert [persons for _at, persons in queries.by_hour(opened.shelter, 6)] == [0, 0, 20]
    assert verify(Whereabouts).verified


def test_nobody_comes_from_where_nobody_is(opened: Opening, village: Any) -> None:
    with assert_nothing_happened(Whereabouts), pytest.raises(Refusal):
        actions.admit(opening=opened.pk, village=village, persons=1, whence="elsewhere")


def test_never_above_the_capacity(opened: Opening, village: Any) -> None:
    actions.admit(opening=opened.pk, village=village, persons=90, whence="register")
    with assert_nothing_happened(Whereabouts), pytest.raises(Refusal, match="10"):
        actions.admit(opening=opened.pk, village=village, persons=11, whence="register")
    actions.admit(opening=opened.pk, village=village, persons=10, whence="register")
    assert queries.inside(opened.shelter) == 100


def test_a_head_count_is_written_down_and_the_next_falls_due(opened: Opening) -> None:
    counted = actions.count(opening=opened.pk, counted=12)
    assert (counted.counted, rules_of(counted)) == (12, ["shelters.head_count"])
    with assert_nothing_happened(Opening), pytest.raises(Refusal):
        actions.count(opening=opened.pk, counted=-1)


def test_it_closes_when_the_last_has_left(opened: Opening, village: Any) -> None:
    actions.admit(opening=opened.pk, village=village, persons=5, whence="register")
    actions.wind_down(opening=opened.pk)
    with assert_nothing_happened(Opening), pytest.raises(Conflict):
        actions.admit(opening=opened.pk, village=village, persons=1, whence="register")
    with assert_nothing_happened(Opening), pytest.raises(Refusal, match="5"):
        actions.close(opening=opened.pk)
    actions.let_out(opening=opened.pk, village=village, persons=5, whither="home")
    closed = actions.close(opening=opened.pk)
    assert (closed.state, Shelter.objects.get(pk=closed.shelter_id).state, rules_of(closed)) == ("closed", "ready", [])
    assert OutboxEvent.objects.filter(name="shelters.shelter_closed").count() == 1


def test_what_was_called_off_waits_for_nobody(opening: Opening) -> None:
    assert actions.cancel(opening=opening.pk, reason="false alarm").state == "cancelled"
    assert not list(shelters_to_open())


def test_a_neighbour_and_a_reader_open_nothing(opening: Opening, as_: Any) -> None:
    for area, permissions, refusal in (("441881", ("*",), NotFound), (AREA, ("shelters.view_opening",), NotAuthorised)):
        with as_(area, *permissions), assert_nothing_happened(Opening), pytest.raises(refusal):
            actions.open_shelter(opening=opening.pk)


def test_voiding_an_order_calls_its_openings_off_in_one_deed(live: Any, as_: Any) -> None:
    order = ordered(as_)
    with as_(AREA, actor="keeper"):
        verb_of(OrderDesk, "post")(openingorder=order.pk)
    [began] = order.openings.all()
    with as_(AREA, actor="commander"):
        verb_of(OrderDesk, "void")(openingorder=order.pk, reason="false alarm")
    began.refresh_from_db()
    order.refresh_from_db()
    assert (began.state, began.closed_by, order.state, rules_of(began)) == ("cancelled", "commander", "voided", [])
    # by its own move and stamps, in the entries of the one deed
    entries = JournalEntry.objects.filter(action="shelters.cancel", record_id=str(began.pk))
    assert [entry.actor for entry in entries] == ["commander"]


def test_an_order_whose_shelter_is_in_operation_is_not_voided(live: Any, as_: Any) -> None:
    order = ordered(as_)
    with as_(AREA, actor="keeper"):
        verb_of(OrderDesk, "post")(openingorder=order.pk)
        actions.open_shelter(opening=order.openings.get().pk)
    with as_(AREA, actor="commander"), assert_nothing_happened(Opening, type(order)), pytest.raises(Conflict):
        verb_of(OrderDesk, "void")(openingorder=order.pk, reason="too late")


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("下达", "已下达", "下达人")), ("en", ("Issue the order", "Order issued"))]
)
def test_the_last_step_of_an_order_has_its_own_words(
    live: Any, as_: Any, cast: Any, language: str, words: tuple[str, ...]
) -> None:
    order = ordered(as_)
    with translation.override(language):
        assert str(verb_of(OrderDesk, "post").spec.label) == words[0]
    with as_(AREA, actor="keeper"):
        verb_of(OrderDesk, "post")(openingorder=order.pk)
    officer = cast["city_officer"].client
    officer.cookies["django_language"] = language
    page = officer.get(type(order).desk_url(order)).content.decode()
    assert all(word in page for word in words[1:]), words
    assert "过账" not in page and "Posted" not in page
    life = officer.get("/shelters/orders/life/").content.decode()
    assert words[0] in life and words[1] in life
