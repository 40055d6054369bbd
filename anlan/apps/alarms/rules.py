"""Pure decisions of alarms: what may be answered, put aside and closed, and when an unanswered one climbs (ISA-18.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.apps.alarms.choices import AlarmState, Cause
from anlan.kit.refusals import Conflict, Refusal

LONGEST_SHELF = timedelta(hours=24)
#: An alarm that crosses again so soon after it returned is the same alarm (proposal, K-).
FLAP_WITHIN = timedelta(hours=2)
#: How long an alarm may wait for an answer before it climbs, and from one step to the next (proposal, K-).
ANSWER_WITHIN = timedelta(minutes=5)
NEXT_STEP = timedelta(minutes=10)
LAST_STEP = 3
ISA = "ISA-18.2"
RED = 4


def check_open(state: str) -> None:
    """Refuse to work on an alarm that is over."""
    if state in {AlarmState.CLOSED, AlarmState.RETURNED}:
        raise Conflict(_("This alarm is over; there is nothing to answer any more."), article=ISA)


def climbs(step: int, raised_at: datetime, escalated_at: datetime | None, now: datetime) -> bool:
    """Tell whether an unanswered alarm is due for its next step."""
    if step >= LAST_STEP:
        return False
    return now - (escalated_at or raised_at) >= (NEXT_STEP if escalated_at else ANSWER_WITHIN)


def check_shelf(hours: float, reason: str, level: int) -> None:
    """Refuse to shelve an alarm for longer than a day or for no reason, and a red one at all: lives hang on it."""
    if level >= RED:
        raise Refusal(_("A red alarm cannot be put aside: acknowledge it and act."), article=ISA)
    if not reason.strip():
        raise Refusal(_("Say why this alarm is put aside."), article=ISA, field="reason")
    if not 0 < hours <= LONGEST_SHELF / timedelta(hours=1):
        raise Refusal(_("An alarm may be shelved for up to 24 hours."), article=ISA, field="hours")


def check_cause(cause: str, remark: str) -> None:
    """Refuse to close an alarm without a cause of the list, or with "other" and no word."""
    if cause not in Cause.values:
        raise Refusal(_("Choose the cause: %(causes)s.") % {"causes": ", ".join(Cause.values)}, article=ISA, field="cause")
    if cause == Cause.OTHER and not remark.strip():
        raise Refusal(_("Say in the remark what the cause was."), article=ISA, field="remark")


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder that an unanswered alarm climbs: who is told and when."""

    number: int
    at: datetime
    told: bool


def ladder(raised_at: datetime, escalated_at: datetime | None, escalation: int) -> list[Step]:
    """Return the steps of an alarm: told already (the newest at its true time), or still to come if nobody answers."""
    steps = []
    for number in range(1, LAST_STEP + 1):
        if number <= escalation and escalated_at is not None:
            at = escalated_at - (escalation - number) * NEXT_STEP
        elif escalated_at is not None:
            at = escalated_at + (number - escalation) * NEXT_STEP
        else:
            at = raised_at + ANSWER_WITHIN + (number - 1) * NEXT_STEP
        steps.append(Step(number, at, number <= escalation))
    return steps
