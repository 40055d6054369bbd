"""What response does when alarms or warnings change, when a task is issued, and when one climbs.

Whom to tell comes from the plan and the organisations of the place, never from a code written here: a city is a pack.
"""

from __future__ import annotations

from anlan.apps.messages import api as messages
from anlan.apps.monitoring.events import AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import actions
from anlan.apps.response.events import ResponseChanged, TaskClimbed, TaskIssued
from anlan.apps.response.models import Task
from anlan.apps.response.queries import active
from anlan.apps.warning.events import WarningPublished
from anlan.kit import clock
from anlan.kit.events import on


def _consider() -> None:
    for plan in plans.in_force():
        actions.propose(plan=plan.id, known_at=clock.now())


def _reach_out() -> None:
    """Give the units of newly affected places the tasks of the responses in force (统一响应); known units get none twice."""
    for response in active():
        actions.issue_tasks(response=response.pk)


def _bodies(area: str, *kinds: str) -> list[str]:
    """Return the codes of the bodies of these kinds that belong to the place itself."""
    return [o.code for kind in kinds for o in people.organisations(area=area, kind=kind, level=len(area))]


@on(AlarmRaised)
def consider_new_alarm(event: AlarmRaised) -> None:
    """Ask every plan what a new alarm means, and bring in the places it affects."""
    _consider()
    _reach_out()


@on(AlarmLevelChanged)
def consider_level(event: AlarmLevelChanged) -> None:
    """Ask every plan what a changed alarm means, and bring in the places it affects."""
    _consider()
    _reach_out()


@on(AlarmReturned)
def consider_return(event: AlarmReturned) -> None:
    """Ask every plan what the end of an alarm means."""
    _consider()


@on(WarningPublished)
def consider_warning(event: WarningPublished) -> None:
    """Ask every plan what a warning in force means."""
    _consider()


@on(TaskIssued)
def tell_unit(event: TaskIssued) -> None:
    """Send a unit its task."""
    messages.send(
        kind="task",
        subject=f"任务：{event.title}",
        body=f"请签收并于 {event.due_at:%m-%d %H:%M} 前完成。",
        to=[event.organisation],
        area=event.area,
        about=f"task:{event.task}",
        urgent=True,
    )


@on(TaskClimbed)
def tell_next_rung(event: TaskClimbed) -> None:
    """Tell the unit again, then the emergency bureaus of its county and city, then the post that decides level IV."""
    response = Task.objects.select_related("response").get(pk=event.task).response
    office = plans.level(response.plan_id, plans.ResponseLevel.IV)
    places = dict.fromkeys([event.area[:6], response.area])
    rungs = {
        1: [],
        2: [code for place in places for code in _bodies(place, "bureau")],
        3: [office.authority] if office else [],
    }
    messages.send(
        kind="escalation",
        subject=f"催办：{event.title}",
        body="任务超时未签收或未完成。",
        to=[event.organisation, *rungs[event.step]],
        area=event.area,
        about=f"task:{event.task}",
        urgent=True,
    )


@on(ResponseChanged)
def tell_members(event: ResponseChanged) -> None:
    """Tell the government, headquarters and bureau of the plan's place that the response changed."""
    label = "终止" if event.direction == "end" else f"调整为 {plans.ResponseLevel(event.level).label} 级"
    messages.send(
        kind="response",
        subject=f"应急响应{label}",
        body="请各成员单位按预案执行。",
        to=_bodies(event.area, "bureau", "headquarters", "government"),
        area=event.area,
        about=f"response:{event.response}",
        urgent=True,
    )
