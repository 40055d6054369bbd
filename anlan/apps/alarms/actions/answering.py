"""Writers of the answers to an alarm (ISA-18.2): acknowledged, put aside, closed, and told further up while nobody answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import decision_sheets, events, rules
from anlan.apps.alarms.actions.following import ask_anew
from anlan.apps.alarms.choices import AlarmState, Basis, Cause, Restraint
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import ladder
from anlan.apps.alarms.queries.cards import shelf_hours
from anlan.kit.actions import Bulk, Deed, action
from anlan.kit.inputs import Input, Reason
from anlan.kit.refusals import Conflict


@action(
    "alarms.answer_own",
    needs="alarms.answer_own_alarm",
    label=_("We deal with it"),
    record="alarms.Alarm",
    icon="building-factory-2",
    when=lambda alarm: alarm.restraint == Restraint.OWNER and alarm.owner_answered_at is None,
)
def answer_own(deed: Deed, *, alarm: int, measure: Reason) -> Alarm:
    """Say for the enterprise that its alarm is dealt with and how; still standing after its time, it goes to the city all the same."""
    held = deed.lock(Alarm, alarm)
    if held.restraint != Restraint.OWNER:
        raise Conflict(_("This alarm is with the city already; acknowledge it there."))
    if held.owner_answered_at is not None:
        raise Conflict(_("This alarm has been answered for the enterprise already."))
    held.owner_answered_at, held.owner_answered_by, held.owner_measure = deed.now, deed.actor, measure[:300]
    return held


@action(
    "alarms.acknowledge",
    needs="alarms.acknowledge_alarm",
    label=_("Acknowledge"),
    record="alarms.Alarm",
    icon="checks",
    moves=Alarm.life.acknowledge,
    sheet=decision_sheets.answering,
    # ISA-18.2: several at once only where they are few, of one kind and none of the gravest.
    bulk=Bulk(20, alike="hazard", check=lambda alarm: rules.check_several(alarm.level)),
)
def acknowledge(deed: Deed, *, alarm: int) -> Alarm:
    """Answer an alarm: somebody has seen it and acts."""
    held = deed.lock(Alarm, alarm)
    held.answered_after = held.answered_after or deed.now - held.created_at
    deed.emit(events.AlarmAcknowledged(alarm=held.pk, area=held.area, by=deed.actor))
    return held


@action(
    "alarms.shelve",
    needs="alarms.shelve_alarm",
    label=_("Shelve"),
    record="alarms.Alarm",
    icon="clock-pause",
    moves=Alarm.life.shelve,
    when=lambda alarm: alarm.level < rules.RED,
)
def shelve(deed: Deed, *, alarm: int, hours: Annotated[float, Input(_("Hours"), example=4)], reason: Reason) -> Alarm:
    """Put a nuisance alarm aside for a limited time, with a reason."""
    held = deed.lock(Alarm, alarm)
    rules.check_shelf(hours, reason, held.level, shelf_hours(held.hazard, held.level))
    held.shelved_until, held.shelved_reason = deed.now + timedelta(hours=hours), reason.strip()[:300]
    return held


@action(
    "alarms.shelve_red",
    needs="alarms.shelve_alarm",
    label=_("Shelve a red alarm"),
    record="alarms.Alarm",
    icon="clock-shield",
    moves=Alarm.life.shelve,
    when=lambda alarm: alarm.level >= rules.RED,
    second_person=True,
    story=_("A red alarm is put aside only when a second person has looked at it too, and for an hour at most."),
)
def shelve_red(deed: Deed, *, alarm: int, hours: Annotated[float, Input(_("Hours"), example=1)], reason: Reason) -> Alarm:
    """Put a red alarm aside for a short time: a second person looks at it and confirms (ISA-18.2: shelving under access control)."""
    held = deed.lock(Alarm, alarm)
    rules.check_red_shelf(hours, reason, held.level, shelf_hours(held.hazard, held.level))
    held.shelved_until, held.shelved_reason = deed.now + timedelta(hours=hours), reason.strip()[:300]
    return held


@action(
    "alarms.unshelve",
    needs="alarms.shelve_alarm",
    label=_("Take off the shelf"),
    record="alarms.Alarm",
    icon="clock-play",
    moves=Alarm.life.unshelve,
)
def unshelve(deed: Deed, *, alarm: int) -> Alarm:
    """Bring a shelved alarm back: it wants an answer again."""
    held = deed.lock(Alarm, alarm)
    ask_anew(deed, held)
    return held


@action(
    "alarms.close",
    needs="alarms.close_alarm",
    label=_("Close"),
    record="alarms.Alarm",
    icon="circle-check",
    moves=Alarm.life.close,
)
def close(deed: Deed, *, alarm: int, cause: Cause, remark: Annotated[str, Input(_("Remark"))] = "") -> Alarm:
    """Close an alarm whose condition has returned to normal, with the cause: what was no danger feeds the review of thresholds."""
    held = deed.lock(Alarm, alarm)
    rules.check_cause(cause, remark)
    held.cause, held.closing_remark = cause, remark.strip()[:300]
    return held


@action("alarms.escalate", needs="alarms.detect", label=_("Escalate"))
def escalate(deed: Deed, *, alarm: int) -> Alarm:
    """Note that nobody answered an alarm in time, and climb one step of the ladder."""
    held = deed.lock(Alarm, alarm)
    if (
        held.state == AlarmState.RAISED
        and held.basis == Basis.OBSERVED
        and ladder(held.raised_at).climbs(held.escalation, held.escalated_at or held.raised_at, deed.now)
    ):
        held.escalated_at, held.escalation = deed.now, held.escalation + 1
        deed.emit(
            events.AlarmEscalated(
                alarm=held.pk, area=held.area, station_name=held.station.name, level=held.level, step=held.escalation
            )
        )
    return held
