"""Timed work of upkeep: count how much of the days was heard."""

from __future__ import annotations

from anlan.apps.upkeep import heard
from anlan.kit.jobs import job


@job(every="1 hour", name="upkeep.count_days")
def count_days() -> None:
    """Count how much of each day every datastream was heard."""
    heard.count()
