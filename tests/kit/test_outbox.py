"""What an operator sees of deliveries and timed jobs, and does about a dead letter, through the browser's eyes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from anlan.apps.operations.desk import DeliveryDesk, HeartbeatDesk
from anlan.kit import clock, jobs, outbox
from anlan.kit.models import Delivery, Heartbeat
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from tests.kit import factories


@pytest.fixture
def dead(live: Scope, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """A delivery whose listener failed until it was given up."""
    monkeypatch.setattr("anlan.kit.outbox.delivery.MAX_ATTEMPTS", 1)
    factories.DEAF.add("deaf")
    factories.TOUCHED.clear()
    factories.touch(organisation=factories.bureau().pk, reason="test")
    outbox.drain()
    factories.DEAF.clear()
    found: Delivery = unscoped(Delivery, "default").get(event__name="sample.touched")
    assert found.state == Delivery.State.DEAD
    return found


def test_an_operator_sees_the_error_and_delivers_again(dead: Delivery, cast: dict[str, Any]) -> None:
    operator = cast["administrator"].client
    listing = operator.get(reverse(DeliveryDesk.name("list")), {"state": "dead"}).content.decode()
    assert "the listener is deaf" in listing
    page = operator.get(f"{reverse(DeliveryDesk.name('list'))}{dead.pk}/").content.decode()
    assert "the listener is deaf" in page
    assert "sample.touched" in page
    assert f"{dead.pk}/retry/" in page
    assert "<dt>下次尝试</dt>" not in page, "nobody tries it again by themselves"
    assert operator.post(f"{reverse(DeliveryDesk.name('list'))}{dead.pk}/retry/").status_code == 302
    outbox.drain()
    dead.refresh_from_db()
    assert (dead.state, dead.error) == (Delivery.State.DONE, "")
    assert [factories.bureau().pk] == factories.TOUCHED
    page = operator.get(f"{reverse(DeliveryDesk.name('list'))}{dead.pk}/").content.decode()
    assert "kit.retry" in page, "the journal panel shows who tried again"
    assert f"{dead.pk}/retry/" not in page


def test_only_an_operator_delivers_again(dead: Delivery, cast: dict[str, Any]) -> None:
    for role in ("county_officer", "reporter", "city_officer"):
        with assert_nothing_happened(Delivery):
            answer = cast[role].client.post(f"{reverse(DeliveryDesk.name('list'))}{dead.pk}/retry/")
            assert answer.status_code in (403, 404)
    dead.refresh_from_db()
    assert dead.state == Delivery.State.DEAD


def row(name: str, cast: dict[str, Any], language: str = "zh-hans") -> str:
    """Return a job's row of the page as an administrator reads it."""
    client = cast["administrator"].client
    client.cookies["django_language"] = language
    page = client.get(reverse(HeartbeatDesk.name("list")), {"q": name}).content.decode()
    return page[page.index("<tbody") : page.index("</tbody>")]


def test_a_job_that_stopped_beating_is_seen_as_such(live: Scope, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("disk full")

    monkeypatch.setitem(jobs.JOBS, "sample.work", jobs.Job("sample.work", timedelta(minutes=1), work))
    jobs.run_job("sample.work", "live")
    assert "正常" in row("sample.work", cast)
    with pytest.raises(RuntimeError):
        jobs.run_job("sample.work", "live")
    failing = row("sample.work", cast)
    assert "出错" in failing
    assert "disk full" in failing
    unscoped(Heartbeat, "default").filter(name="sample.work").update(started_at=clock.real_now() - timedelta(minutes=5))
    assert "已停跳" in row("sample.work", cast)
    assert "Stopped beating" in row("sample.work", cast, "en")


def test_a_job_that_never_ran_is_waited_for(cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs.JOBS, "sample.never", jobs.Job("sample.never", timedelta(seconds=10), lambda: None))
    with entered(Scope.everything("system:test")):
        jobs.expect_heartbeats("live")
    assert "正常" in row("sample.never", cast)
    unscoped(Heartbeat, "default").filter(name="sample.never").update(started_at=clock.real_now() - timedelta(minutes=2))
    assert "已停跳" in row("sample.never", cast)


def test_a_storm_of_events_is_weighed_once_and_what_comes_later_again(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from anlan.kit.events import LISTENERS

    known = LISTENERS["sample.touched"]
    monkeypatch.setitem(LISTENERS, "sample.touched", [replace(one, together=True) for one in known])
    factories.TOUCHED.clear()
    bureau = factories.bureau().pk
    for _n in range(20):
        factories.touch(organisation=bureau, reason="storm")
    assert outbox.drain() == 1
    assert [bureau] == factories.TOUCHED
    assert outbox.pending() == 0
    factories.touch(organisation=bureau, reason="after it")
    outbox.drain()
    assert [bureau, bureau] == factories.TOUCHED
