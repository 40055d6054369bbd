"""Delivery: one bad address stops nobody else, each outcome is kept at once, retries climb and end, nothing is sent twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from click.testing import CliRunner
from django.core import mail
from django.db import connections
from django.utils import translation

from anlan.apps.messages import actions, jobs
from anlan.apps.messages.cli import simulate
from anlan.apps.messages.models import Message, Receipt
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.kit import clock
from anlan.kit.jobs import alone
from anlan.kit.records import writing
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened


@pytest.fixture
def reach(live: Scope) -> Iterator[None]:
    """Give three organisations one address each: a breaking webhook, a phone nobody can call, a good mailbox."""
    with writing():
        ContactPoint.objects.all().delete()
        for code, kind, address in (
            ("qy-water", "webhook", "http://example.org:99999/"),
            ("qy-power", "phone", "12345"),
            ("qy-health", "email", "a@example.org"),
        ):
            body = Organisation.objects.get(code=code)
            ContactPoint(organisation=body, area=body.area, kind=kind, address=address).save()
    yield


def states() -> dict[str, str]:
    return dict(Receipt.objects.values_list("recipient_code", "state"))


def test_one_bad_address_stops_nobody_else_and_nobody_gets_it_twice(reach: None) -> None:
    actions.send(kind="x", subject="s", body="b", to=["qy-water", "qy-power", "qy-health"], area="4418")
    jobs.deliver()
    jobs.deliver()
    assert len(mail.outbox) == 1
    assert states() == {"qy-water": "queued", "qy-power": "failed", "qy-health": "sent"}
    unsaid = Receipt.objects.get(recipient_code="qy-power")
    assert unsaid.error == "#phone.unset" and "电话" in unsaid.fault
    with translation.override("en"):
        assert unsaid.fault == "no telephone trunk is set (ANLAN_SIP)"


def test_retries_climb_the_ladder_and_end(reach: None) -> None:
    actions.send(kind="x", subject="s", body="b", to=["qy-water"], area="4418")
    for minutes in (0, 2, 8, 30):
        with clock.frozen(clock.real_now() + timedelta(minutes=minutes)):
            jobs.deliver()
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.attempts) == ("failed", 4)
    actions.resend(receipt=receipt.pk)
    assert states() == {"qy-water": "queued"}


def test_a_subject_with_a_line_break_cannot_smuggle_a_header(reach: None) -> None:
    actions.send(kind="x", subject="s\nBcc: all@example.org", body="b", to=["qy-health"], area="4418")
    jobs.deliver()
    assert mail.outbox == []
    assert Receipt.objects.get().error


def test_nobody_to_reach_is_refused(live: Scope) -> None:
    with assert_nothing_happened(Message), pytest.raises(Refusal):
        actions.send(kind="x", subject="s", body="b", to=["no-such-body"], area="4418")


def test_a_job_runs_alone_in_its_world(db: None) -> None:
    found: list[bool] = []

    def elsewhere() -> None:
        with alone("messages.deliver", "exercise") as free:
            found.append(free)
        connections.close_all()

    def run() -> None:
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()

    with alone("messages.deliver", "exercise") as free:
        assert free
        run()
    run()
    assert found == [False, True]


def test_phones_whose_port_is_taken_say_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told = CliRunner().invoke(simulate, ["phones", "--port", str(port)])
    assert (told.exit_code, str(port) in told.output, "--port" in told.output, "ANLAN_SIP" in told.output) == (
        2,
        True,
        True,
        False,
    )
