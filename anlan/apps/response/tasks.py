"""Writers of tasks: accept, report with a photo, finish, give back, give to another unit, climb."""

from __future__ import annotations

from datetime import timedelta
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.response import events, rules
from anlan.apps.response.choices import WORKING, TaskState
from anlan.apps.response.models import Task, TaskReport
from anlan.kit import files
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Conflict, Refusal

#: A task that a unit gave back is given to another, as one that still waits.
REASSIGNABLE = (*WORKING, TaskState.FAILED)


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


@action("response.report_with_file", needs="response.work_task", label=_("Report"), icon="message-report")
def report_with_file(deed: Deed, *, task: int, text: str, name: str, content: BinaryIO) -> TaskReport:
    """Say how a task is going and show it: a picture, a PDF, a spreadsheet or plain text."""
    held = _own_task(deed, task)
    rules.check_report(text)
    kept = files.attach(held, name, content)
    return deed.create(TaskReport, area=held.area, task=held, at=deed.now, by=deed.actor, text=text, file=kept)


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
    held.step = rules.TOP_STEP
    names = {"organisation": held.organisation.code, "title": held.title, "title_en": held.title_en}
    deed.emit(events.TaskFinished(task=held.pk, state=held.state, area=held.area))
    deed.emit(events.TaskClimbed(task=held.pk, step=held.step, reason="failed", words=report, area=held.area, **names))
    return held


@action(
    "response.reassign",
    needs="response.assign_task",
    label=_("Give to another unit"),
    record="response.Task",
    icon="arrows-exchange",
    when=lambda t: t.state in REASSIGNABLE,
)
def reassign(deed: Deed, *, task: int, organisation: str, reason: str) -> Task:
    """Give an open task to another unit by its code; the new unit is told and its time to accept starts anew."""
    held = deed.lock(Task, task)
    if held.state not in REASSIGNABLE:
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
    held.finished_at, held.finished_by, held.report = None, "", ""
    held.ack_due_at = held.climbs_at = deed.now + allowed
    held.due_at = max(held.due_at, deed.now + allowed)
    deed.emit(
        events.TaskIssued(
            task=held.pk, organisation=unit.code, title=held.title, title_en=held.title_en, due_at=held.due_at, area=unit.area
        )
    )
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
    names = {"organisation": held.organisation.code, "title": held.title, "title_en": held.title_en}
    deed.emit(events.TaskClimbed(task=held.pk, step=held.step, reason=reason, area=held.area, **names))
    return held
