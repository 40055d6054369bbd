"""The whole chain in one test world: a reading becomes an alarm, a warning, a proposal, a response, a task that is done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.messages.jobs import deliver
from anlan.apps.messages.models import Receipt
from anlan.apps.response import actions, tasks
from anlan.apps.response.jobs import climb_due
from anlan.apps.response.models import Proposal, Response, Task
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import actions as warning_actions
from anlan.apps.warning import cap
from anlan.apps.warning.models import Warning, WarningArea
from anlan.kit import clock, journal, outbox
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib import cap12

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


@pytest.fixture
def flood(live):  # type: ignore[no-untyped-def]
    """Yingde at 30.47 m: an orange alarm, with everything it calls for."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        found = telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)], "test")
        telemetry.detect(found.batch)
        outbox.drain()
        yield


def test_from_reading_to_task_with_an_unbroken_chain_of_causes(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    draft = Warning.objects.get()
    assert (draft.state, draft.colour, draft.area, draft.audience) == ("draft", "orange", "441881", 941325)
    with entered(cast["signer"].scope):
        warning_actions.sign(warning=draft.pk)
        published = warning_actions.publish(warning=draft.pk)
    assert cap12.check(cap.xml(published)) == []
    proposal = Proposal.objects.get()
    assert (proposal.direction, proposal.level) == ("start", 3)
    assert proposal.evidence.get().alarm
    with entered(cast["commander"].scope):
        response = actions.confirm(proposal=proposal.pk)
    outbox.drain()
    deliver()
    task = Task.objects.get(organisation__code="441881-sfz")
    assert Receipt.objects.filter(message__about=f"task:{task.pk}").exists()
    with entered(cast["neighbour"].scope):
        tasks.accept(task=task.pk)
        tasks.report(task=task.pk, text="on the way")
        tasks.complete(task=task.pk, report="done")
    issued = journal.entries_for(Task.objects.get(pk=task.pk)).order_by("seq")[0]
    assert issued.action == "response.confirm" or issued.action == "response.issue_tasks"
    proposed = journal.entries_for(proposal).order_by("seq")[0]
    assert [step["entry"].action for step in journal.why(proposed)] == ["alarms.raise_alarm"]
    assert journal.verify().verified
    assert response.state == "active"


def test_a_warning_wants_an_outline_words_and_a_second_person(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["signer"].scope):
        own = warning_actions.draft(
            areas=["441881"],
            hazard="river_flood",
            level=2,
            expires_at=clock.now() + timedelta(hours=12),
            headline_zh="测试",
            description_zh="内容",
        )
        with assert_nothing_happened(), pytest.raises(Conflict):
            warning_actions.publish(warning=own.pk)
        with pytest.raises(SamePerson):
            warning_actions.sign(warning=own.pk)
    assert Warning.objects.get(pk=own.pk).state == "draft"
    draft = Warning.objects.exclude(pk=own.pk).get()
    with entered(cast["county_officer"].scope), assert_nothing_happened(Warning), pytest.raises(NotFound):
        warning_actions.withdraw(warning=draft.pk, reason="x")
    with entered(cast["neighbour"].scope), pytest.raises(NotAuthorised):
        warning_actions.sign(warning=draft.pk)
    from anlan.kit.records import writing

    with writing():
        WarningArea.objects.filter(warning=draft).delete()
    with entered(cast["signer"].scope), pytest.raises(Refusal):
        warning_actions.sign(warning=draft.pk)


def test_only_the_authorised_post_decides_and_only_once(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    proposal = Proposal.objects.get()
    with entered(cast["city_officer"].scope), assert_nothing_happened(Response, Task), pytest.raises(NotAuthorised):
        actions.confirm(proposal=proposal.pk)
    with entered(cast["commander"].scope):
        actions.confirm(proposal=proposal.pk)
        before = Task.objects.count()
        with pytest.raises(Conflict):
            actions.confirm(proposal=proposal.pk)
        assert (Response.objects.count(), Task.objects.count()) == (1, before)
    refused = JournalEntry.objects.filter(action="response.confirm", refused=True)
    assert [entry.actor for entry in refused] == ["commander"], "a refused decision leaves its own entry and nothing else"


def test_a_unit_works_on_its_own_tasks_and_unaccepted_ones_climb(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["commander"].scope):
        actions.confirm(proposal=Proposal.objects.get().pk)
    task = Task.objects.get(organisation__code="qy-weather")
    with entered(cast["unit"].scope), assert_nothing_happened(Task), pytest.raises(NotAuthorised):
        tasks.accept(task=task.pk)
    with clock.frozen(T0 + timedelta(minutes=11)):
        climb_due()
    assert Task.objects.get(pk=task.pk).step == 1
    with clock.frozen(T0 + timedelta(minutes=16)):
        climb_due()
    assert Task.objects.get(pk=task.pk).step == 2
    with entered(Scope.everything("system:x")), pytest.raises(Conflict):
        tasks.complete(task=task.pk, report="x")


def test_a_task_in_time_offers_its_next_step_on_the_workbench_of_its_unit_alone(flood: None, cast: Any) -> None:
    with entered(cast["commander"].scope):
        actions.confirm(proposal=Proposal.objects.get().pk)
    task = Task.objects.filter(organisation__code="qy-water").first()
    address = task.desk_url()
    assert f"{address}accept/" in cast["unit"].client.get("/").content.decode()
    with entered(cast["unit"].scope):
        tasks.accept(task=task.pk)
    assert not Task.objects.get(pk=task.pk).late
    assert f"{address}complete/" in cast["unit"].client.get("/").content.decode()
    assert f"{address}complete/" not in cast["commander"].client.get("/").content.decode()


def test_nothing_leaves_an_exercise() -> None:
    from anlan.apps.messages.actions import allowed_channel

    assert {allowed_channel(kind, "exercise") for kind in ("email", "webhook", "phone", "sandbox")} == {"sandbox"}
    assert allowed_channel("email", "live") == "email"
    assert {allowed_channel(kind, "live") for kind in ("sandbox", "fax")} == {""}, "what reaches nobody is never delivered"


def test_drafts_are_not_public_and_the_published_are(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    public = cast["anonymous"].client
    draft = Warning.objects.get()
    assert draft.headline_zh not in public.get("/warnings/").content.decode()
    assert public.get(f"/warnings/cap/{draft.identifier}.xml").status_code == 404
    with entered(cast["signer"].scope):
        warning_actions.sign(warning=draft.pk)
        warning_actions.publish(warning=draft.pk)
    assert draft.headline_zh in public.get("/warnings/").content.decode()
    assert cap12.check(public.get(f"/warnings/cap/{draft.identifier}.xml").content) == []
    assert draft.identifier in public.get("/warnings/feed.atom").content.decode()
    assert public.get("/warnings/active.geojson").json()["features"]


def test_silence_neither_ends_a_response_nor_hides_a_flood(flood: None, cast, live) -> None:  # type: ignore[no-untyped-def]
    from anlan.apps.response.jobs import consider_plans
    from anlan.apps.warning.jobs import cover_alarms, expire_due

    with entered(cast["signer"].scope):
        draft = Warning.objects.get()
        warning_actions.sign(warning=draft.pk)
        warning_actions.publish(warning=draft.pk)
    with entered(cast["commander"].scope):
        actions.confirm(proposal=Proposal.objects.get().pk)
    with clock.frozen(T0 + timedelta(days=4)):
        consider_plans()
        expire_due()
        cover_alarms()
    assert not Proposal.objects.filter(state="open").exists(), "nobody reported: nothing is known"
    assert not Warning.objects.filter(state="draft").exists()
    news = T0 + timedelta(days=5)
    with clock.frozen(news + timedelta(minutes=1)):
        found = telemetry.ingest([telemetry.RawReading(2, "QY-H01", "water_level", news, 31.0)], "test")
        telemetry.detect(found.batch)
        outbox.drain()
        cover_alarms()
        again = Warning.objects.get(state="draft")
        assert again.level == 3, "the warning that ran out comes back with the news, though the level never changed"
        warning_actions.withdraw(warning=again.pk, reason="false")
        cover_alarms()
        assert not Warning.objects.filter(state="draft").exists(), "what somebody withdrew is not put again at once"
    calm = T0 + timedelta(days=6)
    with clock.frozen(calm + timedelta(minutes=1)):
        found = telemetry.ingest([telemetry.RawReading(3, "QY-H01", "water_level", calm, 20.0)], "test")
        telemetry.detect(found.batch)
        outbox.drain()
    assert Proposal.objects.get(state="open").direction == "end"
