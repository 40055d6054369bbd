"""Timed work of monitoring: judge what came in, escalate what nobody answered, bring back what was shelved."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.monitoring import actions
from anlan.apps.monitoring.choices import AlarmState
from anlan.apps.monitoring.models import Alarm
from anlan.kit import clock
from anlan.kit.jobs import job

#: How long an alarm may wait for an answer before it climbs (proposal, K-).
ANSWER_WITHIN = timedelta(minutes=5)


@job(every="1 minute", name="monitoring.escalate")
def escalate_unanswered() -> None:
    """Escalate alarms that nobody acknowledged in time."""
    late = Alarm.objects.filter(state=AlarmState.RAISED, escalated_at__isnull=True, raised_at__lte=clock.now() - ANSWER_WITHIN)
    for alarm in late.order_by("id"):
        actions.escalate(alarm=alarm.pk)


@job(every="1 minute", name="monitoring.unshelve")
def end_shelving() -> None:
    """Bring back alarms whose shelf time is over."""
    for alarm in Alarm.objects.filter(state=AlarmState.SHELVED, shelved_until__lte=clock.now()).order_by("id"):
        actions.unshelve(alarm=alarm.pk)
