"""The ladder of a recipient's addresses, rate limits, tests of one address; and nothing leaves an exercise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from anlan.apps.messages import actions, jobs, queries
from anlan.apps.messages.kinds import CHANNELS, Channel, ChannelFailure, Envelope
from anlan.apps.messages.models import ChannelLimit, Message, Receipt, RetryWait
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit import clock, journal
from anlan.kit.desk.telling import readable_entry
from anlan.kit.models import JournalEntry
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened


@pytest.fixture
def two_ways(live: Scope) -> Iterator[None]:
    """Give the water bureau a webhook that breaks first, then a mailbox."""
    give("qy-water", ("webhook", "http://example.org:99999/"), ("email", "w@example.org"))
    yield


def give(code: str, *ways: tuple[str, str]) -> None:
    with writing():
        body = Organisation.objects.get(code=code)
        ContactPoint.objects.filter(organisation=body).delete()
        for order, (kind, address) in enumerate(ways, 1):
            ContactPoint(organisation=body, area=body.area, kind=kind, address=address, order=order).save()


def send(*to: str) -> Message:
    return actions.send(kind="x", subject="s", body="b", to=list(to), area="4418", about="thing:1")


def climb_the_retries() -> None:
    for minutes in (0, 2, 8, 30):
        with clock.frozen(clock.real_now() + timedelta(minutes=minutes)):
            jobs.deliver()


def test_how_long_a_retry_waits_is_the_citys_table(two_ways: None) -> None:
    assert [wait.total_seconds() / 60 for wait in queries.ladder().waits] == [1, 5, 15]
    assert all(row.source and row.confidence == "K-" for row in RetryWait.objects.all())
    with writing():
        RetryWait.objects.filter(attempt__gt=1).delete()
        RetryWait.objects.update(minutes=40)
    send("qy-water")
    with clock.frozen(clock.real_now()):
        jobs.deliver()
        receipt = Receipt.objects.get()
        assert (receipt.attempts, receipt.state) == (1, "queued")
        assert receipt.next_at - receipt.tried_at == timedelta(minutes=40)
    with clock.frozen(clock.real_now() + timedelta(minutes=41)):
        jobs.deliver()
    assert Receipt.objects.order_by("rung")[0].state == "failed", "one wait, two attempts"


def test_the_next_address_is_tried_after_the_retries_and_not_before(two_ways: None) -> None:
    send("qy-water")
    jobs.deliver()
    assert list(Receipt.objects.values_list("channel", "state", "rung")) == [("webhook", "queued", 1)]
    climb_the_retries()
    assert list(Receipt.objects.order_by("rung").values_list("channel", "state", "rung", "unreached")) == [
        ("webhook", "failed", 1, False),
        ("email", "sent", 2, False),
    ]
    assert len(mail.outbox) == 1
    assert queries.reach("thing:1") == queries.Reach(addressed=1, sent=1, delivered=0, answered=0, failed=0)
    assert journal.verify().verified


def test_who_cannot_be_reached_at_all_is_reported(live: Scope) -> None:
    give("qy-water", ("phone", "12345"), ("webhook", "ftp://nowhere"))
    send("qy-water")
    jobs.deliver()
    (found,) = queries.recipients("thing:1")
    assert (found.code, found.state, found.rung, found.unreached) == ("qy-water", "failed", 2, True)
    assert queries.reach("thing:1").failed == 1


def test_who_has_no_address_is_reported_beside_those_who_have(live: Scope) -> None:
    give("qy-water")
    send("qy-water", "qy-health")
    (found,) = [r for r in queries.recipients("thing:1") if r.code == "qy-water"]
    assert (found.channel, found.state, found.unreached) == ("none", "failed", True)
    assert found.error == "#no_address"
    assert queries.reach("thing:1").addressed == 2


def test_a_limit_a_minute_holds_and_the_rest_goes_later(live: Scope) -> None:
    with writing():
        ChannelLimit.objects.update_or_create(channel="email", defaults={"per_minute": 2, "source": "test"})
    codes = ["qy-water", "qy-health", "qy-police"]
    for code in codes:
        give(code, ("email", f"{code}@example.org"))
    at = clock.real_now()
    with clock.frozen(at):
        send(*codes)
        jobs.deliver()
        jobs.deliver()
        assert len(mail.outbox) == 2
    with clock.frozen(at + timedelta(seconds=61)):
        jobs.deliver()
    assert len(mail.outbox) == 3


def test_who_is_reached_at_a_failed_address_after_all_is_not_missing(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    give("qy-water", ("email", "w@example.org"), ("sandbox", "sandbox:qy-water"))
    with monkeypatch.context() as broken:
        broken.setattr("anlan.plugins.channels.email.EmailMessage.send", refused)
        send("qy-water")
        climb_the_retries()
    assert [(r.rung, r.state, r.unreached) for r in Receipt.objects.order_by("rung")] == [
        (1, "failed", False),
        (2, "failed", True),
    ]
    actions.resend(receipt=Receipt.objects.get(rung=1).pk)
    jobs.deliver()
    assert [(r.rung, r.state, r.unreached) for r in Receipt.objects.order_by("rung")] == [
        (1, "sent", False),
        (2, "failed", False),
    ]


def test_whom_nobody_reached_is_listed_with_every_failed_address_each_to_be_sent_again(
    live: Scope, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    give("qy-water", ("sandbox", "sandbox:qy-water"), ("email", "w@example.org"))
    give("qy-health")
    monkeypatch.setattr("anlan.plugins.channels.email.EmailMessage.send", refused)
    send("qy-water", "qy-health")
    climb_the_retries()
    sandbox, mail_first = Receipt.objects.filter(recipient_code="qy-water").order_by("rung")
    page = cast["city_officer"].client.get("/messages/delivery/").content.decode()
    assert page.index(f"{mail_first.desk_url()}resend/?next=") < page.index(f'"{sandbox.desk_url()}"')
    assert f"{sandbox.desk_url()}resend/" not in page, "no channel carries it in the live world"
    nowhere = Receipt.objects.get(recipient_code="qy-health")
    assert nowhere.desk_url() in page
    assert f"{nowhere.desk_url()}resend/" not in page, "there is no address to send to"


def refused(*_args: object) -> None:
    raise ConnectionRefusedError("refused")


def test_a_test_goes_to_that_one_address_only(two_ways: None) -> None:
    actions.test_contact(recipient="qy-water", order=1)
    jobs.deliver()
    assert [m.to for m in mail.outbox] == [["w@example.org"]]
    actions.test_contact(recipient="qy-water", order=0)
    climb_the_retries()
    assert len(mail.outbox) == 1, "the next address is not tried for a test"
    for order in (-1, 2):
        with assert_nothing_happened(Receipt), pytest.raises(Refusal):
            actions.test_contact(recipient="qy-water", order=order)


def test_nothing_leaves_an_exercise_whatever_a_receipt_says(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the lowest level: a receipt forged to go by mail is handed to the sandbox all the same."""
    left: list[Envelope] = []

    def leave(envelope: Envelope) -> str:
        left.append(envelope)
        return "sent"

    real: dict[str, Any] = {channel.code: channel for channel in CHANNELS}
    spies = {code: Channel(code, c.name, c.receipt, leave) if code != "sandbox" else c for code, c in real.items()}
    monkeypatch.setattr(CHANNELS, "get", spies.__getitem__)
    with entered(Scope.everything("system:test", "exercise")):
        message = send("qy-water")
        (receipt,) = message.receipts.all()
        assert receipt.channel == "sandbox"
        for channel in real:
            forged = Receipt(pk=receipt.pk, message=message, channel=channel, address="somebody@example.org")
            assert jobs.attempt(forged).state == "delivered"
    assert (left, mail.outbox) == ([], [])
    with pytest.raises(ChannelFailure):
        real["webhook"].send(Envelope("k", "ftp://x", "s", "b"))


def test_the_journal_tells_a_messages_codes_in_words(two_ways: None) -> None:
    actions.send(kind="task", subject="s", body="b", to=["qy-water"], area="4418", about="task:7")
    with translation.override("zh-hans"):
        entries = [readable_entry(entry) for entry in JournalEntry.objects.filter(action="messages.send")]
        told = {str(change.label): str(change.after) for entry in entries for change in entry.changes}
    assert {label: told[label] for label in ("类别", "关于", "收件方代码")} == {
        "类别": "任务",
        "关于": "任务 7",
        "收件方代码": "清远市水利局",
    }
