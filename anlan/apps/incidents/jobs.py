"""Timed work of incidents: watch for reports that are overdue."""

from __future__ import annotations

from anlan.apps.incidents import actions, queries
from anlan.kit.jobs import job


@job(every="1 minute", name="incidents.watch")
def watch() -> None:
    """Tell further up which reports are overdue."""
    for incident, term in queries.overdue_now():
        actions.tell_upwards(incident=incident.pk, term=term.pk, rule=term.rule.code, due_at=term.due_at)
