"""Rows of the kit's own tables for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from anlan.apps.people.models import Organisation
from anlan.kit import clock
from anlan.kit.actions import Deed, action, request_confirmation
from anlan.kit.events import Event, on
from anlan.kit.inputs import Reason
from anlan.kit.models import BackgroundJob, Delivery, Heartbeat, JournalEntry, PendingAction, Proof, SavedView
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created


@dataclass(frozen=True, kw_only=True)
class Touched(Event):
    name = "sample.touched"

    organisation: int


#: What the listener heard; it fails as long as `DEAF` holds anything.
TOUCHED: list[int] = []
DEAF: set[str] = set()


@on(Touched)
def hear_touch(event: Touched) -> None:
    if DEAF:
        raise RuntimeError("the listener is deaf")
    TOUCHED.append(event.organisation)


@action("sample.touch", needs="sample.touch", label="Touch", record="people.Organisation")
def touch(deed: Deed, *, organisation: int, reason: Reason) -> Organisation:
    held = deed.lock(Organisation, organisation)
    held.name_en = f"{held.name_en}*"
    deed.emit(Touched(organisation=held.pk, area=held.area))
    return held


@action("sample.guard", needs="sample.touch", label="Guard", record="people.Organisation", second_person=True)
def guard(deed: Deed, *, organisation: int, reason: Reason) -> Organisation:
    held = deed.lock(Organisation, organisation)
    held.name_en = f"{held.name_en}!"
    return held


def bureau() -> Organisation:
    found: Organisation = Organisation.objects.get(code="441802-emb")
    return found


def entry(area: str, number: int) -> JournalEntry:
    touch(organisation=bureau().pk, reason="=1+1")
    found: JournalEntry = unscoped(JournalEntry, "default").order_by("-seq").first()
    return found


def delivery(area: str, number: int) -> Delivery:
    """Make a dead letter."""
    touch(organisation=bureau().pk, reason="test")
    owed: Delivery = unscoped(Delivery, "default").order_by("-pk").first()
    owed.state, owed.attempts, owed.error = Delivery.State.DEAD, 8, "RuntimeError: the listener is deaf"
    owed.save()
    return owed


def pending(area: str, number: int) -> PendingAction:
    with entered(Scope.everything("system:first")):
        return request_confirmation(
            action="sample.guard", arguments={"organisation": bureau().pk, "reason": "test"}, reason="test"
        )


@action("sample.queue", needs="sample.touch", label="Queue")
def queue(deed: Deed, *, area: str, done: int) -> BackgroundJob:
    values = {"task": "kit.import", "area": area, "requested_by": "tester", "requested_at": clock.real_now()}
    return deed.create(BackgroundJob, **values, done=done, of=100)


def background_job(area: str, number: int) -> BackgroundJob:
    return queue(area=area, done=number)


def saved_view(area: str, number: int) -> SavedView:
    given = {"list": "alarms.alarm", "query": "state=raised", "saved_by": "qingcheng"}
    made: SavedView = created(SavedView, area=area, name=f"View {number}", **given)
    return made


def heartbeat(area: str, number: int) -> Heartbeat:
    at = clock.real_now() - timedelta(seconds=number)
    made: Heartbeat = unscoped(Heartbeat, "default").create(
        name=f"sample.job{number}", world="live", started_at=at, finished_at=at, seconds=0.1, error="KeyError: x"
    )
    return made


def proof(area: str, number: int) -> Proof:
    """A proof that failed, as the page shows it."""
    made: Proof = unscoped(Proof, "default").create(
        kind=f"sample{number}", at=clock.real_now(), seconds=0.1, figures={"entries": number}, problem="it was altered"
    )
    return made
