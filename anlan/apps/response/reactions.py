"""What response does when alarms or warnings change, when a task is issued, and when one climbs."""

from __future__ import annotations

from anlan.apps.messages import api as messages
from anlan.apps.monitoring.events import AlarmLevelChanged, AlarmRaised, AlarmReturned
from anlan.apps.plans import api as plans
from anlan.apps.response import actions
from anlan.apps.response.events import ResponseChanged, TaskClimbed, TaskIssued
from anlan.apps.warning.events import WarningPublished
from anlan.kit import clock
from anlan.kit.events import on


def _consider() -> None:
    for plan in plans.in_force():
        actions.propose(plan=plan.id, known_at=clock.now())


@on(AlarmRaised)
def consider_new_alarm(event: AlarmRaised) -> None:
    """Ask every plan what a new alarm means."""
    _consider()


@on(AlarmLevelChanged)
def consider_level(event: AlarmLevelChanged) -> None:
    """Ask every plan what a changed alarm means."""
    _consider()


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
    """Tell the unit again, then the duty desk, then the office director."""
    county = event.area[:6]
    rungs = {
        1: [event.organisation],
        2: ["qy-emb.duty"] if len(county) < 6 else [f"{county}-emb.duty", "qy-emb.duty"],
        3: ["qy-sfz.office"],
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
    """Tell the city's desks that the response changed."""
    label = "终止" if event.direction == "end" else f"调整为 {plans.ResponseLevel(event.level).label} 级"
    messages.send(
        kind="response",
        subject=f"应急响应{label}",
        body="请各成员单位按预案执行。",
        to=["qy-emb", "qy-sfz", "qy-gov"],
        area=event.area,
        about=f"response:{event.response}",
        urgent=True,
    )
