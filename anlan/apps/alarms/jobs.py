"""Timed work of alarms: escalate what nobody answered, bring back what was put aside or kept back, watch for silence, let forecasts pass."""

from __future__ import annotations

from anlan.apps.alarms import actions, keeping, rules
from anlan.apps.alarms.choices import STANDING, AlarmState, Basis, OutageState
from anlan.apps.alarms.models import Alarm, OutOfService
from anlan.apps.alarms.queries.alarms import foretold, ladder
from anlan.apps.alarms.queries.restraints import to_weigh
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.jobs import job


@job(every="1 minute", name="alarms.escalate")
def escalate_unanswered() -> None:
    """Escalate alarms that nobody acknowledged in time."""
    now = clock.now()
    waiting = Alarm.objects.filter(
        state=AlarmState.RAISED, basis=Basis.OBSERVED, escalation__lt=ladder(now).top, raised_at__lte=now
    )
    for alarm in waiting.order_by("id"):
        if ladder(alarm.raised_at).climbs(alarm.escalation, alarm.escalated_at or alarm.raised_at, now):
            actions.escalate(alarm=alarm.pk)


@job(every="1 minute", name="alarms.unshelve")
def end_shelving() -> None:
    """Bring back alarms whose shelf time is over."""
    for alarm in Alarm.objects.filter(state=AlarmState.SHELVED, shelved_until__lte=clock.now()).order_by("id"):
        actions.unshelve(alarm=alarm.pk)


@job(every="1 minute", name="alarms.keep_back")
def weigh_restraints() -> None:
    """End what is out of service when its time is over; keep alarms back, or raise them, as that and the states of plants say."""
    now = clock.now()
    for row in OutOfService.objects.filter(state=OutageState.IN_FORCE, until__lte=now).order_by("id"):
        keeping.end_outage(outage=row.pk)
    for alarm in to_weigh(now):
        actions.keep_back(alarm=alarm)


@job(every="1 minute", name="alarms.calm")
def let_calm_return() -> None:
    """Return chattering alarms that have been calm for long enough."""
    calm = Alarm.objects.filter(state__in=STANDING, calm_since__lte=clock.now() - rules.CALM_FOR)
    for alarm in calm.order_by("id"):
        actions.calm_down(alarm=alarm.pk)


@job(every="1 minute", name="alarms.silence")
def watch_silence() -> None:
    """Raise the alarms of datastreams that have become silent, let those return of which one reports again, many at a time.

    No data is never "normal".
    """
    open_ = set(Alarm.objects.filter(basis=Basis.SILENCE, state__in=STANDING).values_list("datastream_id", flat=True))
    found = telemetry.silences()
    for fresh in rules.pieces([s for s in found if s.silent and s.stream not in open_]):
        actions.tell_silence(silences=fresh)
    for over in rules.pieces([s.stream for s in found if not s.silent and s.stream in open_]):
        actions.end_silence(datastreams=over)


@job(every="1 minute", name="alarms.forecasts")
def pass_forecasts() -> None:
    """Let the alarms of forecasts go whose hour has passed."""
    actions.judge_forecasts(foretold())
