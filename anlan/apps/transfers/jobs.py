"""Timed work of transfers: a shelter that was shut or full when people came may have opened or emptied since."""

from __future__ import annotations

from anlan.apps.transfers import actions, queries
from anlan.kit.jobs import job


@job(every="1 minute", name="transfers.enter_books")
def enter_books() -> None:
    """Try again to count people into the shelters that they are in."""
    for pk in queries.uncounted().order_by("pk").values_list("pk", flat=True):
        actions.enter_books(journey=pk)
