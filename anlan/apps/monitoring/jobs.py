"""Timed work of monitoring: judge what came in, escalate what nobody answered, bring back what was shelved."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from anlan.apps.monitoring import actions, detection, forecasts, inbox, rules
from anlan.apps.monitoring.choices import AlarmState, Basis
from anlan.apps.monitoring.models import Alarm
from anlan.kit import clock
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="1 minute", name="monitoring.escalate")
def escalate_unanswered() -> None:
    """Escalate alarms that nobody acknowledged in time."""
    now = clock.now()
    waiting = Alarm.objects.filter(
        state=AlarmState.RAISED, basis=Basis.OBSERVED, escalation__lt=rules.LAST_STEP, raised_at__lte=now - rules.ANSWER_WITHIN
    )
    for alarm in waiting.order_by("id"):
        if rules.climbs(alarm.escalation, alarm.raised_at, alarm.escalated_at, now):
            actions.escalate(alarm=alarm.pk)


@job(every="1 minute", name="monitoring.unshelve")
def end_shelving() -> None:
    """Bring back alarms whose shelf time is over."""
    for alarm in Alarm.objects.filter(state=AlarmState.SHELVED, shelved_until__lte=clock.now()).order_by("id"):
        actions.unshelve(alarm=alarm.pk)


@job(every="1 minute", name="monitoring.silence")
def watch_silence() -> None:
    """Raise an alarm for what sends nothing any more: no data is never "normal"."""
    detection.watch_silence()


@job(every="1 minute", name="monitoring.forecasts")
def pass_forecasts() -> None:
    """Let the alarms of forecasts go whose hour has passed."""
    detection.judge_forecasts(forecasts.standing())


@job(every="1 day", name="monitoring.clear_inbox")
def clear_inbox() -> None:
    """Remove files that were taken long ago; the inbox is the live world's."""
    if current().world == "live":
        inbox.clear(Path(settings.CONFIG.var) / "inbox" / "done", settings.CONFIG.inbox_days)
