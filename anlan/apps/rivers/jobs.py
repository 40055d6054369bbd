"""Timed work of rivers: foretell the stages."""

from __future__ import annotations

from anlan.apps.rivers import forecasting
from anlan.kit.jobs import job


@job(every="1 hour", name="rivers.foretell")
def foretell() -> None:
    """Foretell the stages of the gauges of all reaches."""
    forecasting.make()
