"""Standing orders: given by two, revoked by one; a draft of an observed alarm goes out at once under one, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.messages.models import Message
from anlan.apps.places.models import Division
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import actions
from anlan.apps.warning.models import StandingOrder, Warning
from anlan.kit import clock, journal, outbox
from anlan.kit.actions import confirm
from anlan.kit.models import JournalEntry, PendingAction
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
YINGDE = "441881"


@pytest.fixture
def at_t0(live: Scope) -> Iterator[None]:
    with clock.frozen(T0 + timedelta(minutes=1)):
        yield


def wanted(**other: Any) -> dict[str, Any]:
    values = {"hazard": "river_flood", "from_level": 3, "until": T0 + timedelta(days=90), "basis": "试验", "reason": "汛期"}
    return {"division": Division.objects.get(code=YINGDE), **values, **other}


def flood(metres: float = 30.47, minutes: int = 0) -> None:
    at = T0 + timedelta(minutes=minutes)
    found = telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", at, metres)], "test")
    telemetry.detect(found.batch)
    outbox.drain()


def test_two_persons_give_it_and_one_revokes_it(at_t0: None, cast: dict[str, Any]) -> None:
    with entered(cast["signer"].scope):
        asked = actions.give_order(**wanted())
    assert isinstance(asked, PendingAction)
    assert not StandingOrder.objects.exists()
    with entered(cast["commander"].scope):
        confirm(pending=asked.pk)
    made = StandingOrder.objects.get()
    assert (made.area, made.from_level, made.state) == (YINGDE, 3, "in_force")
    with entered(cast["signer"].scope), assert_nothing_happened(StandingOrder, PendingAction), pytest.raises(Conflict):
        actions.give_order(**wanted())
    with entered(cast["signer"].scope):
        actions.revoke_order(standing_order=made.pk, reason="汛期结束")
    assert JournalEntry.objects.get(action="warning.revoke_order", record_id=str(made.pk)).reason == "汛期结束"
    flood()
    assert Warning.objects.get().state == "draft"


def test_whoever_confirms_reads_what_will_go_out(at_t0: None, cast: dict[str, Any]) -> None:
    with entered(cast["signer"].scope):
        asked = actions.give_order(**wanted())
    page = cast["commander"].client.get(f"/kit/confirmations/{asked.pk}/confirm/").content.decode()
    for words in ("英德市", "江河洪水", "941,325", "不止最严重一级会立即发布", "由系统以当地发布单位名义进行"):
        assert words in page, words


def test_who_may_not_sign_and_publish_there_gives_none(at_t0: None, cast: dict[str, Any]) -> None:
    for role in ("county_officer", "city_officer", "commander"):
        with entered(cast[role].scope), assert_nothing_happened(StandingOrder, PendingAction), pytest.raises(NotAuthorised):
            actions.give_order(**wanted())


@pytest.mark.parametrize("other", [{"until": T0}, {"until": T0 + timedelta(days=400)}, {"basis": " "}])
def test_an_order_without_end_or_basis_is_refused(at_t0: None, cast: dict[str, Any], other: dict[str, Any]) -> None:
    with entered(cast["signer"].scope), assert_nothing_happened(StandingOrder, PendingAction), pytest.raises(Refusal):
        actions.give_order(**wanted(**other))


def order(from_level: int = 3, area: str = YINGDE, hazard: str = "river_flood", days: int = 9) -> StandingOrder:
    until = T0 + timedelta(days=days)
    return created(StandingOrder, area=area, hazard=hazard, from_level=from_level, until=until, basis="试验", ordered_by="signer")


def test_an_observed_alarm_is_public_at_once_with_every_step_in_the_journal(at_t0: None) -> None:
    held = order()
    flood()
    warning = Warning.objects.get()
    assert (warning.state, warning.colour, warning.order_id, warning.issuer[:4]) == ("published", "orange", held.pk, "4418")
    assert warning.signed_at == warning.published_at == clock.now()
    steps = [entry.action for entry in journal.entries_for(warning).order_by("seq")]
    assert [step for step in steps if step in {"warning.sign", "warning.publish"}] == ["warning.sign", "warning.publish"]
    released = journal.entries_for(warning).get(action="warning.put_under_order")
    assert [step["entry"].action for step in journal.why(released)][-1] == "alarms.raise_alarm"
    assert Message.objects.filter(about=f"warning:{warning.pk}").exists()


@pytest.mark.parametrize("other", [{"from_level": 4}, {"area": "441802"}, {"hazard": "rainstorm"}, {"days": -1}])
def test_what_no_order_covers_waits_for_people(at_t0: None, other: dict[str, Any]) -> None:
    order(**other)
    flood()
    assert Warning.objects.get().state == "draft"
    assert not Message.objects.filter(kind="warning").exists()


def test_an_order_of_the_city_covers_its_counties(at_t0: None) -> None:
    order(area="4418")
    flood()
    assert Warning.objects.get().state == "published"


def test_what_was_heard_of_long_ago_waits(at_t0: None) -> None:
    order()
    with clock.frozen(T0 + timedelta(hours=5)):
        flood()  # five hours late
        late = Warning.objects.get()
        assert late.state == "draft"
        with pytest.raises(Refusal):
            actions.release(warning=late.pk)
        late.refresh_from_db()
        assert (late.state, late.order_id) == ("draft", None)
        assert JournalEntry.objects.get(action="warning.release").refused
    assert not Message.objects.filter(kind="warning").exists()
