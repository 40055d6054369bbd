"""Timed work of exchange: ask feeds, end what ran out."""

from __future__ import annotations

from anlan.apps.exchange import actions, polling, queries
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="1 minute", name="exchange.poll")
def poll_feeds() -> None:
    """Ask the feeds of others, in the live world alone."""
    if current().world == "live":
        polling.due()


@job(every="1 minute", name="exchange.expire")
def expire_due() -> None:
    """End foreign warnings whose time is over."""
    for row in queries.over():
        actions.expire(foreign_warning=row.pk)
