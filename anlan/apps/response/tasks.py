"""Writers of tasks: accept, report with a photo, finish, give back, give to another unit, climb."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import events, rules
from anlan.apps.response.choices import COORDINATORS, WORKING, Rung, TaskState
from anlan.apps.response.models import Task, TaskReport
from anlan.kit import files
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason, Ref, Upload
from anlan.kit.refusals import Conflict, Refusal

Told = Annotated[str, Input(_("Report"), example="已到达现场 Arrived", rows=3)]
Photo = Annotated[Upload, Input(_("Photo or file"), accept="image/*,.pdf,.xlsx,.txt")]
#: How long a task that is late and known to all is left alone.
LATE_FOR_GOOD = timedelta(hours=6)
#: The rules by which a task's two deadlines run.
ACCEPT, FINISH = "response.accept", "response.finish"
Unit = Annotated[Ref[people.Organisation], Input(_("Unit"), example="441881-sfz")]


def terms(task: Task, since: datetime, unit: str, unit_en: str) -> list[law.Start]:
    """Return the terms that run on a task once a unit has it: to accept it, and to finish it."""
    known = {"of": task, "subject": task.title, "subject_en": task.title_en, "duty_of": unit, "duty_of_en": unit_en}
    anew = law.begins_anew(FINISH, since)
    return [
        law.Start(ACCEPT, since=since, end=task.ack_due_at, **known),
        law.Start(FINISH, since=since if anew else task.issued_at, end=task.due_at, **known),
    ]


def _own_task(deed: Deed, pk: int) -> Task:
    """Lock a task that the actor's unit may work on."""
    task = deed.lock(Task, pk)
    if not deed.scope.system:
        own = people.organisation(people.organisation_of(deed.actor))
        coordinates = own is not None and own.kind in COORDINATORS
        rules.check_doer(own.code if own else "", own.area if own else "", coordinates, task.organisation.code, task.area)
    return task


@action(
    "response.accept",
    needs="response.work_task",
    label=_("Accept"),
    record="response.Task",
    icon="check",
    moves=Task.life.accept,
    bulk=50,
    offline=True,
)
def accept(deed: Deed, *, task: int) -> Task:
    """Take a task on."""
    held = _own_task(deed, task)
    held.climbs_at, held.step, held.overdue = held.due_at, 0, held.due_at <= deed.now
    law.stop(of=held, rules=(ACCEPT,))
    deed.emit(events.TaskAccepted(task=held.pk, by=deed.actor, area=held.area))
    return held


@action(
    "response.report",
    needs="response.work_task",
    label=_("Report"),
    record="response.Task",
    icon="message-report",
    moves=Task.life.report,
    offline=True,
)
def report(deed: Deed, *, task: int, text: Told, file: Photo | None = None) -> TaskReport:
    """Say how a task is going, and show it if there is something to see."""
    held = _own_task(deed, task)
    rules.check_report(text)
    kept = files.attach(held, file.name or "", cast(BinaryIO, file), "file") if file else None
    return deed.create(TaskReport, area=held.area, task=held, at=deed.now, by=deed.actor, text=text, file=kept)


@action(
    "response.complete",
    needs="response.work_task",
    label=_("Done"),
    record="response.Task",
    icon="circle-check",
    moves=Task.life.complete,
    offline=True,
)
def complete(deed: Deed, *, task: int, report: Told) -> Task:
    """Finish a task with a report of what was done."""
    held = _own_task(deed, task)
    rules.check_report(report)
    held.report = report
    law.stop(of=held)
    deed.emit(events.TaskFinished(task=held.pk, state=held.state, area=held.area))
    return held


@action(
    "response.fail",
    needs="response.work_task",
    label=_("Cannot be done"),
    record="response.Task",
    icon="alert-octagon",
    danger=True,
    moves=Task.life.fail,
)
def fail(deed: Deed, *, task: int, report: Told) -> Task:
    """Give a task back with the reason why it cannot be done."""
    held = _own_task(deed, task)
    rules.check_report(report)
    held.report, held.step = report, Rung.LEADER
    law.drop(of=held)
    names = {"organisation": held.organisation.code, "title": held.title, "title_en": held.title_en}
    deed.emit(events.TaskFinished(task=held.pk, state=held.state, area=held.area))
    deed.emit(events.TaskClimbed(task=held.pk, step=held.step, reason="failed", report=report, area=held.area, **names))
    return held


@action(
    "response.reassign",
    needs="response.assign_task",
    label=_("Give to another unit"),
    record="response.Task",
    icon="arrows-exchange",
    moves=Task.life.reassign,
    bulk=100,
)
def reassign(deed: Deed, *, task: int, organisation: Unit, reason: Reason) -> Task:
    """Give an open task to another unit, which is told; which of its deadlines begin anew, their rules say."""
    held = deed.lock(Task, task)
    rules.check_reason(reason)
    if not deed.scope.may("response.assign_task", organisation.area, organisation.sector):
        raise Refusal(_("There is no such unit in your jurisdiction."), field="organisation")
    if Task.objects.filter(response=held.response_id, card=held.card, organisation=organisation).exists():
        raise Conflict(_("This unit has the same task already."), field="organisation")
    given = _given(held)
    held.organisation_id, held.area = organisation.pk, organisation.area
    held.accepted_at, held.accepted_by, held.step = None, "", 0
    held.finished_at, held.finished_by, held.report = None, "", ""
    if law.begins_anew(ACCEPT, deed.now):
        held.ack_due_at = deed.now + given[0]
    if law.begins_anew(FINISH, deed.now):
        held.due_at = deed.now + given[1]
    held.climbs_at, held.overdue = held.ack_due_at, held.due_at <= deed.now
    law.drop(of=held)
    law.start(starts=terms(held, deed.now, organisation.name, organisation.name_en))
    deed.emit(
        events.TaskIssued(
            task=held.pk,
            organisation=organisation.code,
            title=held.title,
            title_en=held.title_en,
            due_at=held.due_at,
            area=organisation.area,
        )
    )
    return held


def _given(task: Task) -> tuple[timedelta, timedelta]:
    """Return the time that the plan's card gives to accept and to finish; a card that is gone, what the task had."""
    card = plans.card(task.response.plan_id, task.card)
    if card is None:
        return task.ack_due_at - task.issued_at, task.due_at - task.issued_at
    return timedelta(minutes=card.ack_minutes), timedelta(minutes=card.due_minutes)


@action("response.climb", needs="response.climb_task", label=_("Climb"))
def climb(deed: Deed, *, task: int) -> Task:
    """Take a task that nobody accepted in time, or that is late, as far up its ladder as its term says: each rung counts from when that runs out."""
    held = deed.lock(Task, task)
    if held.state not in WORKING:
        return held
    late = held.state == TaskState.ACCEPTED
    rule = FINISH if late else ACCEPT
    due = law.due_of(Task._meta.label_lower, held.pk, rule, held.due_at if late else held.ack_due_at)
    if due is None:  # paused
        return held
    ladder = law.ladder(rule, due)
    step = ladder.reached(due, deed.now)
    if due > deed.now:  # whatever the task thought when it was issued
        held.climbs_at = due
        return held
    ahead = [rung.at for rung in ladder.rungs(due) if rung.number > step]
    held.overdue = True
    held.climbs_at = ahead[0] if ahead else _rests_until(held, deed.now)
    if step <= held.step:
        return held
    held.step = step
    reason = "late" if late else "unaccepted"
    names = {"organisation": held.organisation.code, "title": held.title, "title_en": held.title_en}
    deed.emit(events.TaskClimbed(task=held.pk, step=held.step, reason=reason, area=held.area, **names))
    return held


def _rests_until(task: Task, now: datetime) -> datetime:
    """Return when a task at the top of its ladder is looked at again: once it is late; after that nobody further is left to tell."""
    return now + LATE_FOR_GOOD if task.due_at <= now else task.due_at
