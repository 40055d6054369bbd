"""叫应: villages are called at red, unanswered calls climb from post to post, one answer counts for all its villages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.messages.models import Message, Receipt
from anlan.apps.people.models import ContactPoint, Organisation, Post
from anlan.apps.places import api as places
from anlan.apps.warning import actions, callouts
from anlan.apps.warning.jobs import climb_unanswered
from anlan.apps.warning.models import Call, CalledVillage, Warning
from anlan.apps.warning.reach import reach_of
from anlan.kit import clock, journal, outbox
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotFound
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
TOWN = "441802105"
WORDS: dict[str, Any] = {
    "hazard": "river_flood",
    "headline_zh": "测试预警",
    "description_zh": "仅供测试。",
    "expires_at": T0 + timedelta(hours=48),
}


def publish(level: int, areas: tuple[str, ...] = (TOWN,), **more: Any) -> Warning:
    draft = actions.draft(areas=list(areas), level=level, **{**WORDS, **more})
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
        made = actions.publish(warning=draft.pk)
    outbox.drain()
    return made


@pytest.fixture
def village(live: Scope) -> Iterator[str]:
    """Give the first village of 龙塘镇 a committee with a responsible post and a deputy; the deputy has no address."""
    code = places.below(TOWN, "village")[0].code
    with writing():
        body = Organisation(code=f"{code}-v", name="村委会", kind="village", sector="government", area=code)
        body.save()
        for rank, name in enumerate(("chief", "deputy"), 1):
            Post(code=f"{code}.{name}", name=name, organisation=body, area=code, rank=rank).save()
        ContactPoint(post=Post.objects.get(code=f"{code}.chief"), area=code, kind="email", address="v@example.org").save()
    with clock.frozen(T0):
        yield code


def states() -> dict[str, str]:
    return dict(Call.objects.values_list("post", "state"))


def later(minutes: int) -> Any:
    return clock.frozen(T0 + timedelta(minutes=minutes))


def test_red_calls_every_village_and_orange_none(village: str) -> None:
    publish(3)
    assert not Call.objects.exists()
    red = publish(4)
    rows = CalledVillage.objects.filter(warning=red)
    assert rows.count() == len(places.below(TOWN, "village"))
    assert states() == {f"{village}.chief": "calling", f"{TOWN}-gov.duty": "calling"}
    assert rows.get(area=village).chain == [
        f"{village}.chief",
        f"{village}.deputy",
        f"{TOWN}-gov.duty",
        "441802-emb.duty",
        "qy-emb.duty",
    ]
    call = Call.objects.get(post=f"{village}.chief")
    message = Message.objects.get(about=f"call:{call.pk}")
    without_its_time = callouts.answer_address(call.pk, "live").rsplit(":", 2)[0]
    assert without_its_time in message.body
    for told in (
        red.headline_zh,
        red.headline_en,
        red.instruction_en,
        "涉及：",
        "前点此应答：",
        "For: ",
        ". Answer by 08:15 here: ",
    ):
        assert told in message.body, told
    english = next(v.name_en for v in places.below(TOWN, "village") if v.code == village)
    assert f"For: {english}. Answer" in message.body
    assert call.due_at == T0 + timedelta(minutes=15)
    assert actions.call_out(warning=red.pk) == 0, "a redelivered event calls nobody twice"


def test_nobody_answers_up_to_the_city(village: str) -> None:
    red = publish(4)
    with later(14):
        climb_unanswered()
        assert states()[f"{village}.chief"] == "calling"
    with later(15):
        climb_unanswered()
    # The deputy has no address, so the call went on to the town, which had not answered by then either.
    assert states() == {
        f"{village}.chief": "unanswered",
        f"{village}.deputy": "unanswered",
        f"{TOWN}-gov.duty": "unanswered",
        "441802-emb.duty": "calling",
    }
    with later(30):
        climb_unanswered()
    assert states()["qy-emb.duty"] == "calling"
    with later(45):
        climb_unanswered()
        climb_unanswered()
    report = reach_of(red)
    assert set(states().values()) == {"unanswered"}
    assert len(report.next) == len(report.villages) == CalledVillage.objects.filter(warning=red).count()
    assert journal.verify().verified


def test_one_answer_counts_for_all_its_villages_and_a_late_one_as_well(village: str, cast: dict[str, Any]) -> None:
    red = publish(4)
    town = Call.objects.get(post=f"{TOWN}-gov.duty")
    with later(3), entered(cast["county_officer"].scope):
        actions.answer(call=town.pk)
        with assert_nothing_happened(Call), pytest.raises(Conflict):
            actions.answer(call=town.pk)
    town.refresh_from_db()
    assert (town.state, town.answered_by, town.answered_at) == ("answered", "qingcheng", T0 + timedelta(minutes=3))
    report = reach_of(red)
    # The village's own post has not answered, but its town has, and stands for it.
    assert (report.next, report.confirmed) == ([], len(report.villages))
    assert set(Receipt.objects.filter(message__about=f"call:{town.pk}").values_list("state", flat=True)) == {"answered"}
    with later(16):
        climb_unanswered()
    with later(20):
        actions.answer(call=Call.objects.get(post=f"{village}.chief").pk)
    assert states()[f"{village}.chief"] == "answered"


def test_a_neighbour_and_the_public_cannot_answer(village: str, cast: dict[str, Any]) -> None:
    publish(4)
    call = Call.objects.get(post=f"{TOWN}-gov.duty")
    with entered(cast["neighbour"].scope), assert_nothing_happened(Call), pytest.raises(NotFound):
        actions.answer(call=call.pk)
    assert cast["neighbour"].client.post(f"/api/v1/warning/calls/{call.pk}/answer/").status_code == 404
    assert cast["anonymous"].client.post(f"/api/v1/warning/calls/{call.pk}/answer/").status_code == 401
    call.refresh_from_db()
    assert call.state == "calling"


def test_answering_through_the_api_and_the_inbox(village: str, cast: dict[str, Any]) -> None:
    publish(4)
    call = Call.objects.get(post=f"{TOWN}-gov.duty")
    own = cast["county_officer"].client
    assert "龙塘镇" in own.get("/warning/inbox/").content.decode()
    assert own.post(f"/api/v1/warning/calls/{call.pk}/answer/", {}, content_type="application/json").json()["state"] == "answered"
    again = own.post(f"/api/v1/warning/calls/{call.pk}/answer/", {}, content_type="application/json")
    assert again.status_code == 409


def test_the_link_answers_once_without_signing_in_and_only_by_a_tap(village: str, cast: dict[str, Any]) -> None:
    publish(4)
    visitor = cast["anonymous"].client
    call = Call.objects.get(post=f"{village}.chief")
    address = callouts.answer_address(call.pk, "live").split("8000", 1)[-1]
    address = address[address.index("/warnings/") :]
    assert visitor.get(address).status_code == 200
    call.refresh_from_db()
    assert call.state == "calling", "looking is not answering: mail scanners look"
    answered = visitor.post(address)
    assert (answered.status_code, answered["Cache-Control"]) == (200, "no-store")
    call.refresh_from_db()
    assert (call.state, call.answered_by) == ("answered", f"link:{village}.chief")
    with assert_nothing_happened(Call):
        assert visitor.post(address).status_code == 409
        assert visitor.post(address.replace("answer/", "answer/x")).status_code == 404
    assert callouts.call_of(address.split("/")[-2], "exercise") is None, "a link of one world opens nothing in the other"


def test_an_update_and_an_end_call_off(village: str) -> None:
    publish(4)
    with later(2):
        second = publish(4, headline_zh="更新")
    assert set(Call.objects.values_list("warning_id", "state")) == {(second.replaces_id, "stopped"), (second.pk, "calling")}
    with later(5):
        actions.end(warning=second.pk, reason="误发")
        outbox.drain()
    assert set(Call.objects.values_list("state", flat=True)) == {"stopped"}
    stopped = Call.objects.filter(warning=second.pk).first()
    with assert_nothing_happened(Call), pytest.raises(Conflict):
        actions.answer(call=stopped.pk)


def test_a_drawn_outline_calls_the_villages_of_the_towns_it_touches(village: str) -> None:
    red = publish(4, areas=(), outline=places.geometry_of(TOWN).wkt)
    called = set(CalledVillage.objects.filter(warning=red).values_list("area", flat=True))
    assert {v.code for v in places.below(TOWN, "village")} <= called


def test_the_reach_page_shows_who_is_missing(village: str, cast: dict[str, Any]) -> None:
    red = publish(4)
    page = cast["county_officer"].client.get(f"/warning/warnings/{red.pk}/reach/").content.decode()
    assert places.division(village).name in page
    assert cast["neighbour"].client.get(f"/warning/warnings/{red.pk}/reach/").status_code == 404
