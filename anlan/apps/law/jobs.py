"""Timed work of law: terms that run out, or soon will."""

from __future__ import annotations

from anlan.apps.law import actions, queries
from anlan.kit.jobs import job


@job(every="1 minute", name="law.watch")
def watch_terms() -> None:
    """Announce what is about to run out and mark what has."""
    for pk in dict.fromkeys([*queries.run_out().values_list("pk", flat=True), *queries.near().values_list("pk", flat=True)]):
        actions.watch(term=pk)
