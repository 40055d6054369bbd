"""Timed work of warning: expire what is over, prolong what lasts, call the next post where nobody answers."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from anlan.apps.alarms import api as alarms
from anlan.apps.warning import actions, hub, publication
from anlan.apps.warning.choices import PENDING, CallState, MessageType, State
from anlan.apps.warning.kinds import BROKERS
from anlan.apps.warning.models import Call, Warning
from anlan.apps.warning.queries import in_force, standing
from anlan.apps.warning.rules import ASK_AGAIN_AFTER, HOLDS_FOR, warned_area
from anlan.kit import clock
from anlan.kit.jobs import job
from anlan.kit.scope import current

RENEW_BEFORE = timedelta(hours=6)


@job(every="1 minute", name="warning.expire")
def expire_due() -> None:
    """End warnings whose time is over."""
    for warning in standing().filter(expires_at__lte=clock.now()).order_by("id"):
        actions.expire(warning=warning.pk)


@job(every="5 seconds", name="warning.publish_cap")
def publish_cap() -> None:
    """Keep the CAP messages in force at the brokers for other systems; an exercise's stay in the house."""
    if current().world == "live":
        for broker in BROKERS:
            publication.reconcile(broker)


@job(every="5 seconds", name="warning.tell_readers")
def tell_readers() -> None:
    """Ask back who wants the feed and tell its readers what is new; an exercise has none."""
    if current().world == "live":
        hub.tend()


@job(every="1 minute", name="warning.climb")
def climb_unanswered() -> None:
    """Call the next post where nobody answered in time."""
    overdue = Call.objects.filter(state=CallState.CALLING, due_at__lte=clock.now())
    for warning in sorted(set(overdue.values_list("warning_id", flat=True))):
        actions.climb(warning=warning)


@job(every="10 minutes", name="warning.cover")
def cover_alarms() -> None:
    """Draft what is missing where an alarm is open, heard of lately, and no warning stands or waits for its ground.

    A warning that ran out during silence comes back with the news; a draft that somebody withdrew is not put again at once.
    """
    for hazard, area in sorted({(a.hazard, warned_area(a.hazard, a.area)) for a in alarms.alarms_open(seen_within=HOLDS_FOR)}):
        known = Warning.objects.filter(area=area, hazard=hazard).exclude(message_type=MessageType.CANCEL)
        if known.filter(Q(state__in=PENDING) | Q(state=State.PUBLISHED, expires_at__gt=clock.now())).exists():
            continue
        if not known.filter(state=State.WITHDRAWN, ended_at__gt=clock.now() - ASK_AGAIN_AFTER).exists():
            actions.propose(hazard=hazard, area=area)


@job(every="10 minutes", name="warning.renew")
def renew_lasting() -> None:
    """Draft a renewal for warnings that run out while their alarm is open."""
    for warning in in_force().filter(expires_at__lte=clock.now() + RENEW_BEFORE):
        actions.propose(hazard=warning.hazard, area=warning.area)
        if alarms.alarms_open(warning.area, warning.hazard, HOLDS_FOR):
            actions.renew(warning=warning.pk)
