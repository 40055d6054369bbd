"""Steering a response and its tasks: who may, what happens once, what a refusal leaves behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anlan.apps.messages.models import Message, Receipt
from anlan.apps.monitoring import api as monitoring
from anlan.apps.response import actions, queries
from anlan.apps.response.jobs import climb_due, consider_plans
from anlan.apps.response.models import Proposal, Response, Task
from anlan.kit import clock, journal, outbox
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import entered
from anlan.kit.testing.plugin import assert_nothing_happened

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def observe(minutes: int, *levels: tuple[str, float]) -> None:
    """Take in water levels at a minute of the flood and let everything that follows happen."""
    at = T0 + timedelta(minutes=minutes)
    rows = [monitoring.RawReading(n, station, "water_level", at, value) for n, (station, value) in enumerate(levels, 2)]
    monitoring.detect(monitoring.ingest(rows, "test").batch)
    outbox.drain()


@pytest.fixture
def flood(live):  # type: ignore[no-untyped-def]
    """Yingde at 30.47 m: an orange alarm and an open proposal for level III."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        observe(0, ("QY-H01", 30.47))
        yield


@pytest.fixture
def response(flood: None, cast) -> Response:  # type: ignore[no-untyped-def]
    """The response that the commander activated."""
    with entered(cast["commander"].scope):
        started: Response = actions.confirm(proposal=Proposal.objects.get().pk)
    outbox.drain()
    return started


def holder(cast, post: str):  # type: ignore[no-untyped-def]
    """Return the commander's scope as if another post of the headquarters held it."""
    return replace(cast["commander"].scope, post=post, actor=post)


def test_every_task_is_journalled_and_sent_to_its_unit(response: Response) -> None:
    tasks = list(Task.objects.filter(response=response).select_related("organisation"))
    assert len(tasks) >= 20
    assert len({(t.card, t.organisation_id) for t in tasks}) == len(tasks)
    assert {t.area[:6] for t in tasks} <= {"4418", "441881"}, "only the affected county's units, and the city's"
    for task in tasks:
        assert task.area == task.organisation.area
        assert task.issued_at < task.ack_due_at <= task.due_at
        assert Receipt.objects.filter(message__about=f"task:{task.pk}", recipient_code=task.organisation.code).exists()
        assert journal.entries_for(task).exists()


def test_issuing_again_gives_nobody_a_task_twice(response: Response) -> None:
    with assert_nothing_happened(Task):
        assert actions.issue_tasks(response=response.pk) == 0


def test_a_place_that_floods_later_gets_its_tasks_too(response: Response) -> None:
    before = set(Task.objects.values_list("pk", flat=True))
    with clock.frozen(T0 + timedelta(minutes=61)):
        observe(60, ("QY-H03", 12.5))
    new = Task.objects.exclude(pk__in=before)
    assert new.exists()
    assert {t.area[:6] for t in new} == {"441802"}
    assert Response.objects.get().level == 3


def test_raising_adds_only_the_new_cards_and_lowering_none(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    before = set(Task.objects.values_list("pk", flat=True))
    with entered(cast["commander"].scope):
        raised = actions.raise_level(response=response.pk, reason="dyke in danger")
        assert (raised.level, raised.gravest, raised.raised_beyond) == (2, 2, True)
        added = Task.objects.exclude(pk__in=before)
        assert added.exists()
        assert not {t.card for t in added} & {t.card for t in Task.objects.filter(pk__in=before)}
        count = Task.objects.count()
        lowered = actions.lower_level(response=response.pk, reason="falling")
        assert (lowered.level, lowered.gravest, Task.objects.count()) == (3, 2, count)
        actions.raise_level(response=response.pk, reason="rising again")
        assert Task.objects.count() == count


def test_ending_cancels_what_is_open_and_happens_once(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["commander"].scope):
        ended = actions.end(response=response.pk, reason="over")
        assert (ended.state, ended.ended_at) == ("ended", clock.now())
        assert set(Task.objects.values_list("state", flat=True)) == {"cancelled"}
        for verb in (actions.end, actions.raise_level, actions.lower_level):
            with assert_nothing_happened(Task), pytest.raises(Conflict):
                verb(response=response.pk, reason="again")
    with pytest.raises(Conflict):
        actions.issue_tasks(response=response.pk)


def test_a_step_by_hand_takes_back_the_open_proposal(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with clock.frozen(T0 + timedelta(minutes=61)):
        observe(60, ("QY-H01", 36.0))
        pending = queries.open_proposals().get()
        assert (pending.direction, pending.level) == ("raise", 2)
        with entered(cast["commander"].scope):
            actions.end(response=response.pk, reason="mistaken")
            with pytest.raises(Conflict):
                actions.confirm(proposal=pending.pk)
    assert Proposal.objects.get(pk=pending.pk).state == "superseded"


def test_only_whoever_could_call_a_level_may_stand_it_down(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    office = holder(cast, "qy-sfz.office")
    with entered(office):
        for verb in (actions.raise_level, actions.lower_level, actions.end):
            with assert_nothing_happened(Task, Response), pytest.raises(NotAuthorised):
                verb(response=response.pk, reason="x")
    with clock.frozen(T0 + timedelta(minutes=61)):
        observe(60, ("QY-H01", 20.0))
    with clock.frozen(T0 + timedelta(hours=12)):
        observe(720, ("QY-H01", 20.0))
        consider_plans()
        pending = queries.open_proposals().get()
        assert pending.direction == "end"
        with entered(office), pytest.raises(NotAuthorised):
            actions.confirm(proposal=pending.pk)
        with entered(holder(cast, "qy-sfz.deputy")):
            actions.confirm(proposal=pending.pk)
    assert Response.objects.get().state == "ended"


def test_a_declined_proposal_says_why_and_is_not_put_again_at_once(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    pending = Proposal.objects.get()
    with entered(cast["commander"].scope):
        with assert_nothing_happened(Proposal), pytest.raises(Refusal):
            actions.decline(proposal=pending.pk, reason=" ")
        actions.decline(proposal=pending.pk, reason="gauge under repair")
    consider_plans()
    assert not queries.open_proposals().exists()
    with clock.frozen(T0 + timedelta(hours=7)):
        consider_plans()
    assert queries.open_proposals().count() == 1
    assert not Response.objects.exists()


def test_activating_by_hand_wants_a_reason_and_the_post(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    plan = Proposal.objects.get().plan_id
    for member, reason, refusal in (
        ("commander", "", Refusal),
        ("city_officer", "x", NotAuthorised),
        ("neighbour", "x", NotAuthorised),
    ):
        with entered(cast[member].scope), assert_nothing_happened(Response, Task), pytest.raises(refusal):
            actions.start(plan=plan, level=2, reason=reason)
    with entered(cast["commander"].scope):
        started = actions.start(plan=plan, level=2, reason="festival on the river")
        assert (started.level, started.raised_beyond, started.reason) == (2, True, "festival on the river")
        with assert_nothing_happened(Response, Task), pytest.raises(Conflict):
            actions.start(plan=plan, level=1, reason="again")
    assert Proposal.objects.get().state == "superseded"


def test_the_neighbouring_county_cannot_touch_a_task(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["county_officer"].scope):
        for verb, words in ((actions.accept, {}), (actions.report, {"text": "x"}), (actions.fail, {"report": "x"})):
            with assert_nothing_happened(Task), pytest.raises(NotFound):
                verb(task=task.pk, **words)
    assert Task.objects.get(pk=task.pk).state == "issued"


def test_a_task_given_to_another_unit_starts_anew(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="qy-weather")
    with entered(cast["neighbour"].scope), pytest.raises(NotAuthorised):
        actions.reassign(task=task.pk, organisation="qy-fire", reason="x")
    with entered(cast["commander"].scope):
        for organisation, reason in (("nobody", "x"), ("qy-civil", "")):
            with assert_nothing_happened(Task), pytest.raises(Refusal):
                actions.reassign(task=task.pk, organisation=organisation, reason=reason)
        with clock.frozen(T0 + timedelta(minutes=9)):
            moved = actions.reassign(task=task.pk, organisation="qy-civil", reason="radar is down")
        assert (moved.state, moved.step, moved.climbs_at) == ("issued", 0, T0 + timedelta(minutes=19))
    outbox.drain()
    assert Receipt.objects.filter(message__about=f"task:{task.pk}", recipient_code="qy-civil").exists()
    assert journal.entries_for(moved).order_by("-seq")[0].reason == "radar is down"


def test_the_ladder_reaches_unit_bureaus_and_the_deciding_office(response: Response) -> None:
    task = Task.objects.get(organisation__code="441881-sfz")
    for minute in (12, 18, 24):
        with clock.frozen(T0 + timedelta(minutes=minute)):
            climb_due()
            outbox.drain()
    calls = Message.objects.filter(kind="escalation", about=f"task:{task.pk}").order_by("id")
    told = [set(Receipt.objects.filter(message=m).values_list("recipient_code", flat=True)) for m in calls]
    assert told[0] == {"441881-sfz"}
    assert told[1] == {"441881-sfz", "441881-emb", "qy-emb"}
    assert told[2] == {"441881-sfz", "qy-sfz.office"}
    assert Task.objects.get(pk=task.pk).step == 3


def test_a_late_task_is_marked_overdue(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["neighbour"].scope):
        actions.accept(task=task.pk)
    with clock.frozen(T0 + timedelta(minutes=70)):
        climb_due()
    late = Task.objects.get(pk=task.pk)
    assert (late.overdue, late.step, late.state) == (True, 2, "accepted")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_answer_in_both_languages(response: Response, cast, language: str) -> None:  # type: ignore[no-untyped-def]
    commander, unit = cast["commander"].client, cast["neighbour"].client
    words = {"HTTP_ACCEPT_LANGUAGE": language}
    task = Task.objects.get(organisation__code="441881-sfz")
    proposal = Proposal.objects.get()
    for address in (response.desk_url(), task.desk_url(), proposal.desk_url(), response.plan.desk_url(), "/response/start/"):
        assert commander.get(address, **words).status_code == 200, address
    inbox = unit.get("/response/inbox/", **words).content.decode()
    assert task.desk_url() + "accept/" in inbox
    assert 'data-live="response.task"' in inbox
    assert unit.post(task.desk_url() + "accept/?next=/response/inbox/", {"csrfmiddlewaretoken": "x"}).status_code == 302
    assert task.desk_url() + "complete/" in unit.get("/response/inbox/").content.decode()
    timeline = commander.get(response.desk_url(), **words).content.decode()
    assert "441881" in timeline or str(task.organisation) in timeline
