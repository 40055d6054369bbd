"""The monthly reach test: every address of a post once, answered by link or key, one at a time, believed by channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from anlan.apps.messages import actions, api, decision_sheets, jobs, links, queries, rules
from anlan.apps.messages.actions import Outcome
from anlan.apps.messages.kinds import CHANNELS, Answer, Channel, ChannelFailure, Envelope, coded
from anlan.apps.messages.models import Broadcast, Message, ReachTest, ReachTestDay, Receipt
from anlan.apps.messages.reached import reached
from anlan.apps.people.models import ContactPoint, Organisation, Post
from anlan.apps.places.models import Division
from anlan.kit import clock
from anlan.kit.models import JournalEntry
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened

TOWN, LOCAL = "441802107", ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 11, 10, 10, 0, tzinfo=LOCAL)


@pytest.fixture
def posts(live: Scope) -> Iterator[list[Post]]:
    """Give the first posts of the town addresses: all three ways, one way twice, a webhook alone."""
    held = list(Post.objects.filter(area__startswith=TOWN).order_by("area", "rank", "code"))
    ways = {
        0: [
            ("sms", "+8613800000001"),
            ("phone", "+8613800000001"),
            ("email", "a@example.org"),
            ("webhook", "http://example.org/"),
        ],
        1: [("sms", "+8613800000002"), ("sms", "+8613800000002")],
    }
    with writing():
        for number, owned in ways.items():
            for order, (kind, address) in enumerate(owned, 1):
                post = held[number]
                ContactPoint(post=post, area=post.area, kind=kind, address=address, order=order).save()
    with clock.frozen(T0):
        yield held


def place(code: str) -> Division:
    return Division.objects.get(code=code)


def test_every_address_is_asked_once_and_the_journal_tells_them_as_one(posts: list[Post]) -> None:
    before = JournalEntry.objects.count()
    test = actions.test_reach(area=place(TOWN))
    rows = {(r.recipient_code, r.channel, r.address) for r in Receipt.objects.exclude(channel="none")}
    a, b = posts[0].code, posts[1].code
    assert rows == {
        (a, "sms", "+8613800000001"),
        (a, "phone", "+8613800000001"),
        (a, "email", "a@example.org"),
        (a, "webhook", "http://example.org/"),
        (b, "sms", "+8613800000002"),
    }
    silent = Receipt.objects.filter(channel="none")
    assert silent.count() == len(posts) - 2 and not silent.exclude(state="failed").exists()
    assert not Broadcast.objects.exists(), "nothing to the public, nothing by loudspeaker"
    entries = list(JournalEntry.objects.order_by("seq"))[before:]
    assert sorted((e.record, e.diff.get("rows")) for e in entries) == [
        ("messages.message", None),
        ("messages.reachtest", None),
        ("messages.receipt", [None, len(posts) + 3]),
    ]
    assert (test.posts, test.addresses, test.until) == (len(posts), 5, T0 + timedelta(hours=24))
    message = Message.objects.get()
    assert message.subject.startswith("【测试】每月到达测试，请应答") and "[TEST]" in message.subject


def test_a_test_of_many_costs_what_one_of_few_costs(posts: list[Post]) -> None:
    def cost(area: str) -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            actions.test_reach(area=place(area))
        return len(asked)

    few = cost(TOWN)
    with writing():
        ReachTest.objects.all().update(until=T0)
        for number, post in enumerate(Post.objects.all()):
            ContactPoint(post=post, area=post.area, kind="sms", address=f"+86139{number:08}", order=1).save()
    assert cost("4418") <= few + 1
    assert Receipt.objects.filter(channel="sms").count() > 200


def test_one_at_a_time_on_the_same_ground_whoever_ordered_it(posts: list[Post], cast: dict[str, Any]) -> None:
    with assert_nothing_happened(ReachTest, Message, Receipt), pytest.raises(Refusal):
        actions.test_reach(area=place("441826"))  # nobody there has an address
    actions.test_reach(area=place("4418"))
    nothing = assert_nothing_happened(ReachTest, Message, Receipt)
    with entered(cast["county_officer"].scope), nothing, pytest.raises(Conflict, match="11-11 10:00"):
        actions.test_reach(area=place(TOWN))  # the city's test is not theirs to see, and stops them all the same
    with clock.frozen(T0 + timedelta(hours=24)):
        actions.test_reach(area=place(TOWN))
        with assert_nothing_happened(ReachTest, Message, Receipt), pytest.raises(Conflict):
            actions.test_reach(area=place("4418"))


def test_who_may_not_and_elsewhere_is_refused(posts: list[Post], cast: dict[str, Any]) -> None:
    for who in ("neighbour", "reporter"):
        with entered(cast[who].scope), assert_nothing_happened(ReachTest, Message, Receipt), pytest.raises(Refusal):
            actions.test_reach(area=place(TOWN))


def test_the_sheet_tells_how_many_by_which_channel(posts: list[Post]) -> None:
    assert decision_sheets.testing(None, {}) is None
    sheet = decision_sheets.testing(None, {"area": place(TOWN)})
    assert sheet is not None
    assert [line.value for line in sheet.effects[:5]] == [2, 2, 1, 1, 1]
    assert any(line.value == len(posts) - 2 for line in sheet.doubts)
    with clock.frozen(T0 + timedelta(hours=12)):
        assert len(decision_sheets.testing(None, {"area": place(TOWN)}).doubts) == len(sheet.doubts) + 1  # type: ignore[union-attr]


def test_each_address_answers_by_its_own_link_or_key_and_page_and_api_tell(
    posts: list[Post], cast: dict[str, Any], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Envelope] = []

    def take(envelope: Envelope) -> str:
        sent.append(envelope)
        return "delivered"

    for code in ("sms", "email"):
        monkeypatch.setitem(CHANNELS._entries, code, Channel(code=code, name=code, receipt="delivered", send=take))
    machine = Channel("webhook", "webhook", "delivered", take, silent=lambda envelope: Answer("HTTP 204"))
    monkeypatch.setitem(CHANNELS._entries, "webhook", machine)
    test = actions.test_reach(area=place(TOWN))
    receipts = {(r.recipient_code, r.channel): r for r in Receipt.objects.exclude(channel="none")}
    phone = receipts[posts[0].code, "phone"]
    actions.record(outcome=Outcome(phone.pk, said="听清"))
    jobs.deliver()
    assert {e.address for e in sent} == {"+8613800000001", "a@example.org", "+8613800000002"}
    (letter,) = [e for e in sent if e.address == "+8613800000002"]
    link = f"/reached/{letter.body.partition('/reached/')[2].partition('/')[0]}/"
    assert queries.LINK not in letter.body and client.get(link).status_code == 200
    row = receipts[posts[1].code, "sms"]
    assert Receipt.objects.get(pk=row.pk).state == "delivered", "reading it answers nothing"
    assert client.post(link).status_code == 200 and client.post(link).status_code == 200
    assert Receipt.objects.get(pk=row.pk).state == "answered"
    entry = JournalEntry.objects.filter(action="messages.answer_reach").get()
    assert (entry.actor, entry.record_id) == (f"link:{posts[1].code}", str(row.pk))
    assert client.get("/reached/forged/").status_code == 404
    assert client.get(links.answer_address(row.pk, "exercise").partition("/exercise")[2]).status_code == 404
    found = reached(test)
    assert [(c.channel, c.asked, c.delivered, c.answered) for c in found.channels] == [
        ("email", 1, 1, 0),
        ("phone", 1, 1, 1),
        ("sms", 2, 2, 1),
        ("webhook", 1, 1, 1),
    ]
    assert found.answered == 2 and all(post.next_step for post in found.silent)
    officer = cast["county_officer"].client
    told = officer.get(f"/api/v1/messages/reach-tests/{test.pk}/reached/").json()
    assert [p["answered"] for p in told["posts"]][-2:] == [True, True]
    assert {w["address"] for p in told["posts"] for w in p["ways"]} >= {"+86****0001", "a***@example.org"}
    assert cast["neighbour"].client.get(f"/api/v1/messages/reach-tests/{test.pk}/reached/").status_code == 404
    page = officer.get(test.desk_url()).content.decode()
    assert "+86****0002" in page and "13800000002" not in page
    late = links.answer_address(receipts[posts[0].code, "email"].pk, "live")
    with clock.frozen(T0 + timedelta(hours=25)), assert_nothing_happened(Receipt):
        assert client.post(f"/reached/{late.partition('/reached/')[2]}").status_code == 409


def test_a_county_reads_of_the_citys_test_its_own_posts_alone(posts: list[Post], cast: dict[str, Any]) -> None:
    test = actions.test_reach(area=place("4418"))
    address = f"/api/v1/messages/reach-tests/{test.pk}/reached/"
    whole = {who: cast[who].client.get(address).json() for who in ("city_officer", "county_officer", "neighbour")}
    told = {who: one["posts"] for who, one in whole.items()}
    assert len(told["city_officer"]) == test.posts
    assert {who: one["not_shown"] for who, one in whole.items()} == {who: test.posts - len(told[who]) for who in told}
    pages = {who: cast[who].client.get(test.desk_url()).content.decode() for who in told}
    assert {who: "data-not-shown" in page for who, page in pages.items()} == {
        "city_officer": False,
        "county_officer": True,
        "neighbour": True,
    }
    assert {p["area"][:6] for p in told["county_officer"]} == {"441802"}
    assert {p["area"][:6] for p in told["neighbour"]} == {"441881"}
    with entered(cast["city_officer"].scope):
        assert "none" not in {c.code for c in queries.channels()}


def test_of_the_citys_message_a_county_reads_its_own_recipients_and_how_many_are_elsewhere(
    posts: list[Post], cast: dict[str, Any]
) -> None:
    abroad = Post.objects.filter(area__startswith="441881").first()
    assert abroad is not None
    with writing():
        ContactPoint(post=abroad, area=abroad.area, kind="sms", address="+8613800000009", order=1).save()
    own = posts[0].code
    actions.send(kind="task", subject="s", body="b", to=[own, abroad.code], area="4418", about="task:1")
    for who, shown, elsewhere in (
        ("city_officer", {own, abroad.code}, 0),
        ("county_officer", {own}, 1),
        ("neighbour", {abroad.code}, 1),
    ):
        with entered(cast[who].scope):
            assert {r.code for r in queries.recipients("task:1")} == shown
            reach = queries.reach("task:1")
            assert (reach.addressed, reach.not_shown) == (len(shown), elsewhere)


def test_answers_and_silence_change_how_far_a_channel_is_believed(posts: list[Post]) -> None:
    actions.test_reach(area=place(TOWN))
    rows = list(Receipt.objects.filter(channel="sms").order_by("recipient_code"))
    for row in rows:
        actions.record(outcome=Outcome(row.pk, "delivered"))
    actions.answer_reach(receipt=rows[0].pk)
    with clock.frozen(T0 + timedelta(hours=2)):
        assert ("sms", "delivered") not in api.beliefs(), "whoever has not answered yet still may"
    with clock.frozen(T0 + timedelta(hours=24)):
        belief = api.beliefs()["sms", "delivered"]
        assert (belief.checked, belief.confirmed, belief.refutable) == (2, 1, False)


def test_machines_answer_a_silent_test_themselves_and_that_proves_no_reader(
    posts: list[Post], cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Organisation.objects.filter(area=TOWN).first()
    assert office is not None
    with writing():
        ContactPoint(organisation=office, area=TOWN, kind="webhook", address="http://office.example.org/", order=9).save()

    def never(envelope: Envelope) -> str:
        raise AssertionError(envelope)

    def silent(envelope: Envelope) -> str:
        if "office" in envelope.address:
            raise ChannelFailure(coded("http", status=404), permanent=True)
        return Answer("HTTP 204")

    monkeypatch.setitem(CHANNELS._entries, "webhook", Channel("webhook", "webhook", "delivered", never, silent=silent))
    test = actions.test_reach(area=place(TOWN))
    assert test.posts == len(posts) + 1
    for row in Receipt.objects.filter(channel="webhook").select_related("message"):
        actions.record(outcome=jobs.attempt(row))
    told = cast["county_officer"].client.get(f"/api/v1/messages/reach-tests/{test.pk}/reached/").json()
    ways = {p["code"]: w for p in told["posts"] for w in p["ways"] if w["channel"] == "webhook"}
    assert {code: (w["state"], w["said"]) for code, w in ways.items()} == {
        posts[0].code: ("answered", "HTTP 204"),
        office.code: ("failed", ""),
    }
    answered = {p["code"]: p["answered"] for p in told["posts"]}
    assert not answered[posts[0].code] and not answered[office.code], "its machine took it, nobody at the post did"
    assert "404" in ways[office.code]["fault"]
    assert "HTTP 204" in cast["county_officer"].client.get(test.desk_url()).content.decode()
    with clock.frozen(T0 + timedelta(hours=24)):
        assert not [key for key in api.beliefs() if key[0] == "webhook"]


def test_an_exercise_sends_nothing(posts: list[Post], monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("sms", "phone", "email"):

        def leak(envelope: Envelope) -> str:
            raise AssertionError(envelope)

        monkeypatch.setitem(CHANNELS._entries, code, Channel(code=code, name=code, receipt="sent", send=leak))
    with entered(Scope.everything("system:test", "exercise")):
        post = Post.objects.filter(area__startswith=TOWN).first()
        with writing():
            ContactPoint(post=post, area=post.area, kind="sms", address="+8613800000001", order=9).save()
        actions.test_reach(area=place(TOWN))
        jobs.deliver()
        assert set(Receipt.objects.exclude(channel="none").values_list("channel", flat=True)) == {"sandbox"}
        with assert_nothing_happened(ReachTest):
            jobs.test_reach_monthly()


def test_the_city_has_it_ordered_once_a_month_when_it_has_set_a_day(posts: list[Post]) -> None:
    row = ReachTestDay.objects.get(division="4418")
    assert (row.day, row.confidence, bool(row.source)) == (0, "K-", True)
    with assert_nothing_happened(ReachTest):
        jobs.test_reach_monthly()
    with writing():
        ReachTestDay.objects.update(day=10, hour=10)
    for at in (0, 10, 60 * 24, 60 * 24 * 25):
        with clock.frozen(T0 + timedelta(minutes=at)):
            jobs.test_reach_monthly()
    assert [(t.area, t.ordered_at) for t in ReachTest.objects.all()] == [("4418", T0)]
    with clock.frozen(datetime(2026, 12, 10, 12, 0, tzinfo=LOCAL)):
        jobs.test_reach_monthly()
    assert ReachTest.objects.count() == 2


def test_a_test_by_hand_on_the_day_puts_the_jobs_off_without_a_fault(posts: list[Post]) -> None:
    with writing():
        ReachTestDay.objects.update(day=10, hour=10)
    actions.test_reach(area=place(TOWN))
    jobs.test_reach_monthly()
    assert [t.area for t in ReachTest.objects.all()] == [TOWN]


@pytest.mark.parametrize(
    ("day", "hour", "at", "due"),
    [
        (10, 10, (11, 10, 10), True),
        (10, 10, (11, 10, 9), False),
        (10, 10, (11, 10, 15), True),
        (10, 10, (11, 10, 16), False),
        (10, 10, (11, 11, 10), False),
        (31, 10, (11, 30, 10), True),
        (31, 10, (11, 29, 10), False),
        (0, 10, (11, 10, 10), False),
        (10, 24, (11, 10, 10), False),
    ],
)
def test_when_a_monthly_test_is_due(day: int, hour: int, at: tuple[int, int, int], due: bool) -> None:
    month, today, now = at
    assert rules.is_its_day(datetime(2026, month, today, now, tzinfo=LOCAL), day, hour) is due
