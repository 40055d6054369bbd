"""Two officers at once, with real commits: one decision stands, the other is told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from anlan.apps.people import api as people
from anlan.apps.response import actions
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock, journal, outbox
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict
from anlan.kit.scope import Scope, entered

pytestmark = pytest.mark.xdist_group("committed")
T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def at_once(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Do both at the same instant, each as the commander on a connection of its own; return how each went."""
    start = Barrier(2)

    def one(work: Callable[[], Any]) -> str:
        try:
            with entered(people.scope_of("commander", "live")), clock.frozen(T0 + timedelta(minutes=2)):
                start.wait(10)
                work()
                return "done"
        except Conflict:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, (first, second)))


def test_two_officers_at_once(committed: None) -> None:
    with entered(Scope.everything("system:test")), clock.frozen(T0 + timedelta(minutes=1)):
        found = telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test")
        telemetry.detect(found.batch)
        outbox.drain("live")
        pending = Proposal.objects.get().pk
        confirm = lambda: actions.confirm(proposal=pending)  # noqa: E731
        assert at_once(confirm, confirm) == ["done", "refused"]
        response = Response.objects.get()
        tasks = list(Task.objects.values_list("card", "organisation_id"))
        assert len(set(tasks)) == len(tasks) > 0
        assert JournalEntry.objects.filter(action="response.confirm", refused=True).count() == 1
        end = lambda: actions.end(response=response.pk, reason="over")  # noqa: E731
        assert at_once(end, end) == ["done", "refused"]
        by_hand = lambda: actions.start(plan=response.plan_id, level=3, reason="again")  # noqa: E731
        assert at_once(by_hand, by_hand) == ["done", "refused"]
        assert Response.objects.filter(state="active").count() == 1
        assert journal.verify().verified
