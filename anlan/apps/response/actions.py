"""Writers: propose, decide, steer a response; issue, accept, report, finish and climb tasks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import events, facts, rules
from anlan.apps.response.choices import WORKING, Direction, ProposalState, ResponseState, TaskState
from anlan.apps.response.models import Proposal, ProposalEvidence, Response, Task, TaskReport
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal


@action("response.propose", needs="response.propose", label=_("Propose"))
def propose(deed: Deed, *, plan: int, known_at: datetime) -> Proposal | None:
    """Compare a plan's conditions with the facts and put a proposal forward when another level is called for."""
    fact = next(p for p in plans.in_force() if p.id == plan)
    verdict = plans.evaluate(plans.conditions(plan), facts.gather())
    active = Response.objects.filter(plan=plan, state=ResponseState.ACTIVE).first()
    way = rules.direction(active.level if active else None, verdict.level)
    if not rules.may_go_down(way, facts.newest_reading(), deed.now):
        return None
    pending = Proposal.objects.filter(plan=plan, state=ProposalState.OPEN).first()
    if pending is not None:
        if way == pending.direction and verdict.level == pending.level:
            return None
        stale = deed.lock(Proposal, pending)
        stale.state, stale.decided_at = ProposalState.SUPERSEDED, deed.now
        deed.save(stale)
    if way is None or _declined_lately(deed, plan, way, verdict.level):
        return None
    crossed = verdict.since if way in (Direction.START, Direction.RAISE) else facts.newest_reading()
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
        proposal_seconds=max(0.0, (deed.now - (crossed or known_at)).total_seconds()),
    )
    for e in verdict.evidence:
        deed.create(ProposalEvidence, area=fact.area, proposal=made, condition=e.text, seen=e.seen, at=e.at, alarm=e.alarm)
    deed.emit(
        events.ResponseProposed(
            proposal=made.pk, plan=fact.code, level=verdict.level or 0, direction=way, at=deed.now, area=fact.area
        )
    )
    return made


def _declined_lately(deed: Deed, plan: int, way: Direction, level: int | None) -> bool:
    """Tell whether the officer has just declined this very proposal: it is not put again for a while."""
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
    when=lambda p: p.state == ProposalState.OPEN,
    journal_refusals=True,
)
def confirm(deed: Deed, *, proposal: int, reason: str = "") -> Response:
    """Decide as proposed: activate, raise, lower or end. Only a post that the plan authorises for the level may."""
    moved = Proposal.objects.filter(pk=proposal).values_list("response_id", flat=True).first()
    if moved is not None:  # the response before its proposal, as everywhere: two officers at once must not deadlock
        deed.lock(Response, moved)
    held = deed.lock(Proposal, proposal)
    rules.check_open(held.state)
    _check_authority(deed, held.plan_id, _deciding_level(held))
    held.state, held.decided_at, held.decided_by, held.reason = ProposalState.CONFIRMED, deed.now, deed.actor, reason
    if held.direction == Direction.START:
        response = _start(deed, held.plan_id, held.area, held.level or 4, reason)
        held.response = response
        return response
    response = _active(deed, held.response_id or 0)
    if held.direction == Direction.END:
        return _end(deed, response)
    return _move(deed, response, held.level or 4)


@action(
    "response.decline",
    needs="response.decide_proposal",
    label=_("Decline"),
    record="response.Proposal",
    icon="x",
    when=lambda p: p.state == ProposalState.OPEN,
)
def decline(deed: Deed, *, proposal: int, reason: str) -> Proposal:
    """Decide against a proposal, with a reason."""
    held = deed.lock(Proposal, proposal)
    rules.check_open(held.state)
    rules.check_reason(reason)
    _check_authority(deed, held.plan_id, _deciding_level(held))
    held.state, held.decided_at, held.decided_by, held.reason = ProposalState.DECLINED, deed.now, deed.actor, reason
    return held


@action("response.start", needs="response.steer_response", label=_("Activate by hand"), danger=True)
def start(deed: Deed, *, plan: int, level: int, reason: str) -> Response:
    """Activate a plan without or beyond its conditions (提级响应): the reason is kept."""
    fact = next((p for p in plans.in_force() if p.id == plan), None)
    if fact is None:
        raise Refusal(_("There is no such plan in force."), field="plan")
    rules.check_reason(reason)
    _check_authority(deed, plan, level)
    _supersede(deed, plan)
    response = _start(deed, plan, fact.area, level, reason)
    response.raised_beyond = True
    return response


@action(
    "response.raise_level",
    needs="response.steer_response",
    label=_("Raise"),
    record="response.Response",
    icon="arrow-up",
    danger=True,
    when=lambda r: r.state == ResponseState.ACTIVE and r.level > 1,
)
def raise_level(deed: Deed, *, response: int, reason: str) -> Response:
    """Raise a response by one level beyond the conditions (提级响应)."""
    held = _steered(deed, response, reason)
    if held.level <= 1:
        raise Conflict(_("The response is at the gravest level already."))
    _check_authority(deed, held.plan_id, held.level - 1)
    _supersede(deed, held.plan_id)
    held.raised_beyond = True
    return _move(deed, held, held.level - 1)


@action(
    "response.lower_level",
    needs="response.steer_response",
    label=_("Lower"),
    record="response.Response",
    icon="arrow-down",
    when=lambda r: r.state == ResponseState.ACTIVE and r.level < 4,
)
def lower_level(deed: Deed, *, response: int, reason: str) -> Response:
    """Lower a response by one level."""
    held = _steered(deed, response, reason)
    if held.level >= 4:
        raise Conflict(_("The response is at the lowest level: end it instead."))
    _check_authority(deed, held.plan_id, held.level)
    _supersede(deed, held.plan_id)
    return _move(deed, held, held.level + 1)


@action(
    "response.end",
    needs="response.steer_response",
    label=_("End the response"),
    record="response.Response",
    icon="player-stop",
    danger=True,
    when=lambda r: r.state == ResponseState.ACTIVE,
)
def end(deed: Deed, *, response: int, reason: str) -> Response:
    """End a response; tasks still open are cancelled."""
    held = _steered(deed, response, reason)
    _check_authority(deed, held.plan_id, held.level)
    _supersede(deed, held.plan_id)
    return _end(deed, held)


def _active(deed: Deed, response: int) -> Response:
    held = deed.lock(Response, response)
    rules.check_active(held.state != ResponseState.ACTIVE)
    return held


def _steered(deed: Deed, response: int, reason: str) -> Response:
    """Lock a response that is moved by hand; the reason is a must."""
    rules.check_reason(reason)
    return _active(deed, response)


def _deciding_level(proposal: Proposal) -> int:
    return rules.deciding_level(proposal.direction, proposal.level, proposal.response.level if proposal.response else None)


def _supersede(deed: Deed, plan: int) -> None:
    """Take back an open proposal: it spoke of a state that a decision by hand has just changed."""
    for proposal in Proposal.objects.filter(plan=plan, state=ProposalState.OPEN):
        stale = deed.lock(Proposal, proposal)
        stale.state, stale.decided_at = ProposalState.SUPERSEDED, deed.now


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
    _announce(deed, response, Direction.START)
    issue_tasks(response=response.pk, above=None)
    return response


def _move(deed: Deed, response: Response, level: int) -> Response:
    before = response.level
    response.level, response.gravest = level, min(level, response.gravest)
    _announce(deed, response, Direction.RAISE if level < before else Direction.LOWER)
    if level < before:
        issue_tasks(response=response.pk, above=before)
    return response


def _end(deed: Deed, response: Response) -> Response:
    response.state, response.ended_at = ResponseState.ENDED, deed.now
    for task in Task.objects.filter(response=response, state__in=WORKING).order_by("id"):
        held = deed.lock(Task, task)
        held.state, held.finished_at, held.finished_by = TaskState.CANCELLED, deed.now, deed.actor
    _announce(deed, response, Direction.END)
    return response


def _announce(deed: Deed, response: Response, way: Direction) -> None:
    deed.emit(
        events.ResponseChanged(
            response=response.pk, plan=response.plan.code, level=response.level, direction=way, at=deed.now, area=response.area
        )
    )


@action("response.issue_tasks", needs="response.steer_response", label=_("Issue tasks"))
def issue_tasks(deed: Deed, *, response: int, above: int | None = None) -> int:
    """Turn a plan's cards for the level in force into timed tasks of the units concerned; never twice for a unit."""
    held = _active(deed, response)
    known = set(Task.objects.filter(response=held).values_list("card", "organisation_id"))
    affected = facts.affected_areas()
    count = 0
    for card in plans.cards(held.plan_id, held.level, above):
        for unit in facts.doers(card, held.area, affected):
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
                resources=list(card.resources),
                evidence=card.evidence,
                issued_at=deed.now,
                ack_due_at=ack_due,
                due_at=due,
                climbs_at=ack_due,
            )
            deed.emit(events.TaskIssued(task=task.pk, organisation=unit.code, title=card.title, due_at=due, area=unit.area))
            count += 1
    return count


def _own_task(deed: Deed, pk: int) -> Task:
    """Lock a task that the actor's unit may work on."""
    task = deed.lock(Task, pk)
    if not deed.scope.system:
        own = people.organisation(people.organisation_of(deed.actor))
        coordinates = own is not None and own.kind in {"bureau", "headquarters"}
        rules.check_doer(own.code if own else "", own.area if own else "", coordinates, task.organisation.code, task.area)
    rules.check_working(task.state)
    return task


@action(
    "response.accept",
    needs="response.work_task",
    label=_("Accept"),
    record="response.Task",
    icon="check",
    when=lambda t: t.state == TaskState.ISSUED,
)
def accept(deed: Deed, *, task: int) -> Task:
    """Take a task on."""
    held = _own_task(deed, task)
    if held.state != TaskState.ISSUED:
        raise Conflict(_("This task has been accepted already."))
    held.state, held.accepted_at, held.accepted_by, held.climbs_at = TaskState.ACCEPTED, deed.now, deed.actor, held.due_at
    held.step = 0
    deed.emit(events.TaskAccepted(task=held.pk, by=deed.actor, area=held.area))
    return held


@action(
    "response.report",
    needs="response.work_task",
    label=_("Report"),
    record="response.Task",
    icon="message-report",
    when=lambda t: t.state in WORKING,
)
def report(deed: Deed, *, task: int, text: str) -> TaskReport:
    """Say how a task is going."""
    held = _own_task(deed, task)
    rules.check_report(text)
    return deed.create(TaskReport, area=held.area, task=held, at=deed.now, by=deed.actor, text=text)


@action(
    "response.complete",
    needs="response.work_task",
    label=_("Done"),
    record="response.Task",
    icon="circle-check",
    when=lambda t: t.state == TaskState.ACCEPTED,
)
def complete(deed: Deed, *, task: int, report: str) -> Task:
    """Finish a task with a report of what was done."""
    held = _own_task(deed, task)
    if held.state != TaskState.ACCEPTED:
        raise Conflict(_("Accept the task before you report it done."))
    rules.check_report(report)
    held.state, held.finished_at, held.finished_by, held.report = TaskState.DONE, deed.now, deed.actor, report
    deed.emit(events.TaskFinished(task=held.pk, state=held.state, area=held.area))
    return held


@action(
    "response.fail",
    needs="response.work_task",
    label=_("Cannot be done"),
    record="response.Task",
    icon="alert-octagon",
    danger=True,
    when=lambda t: t.state in WORKING,
)
def fail(deed: Deed, *, task: int, report: str) -> Task:
    """Give a task back with the reason why it cannot be done."""
    held = _own_task(deed, task)
    rules.check_report(report)
    held.state, held.finished_at, held.finished_by, held.report = TaskState.FAILED, deed.now, deed.actor, report
    deed.emit(events.TaskFinished(task=held.pk, state=held.state, area=held.area))
    return held


@action(
    "response.reassign",
    needs="response.assign_task",
    label=_("Give to another unit"),
    record="response.Task",
    icon="arrows-exchange",
    when=lambda t: t.state in WORKING,
)
def reassign(deed: Deed, *, task: int, organisation: str, reason: str) -> Task:
    """Give an open task to another unit by its code; the new unit is told and its time to accept starts anew."""
    held = deed.lock(Task, task)
    rules.check_working(held.state)
    rules.check_reason(reason)
    unit = people.organisation(organisation.strip())
    if unit is None or not deed.scope.may("response.assign_task", unit.area, unit.sector):
        raise Refusal(_("There is no such unit in your jurisdiction."), field="organisation")
    if Task.objects.filter(response=held.response_id, card=held.card, organisation=unit.id).exists():
        raise Conflict(_("This unit has the same task already."), field="organisation")
    allowed = held.ack_due_at - held.issued_at
    held.organisation_id, held.area = unit.id, unit.area
    held.state, held.accepted_at, held.accepted_by, held.step = TaskState.ISSUED, None, "", 0
    held.ack_due_at = held.climbs_at = deed.now + allowed
    deed.emit(events.TaskIssued(task=held.pk, organisation=unit.code, title=held.title, due_at=held.due_at, area=unit.area))
    return held


@action("response.climb", needs="response.climb_task", label=_("Climb"))
def climb(deed: Deed, *, task: int) -> Task:
    """Take a task that nobody accepted in time, or that is late, one rung up the ladder."""
    held = deed.lock(Task, task)
    if held.state not in WORKING or held.climbs_at > deed.now:
        return held
    late = held.state == TaskState.ACCEPTED
    held.overdue = held.overdue or late or held.due_at <= deed.now
    if held.step >= rules.TOP_STEP:
        held.climbs_at = max(held.due_at, deed.now) if not held.overdue else deed.now + timedelta(hours=6)
        return held
    held.step = rules.next_rung(held.step, late)
    held.climbs_at = deed.now + rules.CLIMB_EVERY
    reason = "late" if late else "unaccepted"
    deed.emit(
        events.TaskClimbed(
            task=held.pk, organisation=held.organisation.code, title=held.title, step=held.step, reason=reason, area=held.area
        )
    )
    return held
