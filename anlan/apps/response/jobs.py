"""Timed work of response: tasks climb, plans are asked again."""

from __future__ import annotations

from anlan.apps.response import actions, tasks
from anlan.apps.response.choices import WORKING
from anlan.apps.response.models import Task
from anlan.apps.response.queries import watched_plans
from anlan.kit import clock
from anlan.kit.jobs import job


@job(every="1 minute", name="response.climb")
def climb_due() -> None:
    """Take every task one rung up whose time has come."""
    for task in Task.objects.filter(state__in=WORKING, climbs_at__lte=clock.now()).order_by("climbs_at", "id"):
        tasks.climb(task=task.pk)


@job(every="10 minutes", name="response.consider")
def consider_plans() -> None:
    """Ask every plan what the facts call for, also where no alarm moved (a flow, an expired warning)."""
    for plan in watched_plans():
        actions.propose(plan=plan, known_at=clock.now())
