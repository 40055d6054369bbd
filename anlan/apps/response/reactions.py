"""What response does when alarms or warnings change, when a task is issued, and when one climbs.

Whom to tell comes from the plan and the organisations of the place, never from a code written here: a city is a pack.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.events import AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.law.events import TermBreached
from anlan.apps.messages import api as messages
from anlan.apps.plans import api as plans
from anlan.apps.response import actions, tasks
from anlan.apps.response.choices import Direction, Rung
from anlan.apps.response.events import CommandHandedOver, ResponseChanged, TaskClimbed, TaskIssued
from anlan.apps.response.facts import MEMBERS, members
from anlan.apps.response.models import CommandSeat, Task
from anlan.apps.response.queries import active, watched_plans
from anlan.apps.warning.events import WarningPublished
from anlan.kit import clock
from anlan.kit.events import Event, on


def _consider() -> None:
    for plan in watched_plans():
        actions.propose(plan=plan, known_at=clock.now())


def _reach_out() -> None:
    """Give the units of newly affected places the tasks of the responses in force (统一响应); known units get none twice."""
    for response in active():
        actions.issue_tasks(response=response.pk)


@on(AlarmRaised, together=True)
@on(AlarmLevelChanged, together=True)
@on(AlarmReturned, together=True)
@on(WarningPublished, together=True)
def consider(event: Event) -> None:
    """Ask every plan once what alarms and warnings mean as they stand now, and bring in the places they affect."""
    _consider()
    _reach_out()


@on(TermBreached)
def climb(event: TermBreached) -> None:
    """Take a task up its ladder as soon as its term has run out."""
    if event.rule in (tasks.ACCEPT, tasks.FINISH):
        tasks.climb(task=int(event.record_id))


@on(TaskIssued)
def tell_unit(event: TaskIssued) -> None:
    """Send a unit its task."""
    title = (event.title, event.title_en or event.title)
    subject = messages.in_both(_("Task: %(title)s"), title=title)
    due = f"{timezone.localtime(event.due_at):%m-%d %H:%M}"
    body = messages.in_both(_("Accept it and finish it by %(due)s."), due=due)
    messages.tell("task", f"task:{event.task}", event.area, subject, body, [event.organisation])


@on(TaskClimbed)
def tell_next_rung(event: TaskClimbed) -> None:
    """Tell the unit again, then the bureaus of its county and city and the deputy, then the leader; never fewer than before."""
    response = Task.objects.select_related("response").get(pk=event.task).response
    seats = {seat.code: seat.post for seat in CommandSeat.objects.filter(response=response, until=None)}
    places = dict.fromkeys([event.area[:6], response.area])
    told = [code for place in places for code in members(place, "bureau")] + [seats[c] for c in ("deputy",) if c in seats]
    if event.step >= Rung.LEADER:
        told += [seats[c] for c in ("leader", "office", "chief") if c in seats]
    title = (event.title, event.title_en or event.title)
    if event.reason == "failed":
        subject = messages.in_both(_("Cannot be done: %(title)s"), title=title)
        body = messages.in_both(_("The unit gave the task back: %(words)s Give it to another unit."), words=event.report)
    else:
        subject = messages.in_both(_("Overdue: %(title)s"), title=title)
        late, waits = _("The task was not finished in time."), _("Nobody has accepted the task in time.")
        body = messages.in_both(late if event.reason == "late" else waits)
    to = [event.organisation, *(told if event.step >= Rung.DEPUTY else [])]
    messages.tell("escalation", f"task:{event.task}", event.area, subject, body, to)


@on(ResponseChanged)
def tell_members(event: ResponseChanged) -> None:
    """Tell the government, headquarters and bureau of the plan's place that the response changed."""
    level = plans.ResponseLevel(event.level).label
    ended = event.direction == Direction.END
    text = _("The level %(level)s response has ended") if ended else _("The response is at level %(level)s now")
    subject = messages.in_both(text, level=level)
    body = messages.in_both(_("All members act according to the plan."))
    messages.tell("response", f"response:{event.response}", event.area, subject, body, members(event.area, *MEMBERS))


@on(CommandHandedOver)
def tell_command(event: CommandHandedOver) -> None:
    """Tell both posts and the bureau that command passed on."""
    subject = messages.in_both(_("Command handed over: %(seat)s"), seat=(event.seat, event.seat_en or event.seat))
    body = messages.in_both(_("The situation is described with the response."))
    to = [event.after, event.before, *members(event.area, "bureau")]
    messages.tell("response", f"response:{event.response}", event.area, subject, body, to)
