"""Steering a response and its tasks: who may, what happens once, what a refusal leaves behind."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from anlan.apps.alarms.models import Alarm
from anlan.apps.incidents.models import Incident, IncidentKind
from anlan.apps.law import api as law
from anlan.apps.law.events import TermBreached
from anlan.apps.law.jobs import watch_terms
from anlan.apps.law.models import Term
from anlan.apps.messages.models import Message, Receipt
from anlan.apps.people import api as people
from anlan.apps.plans import actions as plan_actions
from anlan.apps.plans import api as plans
from anlan.apps.response import actions, chain, decision_sheets, desk, queries, tasks
from anlan.apps.response.jobs import climb_due, consider_plans
from anlan.apps.response.models import CommandSeat, Occasion, Proposal, Response, Task, TaskReport
from anlan.apps.response.reactions import climb
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning.models import Warning
from anlan.kit import clock, journal, outbox
from anlan.kit.models import JournalEntry
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

SHIPPED = Path(__file__).parents[4] / "packs" / "qingyuan" / "plans" / "flood.toml"
T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)


def observe(minutes: int, *levels: tuple[str, float]) -> None:
    """Take in water levels at a minute of the flood and let everything that follows happen."""
    at = T0 + timedelta(minutes=minutes)
    rows = [telemetry.RawReading(n, station, "water_level", at, value) for n, (station, value) in enumerate(levels, 2)]
    telemetry.detect(telemetry.ingest(rows, "test").batch)
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
    issued = list(Task.objects.filter(response=response).select_related("organisation"))
    assert len(issued) >= 20
    assert len({(t.card, t.organisation_id) for t in issued}) == len(issued)
    assert {t.area[:6] for t in issued} <= {"4418", "441881"}, "only the affected county's units, and the city's"
    for task in issued:
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
        sheet = decision_sheets.declining(pending, {})
        assert sheet is not None
        assert [line.value for line in sheet.effects] == [decision_sheets._named(None), 0]
        assert sheet.doubts, "the facts call for it all the same"
        actions.decline(proposal=pending.pk, reason="gauge under repair")
    assert JournalEntry.objects.filter(action="response.decline", diff__has_key="sheet").exists()
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


def test_a_response_answers_an_incident_of_its_area_once(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    known = IncidentKind.objects.first() or created(IncidentKind, code="11D01", name="滑坡", name_en="Landslide", source="x")
    values = {"kind": known, "occurred_at": T0, "known_at": T0, "opened_by": "duty"}
    landslide = created(Incident, area="441802107", title="江口村滑坡", **values)
    over = created(Incident, area="441802", title="旧事", state="closed", **values)
    with entered(cast["city_officer"].scope), assert_nothing_happened(Occasion), pytest.raises(NotAuthorised):
        actions.answer(response=response.pk, incident=landslide.pk)
    with entered(cast["commander"].scope):
        with assert_nothing_happened(Occasion), pytest.raises(Refusal):
            actions.answer(response=response.pk, incident=over.pk)
        made = actions.answer(response=response.pk, incident=landslide.pk)
        with assert_nothing_happened(Occasion), pytest.raises(Conflict):
            actions.answer(response=response.pk, incident=landslide.pk)
        told = [(stage.what, [link.text for link in stage.links]) for stage in chain.of_response(response)]
    assert JournalEntry.objects.filter(action="response.answer", record="response.occasion", record_id=str(made.pk)).count() == 1
    assert (made.area, made.said_by) == (response.area, "commander")
    assert "江口村滑坡" in told[0][1]
    with entered(cast["neighbour"].scope):  # who may not see the incident is not told of it
        assert "江口村滑坡" not in str([stage.links for stage in chain.of_response(response)])


def test_the_neighbouring_county_cannot_touch_a_task(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["county_officer"].scope):
        for verb, words in ((tasks.accept, {}), (tasks.report, {"text": "x"}), (tasks.fail, {"report": "x"})):
            with assert_nothing_happened(Task), pytest.raises(NotFound):
                verb(task=task.pk, **words)
    assert Task.objects.get(pk=task.pk).state == "issued"


def test_a_task_given_to_another_unit_starts_anew(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="qy-weather")
    with entered(cast["neighbour"].scope), pytest.raises(NotAuthorised):
        tasks.reassign(task=task.pk, organisation="qy-fire", reason="x")
    with entered(cast["commander"].scope):
        for organisation, reason in (("nobody", "x"), ("qy-civil", "")):
            with assert_nothing_happened(Task), pytest.raises(Refusal):
                tasks.reassign(task=task.pk, organisation=organisation, reason=reason)
        with clock.frozen(T0 + timedelta(minutes=9)):
            moved = tasks.reassign(task=task.pk, organisation="qy-civil", reason="radar is down")
        assert (moved.state, moved.step, moved.climbs_at) == ("issued", 0, T0 + timedelta(minutes=19))
    outbox.drain()
    assert Receipt.objects.filter(message__about=f"task:{task.pk}", recipient_code="qy-civil").exists()
    assert journal.entries_for(moved).order_by("-seq")[0].reason == "radar is down"


def test_the_ladder_climbs_from_the_unit_to_bureaus_and_deputy_to_the_leader(response: Response) -> None:
    task = Task.objects.get(organisation__code="441881-sfz")
    for minute in (12, 18, 24):
        with clock.frozen(T0 + timedelta(minutes=minute)):
            climb_due()
            outbox.drain()
    calls = Message.objects.filter(kind="escalation", about=f"task:{task.pk}").order_by("id")
    told = [set(Receipt.objects.filter(message=m).values_list("recipient_code", flat=True)) for m in calls]
    assert told[0] == {"441881-sfz"}
    assert told[1] == {"441881-sfz", "441881-emb", "qy-emb", "qy-sfz.deputy"}
    assert told[2] == told[1] | {"qy-emb.leader", "qy-sfz.office", "qy-sfz.chief"}, "nobody who knew is left out"
    assert Task.objects.get(pk=task.pk).step == 3


def test_a_task_climbs_by_its_term(response: Response) -> None:
    """The facts of the term change: nobody is reminded at the old end, somebody at the new one, and at once where that is past."""
    task = Task.objects.get(organisation__code="441881-sfz")
    law.change_facts(of=task, rule=tasks.ACCEPT, end=T0 + timedelta(minutes=40))
    with clock.frozen(T0 + timedelta(minutes=30)):
        climb_due()
        assert Task.objects.get(pk=task.pk).step == 0
        law.change_facts(of=task, rule=tasks.ACCEPT, end=T0 + timedelta(minutes=29))
        watch_terms()
        climb(TermBreached(term=0, rule=tasks.ACCEPT, record="response.task", record_id=str(task.pk), area=task.area))
        climb(TermBreached(term=0, rule=tasks.ACCEPT, record="response.task", record_id=str(task.pk), area=task.area))
        assert Task.objects.get(pk=task.pk).step == 1, "once, however often it is told"
        law.change_facts(of=task, rule=tasks.ACCEPT, end=T0 + timedelta(minutes=26))
    with clock.frozen(T0 + timedelta(minutes=35)):
        climb_due()
        held = Task.objects.get(pk=task.pk)
        assert (held.step, held.climbs_at) == (2, T0 + timedelta(minutes=36)), "the later rungs go by the term too"


def test_a_late_task_is_marked_overdue(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with clock.frozen(T0 + timedelta(minutes=21)):
        climb_due()
        waiting = Task.objects.get(pk=task.pk)
        with translation.override("en"):
            assert (waiting.overdue, waiting.late) == (True, "Acceptance overdue"), "one truth on every page"
        assert queries.count_tasks(response.pk).late == sum(bool(t.late) for t in response.tasks.all()) > 0
        assert "Acceptance overdue" in cast["neighbour"].client.get(task.desk_url(), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    with entered(cast["neighbour"].scope):
        accepted = tasks.accept(task=task.pk)
    assert (accepted.overdue, accepted.late) == (False, "")
    for minute, step in ((61, 2), (66, 3)):
        with clock.frozen(T0 + timedelta(minutes=minute)):
            climb_due()
        late = Task.objects.get(pk=task.pk)
        assert (late.overdue, late.step, late.state) == (True, step, "accepted")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_answer_in_both_languages(response: Response, cast, language: str) -> None:  # type: ignore[no-untyped-def]
    commander, unit = cast["commander"].client, cast["neighbour"].client
    words = {"HTTP_ACCEPT_LANGUAGE": language}
    task = Task.objects.get(organisation__code="441881-sfz")
    proposal = Proposal.objects.get()
    for address in (
        response.desk_url(),
        task.desk_url(),
        proposal.desk_url(),
        response.plan.desk_url(),
        "/response/responses/begin/start/",
    ):
        assert commander.get(address, **words).status_code == 200, address
    inbox = unit.get("/response/inbox/", **words).content.decode()
    assert task.desk_url() + "accept/" in inbox
    assert 'data-live="response.task"' in inbox
    assert unit.post(task.desk_url() + "accept/?next=/response/inbox/", {"csrfmiddlewaretoken": "x"}).status_code == 302
    assert task.desk_url() + "complete/" in unit.get("/response/inbox/").content.decode()
    timeline = commander.get(response.desk_url(), **words).content.decode()
    assert "441881" in timeline or str(task.organisation) in timeline


def test_a_new_version_of_the_plan_leaves_the_running_response_its_proposals(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    newer = {**tomllib.loads(SHIPPED.read_text(encoding="utf-8")), "version": 2}
    plan_actions.load_plan(content=newer)
    with clock.frozen(T0 + timedelta(minutes=61)):
        observe(60, ("QY-H01", 36.0))
        pending = queries.open_proposals().get()
        assert (pending.plan.version, pending.direction, pending.level) == (1, "raise", 2), "the old version runs to its end"
        with entered(cast["commander"].scope), assert_nothing_happened(Response), pytest.raises(Conflict):
            actions.start(plan=plans.in_force()[0].id, level=2, reason="beside it")
        with entered(cast["commander"].scope):
            actions.confirm(proposal=pending.pk)
            actions.end(response=response.pk, reason="new version")
        consider_plans()
        assert queries.open_proposals().get().plan.version == 2


def test_evidence_is_facts_in_the_viewers_language_and_opens_what_was_seen(flood: None, cast) -> None:  # type: ignore[no-untyped-def]
    proposal = Proposal.objects.get()
    line = proposal.evidence.get()
    assert (line.station, line.value, line.unit) == ("QY-H01", 30.47, "m")
    told = {}
    for language in ("zh-hans", "en"):
        client = cast["commander"].client
        client.cookies["django_language"] = language
        told[language] = client.get(proposal.desk_url()).content.decode()
        assert line.opens in told[language]
    assert "任一河道站达到橙色" in told["zh-hans"]
    assert "Any river station orange" in told["en"]
    assert "任一河道站达到橙色" not in told["en"]
    assert cast["city_officer"].client.get(line.opens).status_code == 200


def test_every_step_has_its_signed_notice_and_the_command_its_seats(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["commander"].scope):
        actions.raise_level(response=response.pk, reason="dyke in danger")
        actions.end(response=response.pk, reason="over")
    notices = list(response.notices.all())
    assert [(n.number, n.direction, n.level, n.reason) for n in notices] == [
        (1, "start", 3, ""),
        (2, "raise", 2, "dyke in danger"),
        (3, "end", 2, "over"),
    ]
    assert all(n.text and n.text_en and n.signed_by == "commander" and n.signed_post == "qy-sfz.chief" for n in notices)
    assert "终止" in notices[2].text
    assert "决定启动防汛Ⅲ级" in notices[0].text and "决定提升至防汛Ⅱ级" in notices[1].text
    assert "is activated at level III" in notices[0].text_en and "{step}" not in notices[1].text_en
    page = cast["commander"].client.get(notices[2].desk_url()).content.decode()
    assert notices[2].text in page
    page = cast["commander"].client.get(notices[0].desk_url()).content.decode()
    assert len(notices[0].hours) > 1
    assert ", ".join(f"{hour}:00" for hour in notices[0].hours) in page
    printed = reverse("plans:print", args=[response.plan.pk])
    for address in (notices[0].desk_url(), response.plan.desk_url(), printed):
        told = cast["commander"].client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Qingyuan Flood, Drought and Wind Headquarters" in told, address
    assert response.seats.filter(code="chief").get().until is not None


def test_command_passes_on_with_a_word_on_the_situation(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["commander"].scope):
        for bad in (
            {"seat": "chief", "post": "qy-sfz.deputy", "note": " "},
            {"seat": "nobody", "post": "qy-sfz.deputy", "note": "x"},
            {"seat": "chief", "post": "gone", "note": "x"},
            {"seat": "chief", "post": "qy-sfz.chief", "note": "x"},
        ):
            with assert_nothing_happened(CommandSeat), pytest.raises(Refusal):
                actions.hand_over(response=response.pk, **bad)
        actions.hand_over(response=response.pk, seat="chief", post="qy-sfz.deputy", note="dyke 3 seeps")
    with entered(cast["city_officer"].scope), pytest.raises(NotAuthorised):
        actions.hand_over(response=response.pk, seat="chief", post="qy-sfz.office", note="x")
    held = list(response.seats.filter(code="chief").values_list("post", "until", "note"))
    assert held == [("qy-sfz.chief", clock.now(), ""), ("qy-sfz.deputy", None, "dyke 3 seeps")]
    outbox.drain()
    assert Receipt.objects.filter(message__about=f"response:{response.pk}", recipient_code="qy-sfz.deputy").exists()
    client = cast["commander"].client
    assert "dyke 3 seeps" in client.get(response.desk_url()).content.decode()
    assert client.get(f"{response.desk_url()}hand_over/").status_code == 200
    assert "/hand_over/" in client.get(response.desk_url()).content.decode()
    reader = cast["city_officer"].client
    assert "/hand_over/" not in reader.get(response.desk_url()).content.decode(), "no button for who may only read"
    for address in (f"{response.desk_url()}hand_over/", "/response/responses/begin/start/"):
        assert reader.get(address).status_code == 403


def test_a_unit_whose_grant_is_for_its_sector_alone_reports_on_its_task_with_and_without_a_file(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="qy-water", card="C03")
    liaison = people.scope_of("water", "live")
    assert liaison.sectored
    with entered(liaison):
        tasks.accept(task=task.pk)
        tasks.report(task=task.pk, text="Forecast under way")
        tasks.report(task=task.pk, text="First sheet", file=SimpleUploadedFile("a.txt", b"10.8 m"))
        assert TaskReport.objects.filter(task=task).count() == 2
        client = cast["unit"].client
        told = client.post(f"{task.desk_url()}report/", {"text": "Second sheet"}, follow=True).content.decode()
        assert "已报告：" in told, "in the reader's language"
        assert "市水利局联络员" in client.get(task.desk_url()).content.decode()
        tasks.complete(task=task.pk, report="Forecast issued")


def test_what_cannot_be_done_climbs_to_the_leader_and_is_given_to_another(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="qy-water", card="C03")
    with entered(cast["unit"].scope):
        assert [t.pk for t in queries.inbox("water")][0] == task.pk
        tasks.fail(task=task.pk, report="no boats left")
        assert task.pk not in {t.pk for t in queries.inbox("water")}
    outbox.drain()
    told = Message.objects.filter(about=f"task:{task.pk}", kind="escalation").get()
    assert "no boats left" in told.body
    codes = set(Receipt.objects.filter(message=told).values_list("recipient_code", flat=True))
    assert {"qy-water", "qy-emb", "qy-sfz.deputy", "qy-sfz.chief"} <= codes
    with entered(cast["commander"].scope):
        assert [t.pk for t in queries.given_back("duty")] == [task.pk], "the bureau sees what was given back"
        again = tasks.reassign(task=task.pk, organisation="qy-fire", reason="they have boats")
    assert (again.state, again.report, again.organisation.code) == ("issued", "", "qy-fire")


def test_the_inbox_puts_first_what_must_be_done_first(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["city_officer"].scope):
        times = [t.next_at for t in queries.inbox("duty")]
    assert times == sorted(times)


def test_a_photo_comes_with_the_report_and_only_the_entitled_open_it(
    response: Response,
    cast,
    settings,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    task = Task.objects.get(organisation__code="441881-sfz")
    owner = cast["neighbour"].client
    address = f"{task.desk_url()}report/"
    with assert_nothing_happened(TaskReport):
        bad = SimpleUploadedFile("x.exe", bytes(range(128, 256)))
        assert owner.post(address, {"text": "see", "file": bad}).status_code == 422
        assert owner.post(address, {"text": " "}).status_code == 422
    picture = SimpleUploadedFile("dyke.png", b"\x89PNG\r\n\x1a\nxxxx")
    assert owner.post(address, {"text": "the dyke holds", "file": picture}).status_code == 302
    kept = task.reports.get()
    photo = f"{task.desk_url()}files/{kept.file_id}/"
    shown = owner.get(photo)
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
    assert cast["county_officer"].client.get(photo).status_code == 404
    assert cast["county_officer"].client.get(address).status_code == 404
    page = owner.get(task.desk_url()).content.decode()
    assert page.count(photo) == 2, "with its report, and among the files of the task"
    assert "files/new/" not in page, "a photo comes in with a report, in one way"


def test_the_timeline_runs_from_the_reading_to_the_done_task(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["neighbour"].scope):
        tasks.accept(task=task.pk)
        tasks.complete(task=task.pk, report="all told")
    moments = queries.timeline(response)
    assert {"reading", "alarm", "step", "done"} <= {m.phase for m in moments}
    proposed = next(m for m in moments if m.about.startswith(str(response.plan)) and m.cause)
    assert proposed.cause in {m.seq for m in moments if m.phase == "alarm"}, "a proposal links to the alarm that led to it"
    stages = chain.of_task(Task.objects.get(pk=task.pk))
    alarm = Alarm.objects.get()
    assert [stage.icon for stage in stages] == ["ripple", "bell", "broadcast", "clipboard-list", "checklist"]
    assert stages[1].links[0].url == alarm.desk_url(), "the alarm is named"
    assert stages[2].links[0].url == Warning.objects.get(alarm=alarm.pk).desk_url(), "and the warning"
    assert [link.note for link in stages[-1].links][-1] == "all told"
    of_all = chain.of_response(response)
    assert of_all[:-1] == stages[:-1]
    page = cast["commander"].client.get(response.desk_url()).content.decode()
    assert page.count('class="chain-what"') == 5
    for language, word in (("zh-hans", "因 #"), ("en", "because of #")):
        client = cast["commander"].client
        client.cookies["django_language"] = language
        assert word in client.get(response.desk_url()).content.decode()
    page = cast["neighbour"].client.get(task.desk_url())
    assert page.status_code == 200
    assert "30.47" in page.content.decode()


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "英德(五)"), ("en", "Yingde (5)")])
def test_evidence_names_its_station_in_the_readers_language(response: Response, cast, language: str, name: str) -> None:  # type: ignore[no-untyped-def]
    with translation.override(language), entered(cast["commander"].scope):
        assert {m.about for m in queries.timeline(response) if m.phase == "alarm"} == {name}
        assert f"{name} 30.47 m" in [m.about for m in queries.timeline(response) if m.phase == "reading"]
    client = cast["commander"].client
    client.cookies["django_language"] = language
    assert f"{name}</span> 30.47 m" in client.get(response.plan.desk_url()).content.decode()
    holders = {"zh-hans": "市三防总指挥（演示）", "en": "Demo commander"}
    told = client.get(response.desk_url()).content.decode()
    assert [holder in told for holder in holders.values()] == [language == "zh-hans", language == "en"]


def test_a_long_response_folds_away_what_is_done_and_earlier_days(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["neighbour"].scope):
        tasks.accept(task=task.pk)
        tasks.complete(task=task.pk, report="all told")
    page = cast["commander"].client.get(response.desk_url()).content.decode()
    folds = re.findall(r'<details class="fold"( open)?>.*?</details>', page, re.DOTALL)
    assert folds.count(" open") == 2, "the tasks still to be done, and the last day"
    assert folds.count("") >= 1, "the task that is done"
    assert page.count(f'href="{task.desk_url()}"') >= 2, "among the tasks, and in the timeline"
    with entered(Scope.everything("system:test")):
        shown = desk._tasks(response)["groups"]
    assert [group["open"] for group in shown] == [True, False]
    assert sum(len(group["tasks"]) for group in shown) == Task.objects.filter(response=response).count()


def terms_of(task: Task) -> dict[str, str]:
    return {t.rule.code: t.state for t in Term.objects.filter(record="response.task", record_id=str(task.pk)).order_by("id")}


def test_a_task_runs_on_two_deadlines_that_stop_with_the_work(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    open_ones = {t.rule.code: t.due_at for t in Term.objects.filter(record="response.task", record_id=str(task.pk))}
    assert open_ones == {"response.accept": task.ack_due_at, "response.finish": task.due_at}
    term = Term.objects.filter(record="response.task", record_id=str(task.pk)).order_by("id")[0]
    assert task.desk_url() in cast["city_officer"].client.get(term.desk_url()).content.decode(), "the term leads to its task"
    assert term.desk_url() in cast["city_officer"].client.get(task.desk_url()).content.decode(), "and the task to its terms"
    with entered(cast["neighbour"].scope), clock.frozen(T0 + timedelta(minutes=5)):
        tasks.accept(task=task.pk)
    assert terms_of(task) == {"response.accept": "kept", "response.finish": "running"}
    with entered(cast["neighbour"].scope), clock.frozen(task.due_at + timedelta(minutes=5)):
        tasks.complete(task=task.pk, report="done")
    assert terms_of(task) == {"response.accept": "kept", "response.finish": "late"}


def test_the_deadlines_of_a_task_given_to_another_unit_begin_anew(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="441881-sfz")
    with entered(cast["commander"].scope), clock.frozen(T0 + timedelta(minutes=9)):
        moved = tasks.reassign(task=task.pk, organisation="qy-civil", reason="radar is down")
    found = Term.objects.filter(record="response.task", record_id=str(task.pk)).order_by("id")
    assert [t.state for t in found] == ["dropped", "dropped", "running", "running"]
    assert [t.due_at for t in found[2:]] == [moved.ack_due_at, moved.due_at]
    assert {t.area for t in found[2:]} == {moved.area}


def test_a_task_gains_no_time_by_going_from_unit_to_unit(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    task = Task.objects.get(organisation__code="qy-weather")
    card = plans.card(response.plan_id, task.card)
    assert card is not None
    with entered(cast["commander"].scope):
        for minute, unit in ((9, "qy-civil"), (30, "qy-fire"), (200, "qy-civil")):
            with clock.frozen(T0 + timedelta(minutes=minute)):
                moved = tasks.reassign(task=task.pk, organisation=unit, reason="the unit is cut off")
            assert moved.ack_due_at == T0 + timedelta(minutes=minute + card.ack_minutes), "time to accept, the same each time"
            assert moved.due_at == task.due_at, "by its rule the time to finish goes on"
    (finish,) = Term.objects.filter(record_id=str(task.pk), rule__code="response.finish", state__in=("running", "breached"))
    assert (finish.started_at, finish.due_at) == (task.issued_at, task.due_at)


def test_no_deadline_outlives_its_response(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    with entered(cast["commander"].scope):
        actions.end(response=response.pk, reason="over")
    assert set(Term.objects.filter(record="response.task").values_list("state", flat=True)) == {"dropped"}


def test_equal_steps_of_one_minute_are_one_line_of_the_timeline() -> None:
    at = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
    steps = [queries.Moment(at, "Task issued", "system", f"unit {n}", "", n) for n in range(22)]
    steps.append(queries.Moment(at - timedelta(minutes=1), "Confirm", "commander", "III", "", 99))
    [(_day, count, runs)] = queries.days(steps)
    assert count == 23
    assert [(run.folded, len(run.moments)) for run in runs] == [(True, 22), (False, 1)]


def test_my_tasks_are_those_of_the_own_unit_and_its_headquarters(response: Response, cast) -> None:  # type: ignore[no-untyped-def]
    shown = cast["neighbour"].client.get("/response/inbox/").context
    assert {task.organisation.code for task in shown["tasks"]} == {"441881-sfz"}
    assert shown["others"] and {task.organisation.code for task in shown["others"]}.isdisjoint({"441881-sfz", "441881-emb"})
