"""Writers: propose, decide, steer a response, hand command over; issue its tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from anlan.apps.incidents import api as incidents
from anlan.apps.law import api as law
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import decision_sheets, events, facts, queries, rules, tasks
from anlan.apps.response.choices import WORKING, Direction, ProposalState, ResponseState
from anlan.apps.response.models import CommandSeat, Notice, Occasion, Proposal, ProposalEvidence, Response, Task
from anlan.apps.telemetry import api as telemetry
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.languages import localised
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import current


@action("response.propose", needs="response.propose", label=_("Propose"))
def propose(deed: Deed, *, plan: int, known_at: datetime) -> Proposal | None:
    """Compare a plan's conditions with the facts and put a proposal forward when another level is called for."""
    fact = plans.plan(plan)
    active = Response.objects.filter(plan=plan, state=ResponseState.ACTIVE).first()
    if fact is None or (active is None and (not fact.in_force or _another_version_runs(plan, fact.code))):
        return None
    verdict = plans.evaluate(plans.conditions(plan), plans.facts_now(fact.area))
    way = rules.direction(active.level if active else None, verdict.level)
    if not rules.may_go_down(way, telemetry.newest_at(), deed.now):
        return None
    pending = Proposal.objects.filter(plan=plan, state=ProposalState.OPEN).first()
    if pending is not None:
        if way == pending.direction and verdict.level == pending.level:
            return None
        stale = deed.lock(Proposal, pending)
        deed.move(stale, Proposal.life.supersede)
        stale.decided_at = deed.now
        deed.save(stale)
    if way is None or _declined_lately(deed, plan, way, verdict.level):
        return None
    crossed = verdict.since if way in (Direction.START, Direction.RAISE) else telemetry.newest_at()
    made = deed.create(
        Proposal,
        area=fact.area,
        plan_id=plan,
        response=active,
        direction=way,
        level=verdict.level,
        known_at=known_at,
        threshold_at=crossed,
        proposed_at=deed.now,
        proposal_seconds=max(0.0, round((deed.now - (crossed or known_at)).total_seconds(), 1)),
    )
    for e in verdict.evidence:
        _keep_evidence(deed, made, e)
    deed.emit(
        events.ResponseProposed(
            proposal=made.pk, plan=fact.code, level=verdict.level or 0, direction=way, at=deed.now, area=fact.area
        )
    )
    return made


def _keep_evidence(deed: Deed, proposal: Proposal, e: plans.Evidence) -> None:
    deed.create(
        ProposalEvidence,
        area=proposal.area,
        proposal=proposal,
        condition=e.condition.text,
        condition_en=e.condition.text_en,
        metric=e.condition.metric,
        value=e.value,
        unit=e.unit,
        station=e.station,
        station_name=e.station_name,
        at=e.at,
        since=e.since,
        alarm=e.alarm,
        datastream=e.datastream,
    )


def _another_version_runs(plan: int, code: str) -> bool:
    """Return whether another version of a plan is in operation: it goes on to its end, no second one starts beside it."""
    return Response.objects.filter(plan__code=code, state=ResponseState.ACTIVE).exclude(plan=plan).exists()


def _declined_lately(deed: Deed, plan: int, way: Direction, level: int | None) -> bool:
    """Return whether the officer has just declined this very proposal: it is not put again for a while."""
    last = Proposal.objects.filter(plan=plan).order_by("-proposed_at", "-id").first()
    if last is None or last.state != ProposalState.DECLINED or last.decided_at is None:
        return False
    return last.direction == way and last.level == level and deed.now - last.decided_at < rules.ASK_AGAIN_AFTER


@action(
    "response.confirm",
    needs="response.decide_proposal",
    label=_("Confirm"),
    record="response.Proposal",
    icon="gavel",
    danger=True,
    moves=Proposal.life.confirm,
    journal_refusals=True,
    sheet=decision_sheets.deciding,
)
def confirm(deed: Deed, *, proposal: int, reason: Reason = "") -> Response:
    """Decide as proposed: activate, raise, lower or end. Only a post that the plan authorises for the level may."""
    moved = Proposal.objects.filter(pk=proposal).values_list("response_id", flat=True).first()
    if moved is not None:  # the response before its proposal, as everywhere: two officers at once must not deadlock
        deed.lock(Response, moved)
    held = deed.lock(Proposal, proposal)
    _check_authority(deed, held.plan_id, _deciding_level(held))
    held.reason = reason
    if held.direction == Direction.START:
        response = _start(deed, held.plan_id, held.area, held.level or 4, reason)
        held.response = response
        return response
    response = deed.lock(Response, held.response_id or 0)
    if held.direction == Direction.END:
        deed.move(response, Response.life.end)
        return _end(deed, response, reason)
    deed.move(response, Response.life.steer)
    return _move(deed, response, held.level or 4, reason)


@action(
    "response.decline",
    needs="response.decide_proposal",
    label=_("Decline"),
    record="response.Proposal",
    icon="x",
    moves=Proposal.life.decline,
    sheet=decision_sheets.declining,
)
def decline(deed: Deed, *, proposal: int, reason: Reason) -> Proposal:
    """Decide against a proposal, with a reason."""
    held = deed.lock(Proposal, proposal)
    rules.check_reason(reason)
    _check_authority(deed, held.plan_id, _deciding_level(held))
    held.reason = reason
    return held


#: An incident that goes on.
Going = Annotated[Ref[incidents.Incident], Input(_("Incident"), among=incidents.going_on)]


def _plans(_about: None) -> list[tuple[int, str]]:
    return [(plan.id, plan.name) for plan in plans.in_force() if current().may("response.steer_response", plan.area)]


@action(
    "response.start",
    needs="response.steer_response",
    label=_("Activate by hand"),
    danger=True,
    icon="flame",
    story=_("Live conditions propose by themselves. Use this only to respond above the conditions; the reason is kept."),
    sheet=decision_sheets.starting,
)
def start(
    deed: Deed,
    *,
    plan: Annotated[int, Input(_("Plan"), choices=_plans)],
    level: Annotated[plans.ResponseLevel, Input(_("Response level"), example=2)],
    incident: Going | None = None,
    reason: Reason,
) -> Response:
    """Activate a plan without or beyond its conditions (提级响应): the reason is kept."""
    fact = next((p for p in plans.in_force() if p.id == plan), None)
    if fact is None:
        raise Refusal(_("There is no such plan in force."), field="plan")
    rules.check_reason(reason)
    _check_authority(deed, plan, level)
    if _another_version_runs(plan, fact.code):
        raise Conflict(_("An earlier version of this plan is in operation. End that response first."))
    _supersede(deed, plan)
    response = _start(deed, plan, fact.area, level, reason)
    response.raised_beyond = True
    if incident is not None:
        _answer(deed, response, incident)
    return response


@action(
    "response.answer",
    needs="response.steer_response",
    label=_("Answer an incident"),
    record="response.Response",
    icon="urgent",
    moves=Response.life.steer,
)
def answer(deed: Deed, *, response: Ref[Response], incident: Going) -> Occasion:
    """Say that a response answers an incident: each then leads to the other, and the incident begins the chain of evidence."""
    return _answer(deed, response, incident)


def _answer(deed: Deed, response: Response, incident: incidents.Incident) -> Occasion:
    rules.check_where(incident.area, response.area)
    if Occasion.objects.filter(response=response, incident=incident).exists():
        raise Conflict(_("This response answers %(incident)s already.") % {"incident": incident})
    values = {"said_at": deed.now, "said_by": deed.actor}
    return deed.create(Occasion, area=response.area, response=response, incident=incident, **values)


@action(
    "response.raise_level",
    needs="response.steer_response",
    label=_("Raise"),
    record="response.Response",
    icon="arrow-up",
    relative=True,
    danger=True,
    moves=Response.life.steer,
    when=lambda r: r.level > 1,
    sheet=decision_sheets.raising,
)
def raise_level(deed: Deed, *, response: int, reason: Reason) -> Response:
    """Raise a response by one level beyond the conditions (提级响应)."""
    held = _steered(deed, response, reason)
    if held.level <= 1:
        raise Conflict(_("The response is at the gravest level already."))
    _check_authority(deed, held.plan_id, held.level - 1)
    _supersede(deed, held.plan_id)
    held.raised_beyond = True
    return _move(deed, held, held.level - 1, reason)


@action(
    "response.lower_level",
    needs="response.steer_response",
    label=_("Lower"),
    record="response.Response",
    icon="arrow-down",
    relative=True,
    moves=Response.life.steer,
    when=lambda r: r.level < 4,
    sheet=decision_sheets.lowering,
)
def lower_level(deed: Deed, *, response: int, reason: Reason) -> Response:
    """Lower a response by one level."""
    held = _steered(deed, response, reason)
    if held.level >= 4:
        raise Conflict(_("The response is at the lowest level: end it instead."))
    _check_authority(deed, held.plan_id, held.level)
    _supersede(deed, held.plan_id)
    return _move(deed, held, held.level + 1, reason)


@action(
    "response.end",
    needs="response.steer_response",
    label=_("End the response"),
    record="response.Response",
    icon="player-stop",
    danger=True,
    moves=Response.life.end,
    sheet=decision_sheets.ending,
)
def end(deed: Deed, *, response: int, reason: Reason) -> Response:
    """End a response; tasks still open are cancelled."""
    held = _steered(deed, response, reason)
    _check_authority(deed, held.plan_id, held.level)
    _supersede(deed, held.plan_id)
    return _end(deed, held, reason)


def _steered(deed: Deed, response: int, reason: str) -> Response:
    """Lock a response that is moved by hand; the reason is a must."""
    rules.check_reason(reason)
    return deed.lock(Response, response)


def _deciding_level(proposal: Proposal) -> int:
    return rules.deciding_level(proposal.direction, proposal.level, proposal.response.level if proposal.response else None)


def _supersede(deed: Deed, plan: int) -> None:
    """Take back an open proposal: it spoke of a state that a decision by hand has just changed."""
    for proposal in Proposal.objects.filter(plan=plan, state=ProposalState.OPEN):
        stale = deed.lock(Proposal, proposal)
        deed.move(stale, Proposal.life.supersede)
        stale.decided_at = deed.now


def _check_authority(deed: Deed, plan: int, level: int) -> None:
    fact = plans.level(plan, level)
    if fact is None:
        raise Refusal(_("The plan has no such level."), field="level")
    rules.check_decider(deed.scope.post, fact.authority, fact.alternates, system=deed.scope.system)


def _start(deed: Deed, plan: int, area: str, level: int, reason: str) -> Response:
    try:
        with transaction.atomic(using=deed.using):  # the constraint decides between two officers at once
            response = deed.create(
                Response,
                area=area,
                plan_id=plan,
                level=level,
                gravest=level,
                activated_at=deed.now,
                activated_by=deed.actor,
                reason=reason,
            )
    except IntegrityError:
        raise Conflict(_("This plan is in operation already.")) from None
    _announce(deed, response, Direction.START, reason)
    for seat in plans.seats(plan):
        values = {"code": seat.code, "title": seat.title, "title_en": seat.title_en, "order": seat.order, "post": seat.post}
        deed.create(CommandSeat, area=area, response=response, since=deed.now, **values)
    issue_tasks(response=response.pk, above=None)
    return response


def _move(deed: Deed, response: Response, level: int, reason: str) -> Response:
    before = response.level
    response.level, response.gravest = level, min(level, response.gravest)
    _announce(deed, response, Direction.RAISE if level < before else Direction.LOWER, reason)
    if level < before:
        issue_tasks(response=response.pk, above=before)
    return response


def _end(deed: Deed, response: Response, reason: str) -> Response:
    for task in Task.objects.filter(response=response, state__in=WORKING).order_by("id"):
        held = deed.lock(Task, task)
        deed.move(held, Task.life.cancel)
        law.drop(of=held)
    for seat in CommandSeat.objects.filter(response=response, until=None):
        deed.lock(CommandSeat, seat).until = deed.now
    _announce(deed, response, Direction.END, reason)
    return response


def _announce(deed: Deed, response: Response, way: Direction, reason: str) -> None:
    """Write the signed notice of a step, and tell."""
    level = plans.level(response.plan_id, response.level)
    ending = way == Direction.END or level is None
    ended = messages.in_both(
        _("After consultation the level %(level)s response under the %(plan)s is ended."),
        plan=(response.plan.title, response.plan.title_en or response.plan.title),
        level=response.get_level_display(),
    )
    step = messages.in_both(rules.STEPS.get(way, ""))
    deed.create(
        Notice,
        area=response.area,
        response=response,
        number=Notice.objects.filter(response=response).count() + 1,
        direction=way,
        level=response.level,
        text=ended[0] if level is None or ending else level.notice.replace("{step}", step[0]),
        text_en=ended[1] if level is None or ending else level.notice_en.replace("{step}", step[1]),
        reason=reason,
        hours=[] if level is None or ending else list(level.reporting_hours),
        signed_at=deed.now,
        signed_by=deed.actor,
        signed_post=deed.scope.post,
    )
    deed.emit(
        events.ResponseChanged(
            response=response.pk, plan=response.plan.code, level=response.level, direction=way, at=deed.now, area=response.area
        )
    )


@action(
    "response.issue_tasks",
    needs="response.steer_response",
    label=_("Issue tasks"),
    record="response.Response",
    moves=Response.life.steer,
)
def issue_tasks(deed: Deed, *, response: int, above: int | None = None) -> int:
    """Turn a plan's cards for the level in force into timed tasks of the units concerned; never twice for a unit."""
    held = deed.lock(Response, response)
    known = queries.assigned(held)
    terms: list[law.Start] = []
    count = 0
    for card, unit in facts.assignments(held.plan_id, held.level, held.area, above):
        if (card.code, unit.id) in known:
            continue
        ack_due = deed.now + timedelta(minutes=card.ack_minutes)
        due = deed.now + timedelta(minutes=card.due_minutes)
        task = deed.create(
            Task,
            area=unit.area,
            response=held,
            card=card.code,
            title=card.title,
            title_en=card.title_en,
            phase=card.phase,
            organisation_id=unit.id,
            steps=list(card.steps),
            steps_en=list(card.steps_en),
            resources=list(card.resources),
            resources_en=list(card.resources_en),
            evidence=card.evidence,
            evidence_en=card.evidence_en,
            issued_at=deed.now,
            ack_due_at=ack_due,
            due_at=due,
            climbs_at=ack_due,
        )
        terms += tasks.terms(task, deed.now, unit.name, unit.name_en)
        deed.emit(
            events.TaskIssued(
                task=task.pk, organisation=unit.code, title=card.title, title_en=card.title_en, due_at=due, area=unit.area
            )
        )
        count += 1
    law.start(starts=terms)
    return count


def _seats(response: Response) -> list[tuple[str, str]]:
    return [(seat.code, f"{seat} · {seat.post}") for seat in response.seats.filter(until=None)]


def _posts(response: Response) -> list[tuple[str, str]]:
    here = (post for post in people.posts_below(response.area) if post.area == response.area)
    return [(post.code, str(localised(post.name, post.name_en))) for post in here]


@action(
    "response.hand_over",
    needs="response.steer_response",
    label=_("Hand over command"),
    record="response.Response",
    icon="transfer",
    story=_(
        "The new post takes the seat from now on and is told. Who may activate, raise, lower and end stays as the plan says."
    ),
    moves=Response.life.steer,
)
def hand_over(
    deed: Deed,
    *,
    response: int,
    seat: Annotated[str, Input(_("Position"), choices=_seats)],
    post: Annotated[str, Input(_("New post"), choices=_posts)],
    note: Annotated[str, Input(_("Situation at the hand-over"), rows=4)],
) -> CommandSeat:
    """Give a seat of the command to another post, with the situation it takes over; who may decide stays as the plan says."""
    held = deed.lock(Response, response)
    rules.check_note(note)
    now = CommandSeat.objects.filter(response=held, code=seat, until=None).first()
    if now is None:
        raise Refusal(_("There is no such seat in this response."), field="seat")
    if people.post(post) is None:
        raise Refusal(_("There is no such post in your jurisdiction."), field="post")
    if now.post == post:
        raise Conflict(_("This post has the seat already."), field="post")
    before = deed.lock(CommandSeat, now)
    before.until = deed.now
    deed.save(before)
    values = {"code": before.code, "title": before.title, "title_en": before.title_en, "order": before.order}
    made = deed.create(CommandSeat, area=held.area, response=held, post=post, since=deed.now, note=note, by=deed.actor, **values)
    deed.emit(
        events.CommandHandedOver(
            response=held.pk, seat=before.title, seat_en=before.title_en, before=before.post, after=post, area=held.area
        )
    )
    return made
