"""Load a pack's channel limits, the waits between attempts and the day of the monthly reach test."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.messages import actions
from anlan.apps.messages.models import ChannelLimit, ReachTestDay, RetryWait
from anlan.lib.tables import rows_of

ORDER = 25


def load(pack: Path) -> None:
    """Load messages/channels.csv, retries.csv and reach_tests.csv where there are any."""
    folder = pack / "messages"
    limits = [
        ChannelLimit(**{**row, "per_minute": int(row["per_minute"])}) for row in rows_of(folder / "channels.csv", optional=True)
    ]
    waits = [
        RetryWait(**{**row, "attempt": int(row["attempt"]), "minutes": int(row["minutes"])})
        for row in rows_of(folder / "retries.csv", optional=True)
    ]
    days = [ReachTestDay(**row) for row in rows_of(folder / "reach_tests.csv", optional=True)]
    actions.load_limits(limits=limits, waits=waits, days=days)
