"""Timed work of telemetry: clear away what was taken from the inbox long ago, measure the senders' clocks."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from anlan.apps.telemetry import proposing
from anlan.apps.telemetry.choices import ChangeState
from anlan.apps.telemetry.intake import clocks, comparing, folder, polling
from anlan.apps.telemetry.models import ThresholdChange
from anlan.kit import clock
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="1 day", name="telemetry.clear_inbox")
def clear_inbox() -> None:
    """Remove files that were taken long ago; the inbox is the live world's."""
    if current().world == "live":
        folder.clear(Path(settings.CONFIG.var) / "inbox" / "done", settings.CONFIG.inbox_days)


@job(every="1 minute", name="telemetry.thresholds")
def enter_thresholds() -> None:
    """Let signed changes of thresholds enter into force at their instants, the earliest first."""
    due = ThresholdChange.objects.filter(state=ChangeState.SIGNED, effective_at__lte=clock.now())
    for change in due.order_by("effective_at", "id"):
        proposing.enter_threshold(change=change.pk)


@job(every="1 minute", name="telemetry.clocks")
def watch_clocks() -> None:
    """Measure how far each sender's clock is from ours."""
    clocks.measure()


@job(every="1 hour", name="telemetry.compare")
def compare_neighbours() -> None:
    """Hold gauges against their neighbours."""
    comparing.compare()


@job(every="1 minute", name="telemetry.poll")
def poll_feeds() -> None:
    """Ask the feeds whose time has come; they are the live world's."""
    if current().world == "live":
        polling.due()
