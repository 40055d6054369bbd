"""Timed work of telemetry: clear away what was taken from the inbox long ago, measure the senders' clocks."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from anlan.apps.telemetry.intake import clocks, folder
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="1 day", name="telemetry.clear_inbox")
def clear_inbox() -> None:
    """Remove files that were taken long ago; the inbox is the live world's."""
    if current().world == "live":
        folder.clear(Path(settings.CONFIG.var) / "inbox" / "done", settings.CONFIG.inbox_days)


@job(every="1 minute", name="telemetry.clocks")
def watch_clocks() -> None:
    """Measure how far each sender's clock is from ours."""
    clocks.measure()
