"""The reach ledger of one red warning: earned belief, whom to ring next, a call by telephone that ends the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.messages import api as messages
from anlan.apps.messages.models import Message, Receipt, Subscriber
from anlan.apps.places import api as places
from anlan.apps.warning import actions
from anlan.apps.warning.jobs import climb_unanswered
from anlan.apps.warning.models import Call, Ring
from anlan.apps.warning.reach import reach_of
from anlan.apps.warning.tests.test_calls import TOWN, publish
from anlan.kit import clock, outbox
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


@pytest.fixture
def at_t0(live: Scope) -> Iterator[None]:
    with clock.frozen(T0):
        yield


def asked(kind: str, n: int, answered: int, *, channel: str = "sms", delivered: bool = False, minutes: int = 60) -> None:
    """Make receipts of something that asked for an answer."""
    at = T0 - timedelta(minutes=minutes)
    for number in range(n):
        about = f"call:{number}"
        if kind == "subscription":
            row = created(
                Subscriber,
                area="441802",
                channel=channel,
                address=f"+8613800{number:06}",
                asked_at=at,
                confirmed_at=at if number < answered else None,
            )
            about = f"subscription:{row.pk}"
        message = created(Message, area="441802", kind=kind, subject="s", body="b", about=about, queued_at=at)
        state = "answered" if number < answered and kind == "callout" else "delivered" if delivered else "sent"
        made = {"state": state, "sent_at": at, "delivered_at": at if delivered else None, "next_at": at, "channel": channel}
        created(Receipt, area="441802", message=message, recipient="r", recipient_code=f"r{number}", address="a", **made)


def test_belief_comes_from_answers_codes_and_silent_tests_alone(at_t0: None) -> None:
    asked("callout", 4, 3)
    asked("callout", 2, 2, delivered=True)
    asked("subscription", 3, 1)
    asked("callout", 5, 5, minutes=10)  # too fresh: who has not answered yet still may
    asked("task", 7, 0)  # asks nothing by this channel
    found = messages.beliefs()
    assert {key: (b.checked, b.confirmed, b.refutable) for key, b in found.items() if key[0] == "sms"} == {
        ("sms", "sent"): (7, 4, False),
        ("sms", "delivered"): (2, 2, False),
    }


def test_a_call_by_telephone_confirms_a_village_and_ends_its_ladder(at_t0: None, cast: dict[str, Any]) -> None:
    red = publish(4)
    villages = places.below(TOWN, "village")
    before, officer = reach_of(red), cast["county_officer"]
    assert (before.confirmed, len(before.next), before.reached.low) == (0, len(villages), 0)
    assert [v.people or 0 for v in before.next] == sorted((v.people or 0 for v in before.next), reverse=True)
    first = before.next[0]
    with entered(officer.scope):
        actions.ring(warning=red, village=first.code, post=first.next_post, outcome="nobody", note="三次无人接")
        made = actions.ring(warning=red, village=first.code, post="", outcome="otherwise", note="驾车前往")
    outbox.drain()
    entry = JournalEntry.objects.get(record="warning.ring", record_id=str(made.pk))
    assert (entry.actor, entry.area, entry.action) == ("qingcheng", first.code, "warning.ring")
    after = reach_of(red)
    assert (after.confirmed, after.reached.low >= 1, len(after.next)) == (1, True, len(villages) - 1)
    calls = {c.post for c in Call.objects.all()}
    with clock.frozen(T0 + timedelta(minutes=16)):
        climb_unanswered()
    climbed = {c.post for c in Call.objects.all()} - calls
    assert climbed and first.code not in {v.code for v in reach_of(red).next}
    town = next(v for v in after.next)
    with entered(officer.scope):
        actions.ring(warning=red, village=town.code, post=town.next_post, outcome="understood")
    assert Call.objects.get(post=town.next_post).state == "answered"
    assert not Receipt.objects.filter(state="answered").exists()  # no channel has earned anything by a telephone


def test_a_ring_is_refused_elsewhere_and_by_others(at_t0: None, cast: dict[str, Any]) -> None:
    red = publish(2)
    elsewhere, here = places.below("441881", "village")[0].code, places.below(TOWN, "village")[0].code
    draft = actions.draft(
        areas=[TOWN], level=2, hazard="rainstorm", headline_zh="稿", description_zh="稿", expires_at=T0 + timedelta(hours=9)
    )
    with assert_nothing_happened(Ring):
        with pytest.raises(Refusal):
            actions.ring(warning=red, village=elsewhere, outcome="nobody")
        with pytest.raises(Refusal):
            actions.ring(warning=draft, village=here, outcome="nobody")
        with entered(cast["neighbour"].scope), pytest.raises((Refusal, NotAuthorised)):
            actions.ring(warning=red.pk, village=here, outcome="nobody")
    assert cast["neighbour"].client.get(f"/api/v1/warning/warnings/{red.pk}/reach/").status_code == 404


def test_page_and_api_tell_the_same_and_the_form_notes_a_call(at_t0: None, cast: dict[str, Any]) -> None:
    red, client = publish(4), cast["county_officer"].client
    told = client.get(f"/api/v1/warning/warnings/{red.pk}/reach/").json()
    code, post = told["next"][0]["code"], told["next"][0]["post"]
    answer = client.post(f"/warning/warnings/{red.pk}/ring/", {"village": code, "post": post, "outcome": "understood"})
    assert answer.status_code == 302 and Ring.objects.get().area == code
    page = client.get(f"/warning/warnings/{red.pk}/reach/").content.decode()
    again = client.get(f"/api/v1/warning/warnings/{red.pk}/reach/").json()
    assert again["confirmed"] >= 1 and f"{again['confirmed']} / {again['villages']}" in page
    assert "接下来打给谁" in page


def test_the_map_shows_by_town_how_many_villages_wait(at_t0: None, cast: dict[str, Any]) -> None:
    red, officer = publish(4), cast["county_officer"]
    villages = places.below(TOWN, "village")
    with entered(officer.scope):
        actions.ring(warning=red, village=villages[0].code, post="", outcome="otherwise", note="驾车前往")
    (layer,) = [
        x for x in officer.client.get(f"/warning/warnings/{red.pk}/reach/map.json").json()["layers"] if x["id"] == "waiting"
    ]
    assert "warning.ring" in layer["live"]
    (town,) = officer.client.get(layer["url"]).json()["features"]
    assert town["properties"]["value"] == f"1 / {len(villages)}"
    assert town["properties"]["share"] == pytest.approx(1 - 1 / len(villages))
    assert cast["neighbour"].client.get(layer["url"]).status_code == 404
