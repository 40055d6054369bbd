"""Timed work of dispatch: orders that nobody acknowledges climb."""

from __future__ import annotations

from anlan.apps.dispatch import actions, queries
from anlan.kit.jobs import job


@job(every="1 minute", name="dispatch.climb")
def climb_due() -> None:
    """Take every order one rung up whose time has come."""
    for order in queries.climbing():
        actions.climb(order=order)
