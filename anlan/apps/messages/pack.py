"""Load a pack's channel limits."""

from __future__ import annotations

import csv
from pathlib import Path

from anlan.apps.messages import actions
from anlan.apps.messages.models import ChannelLimit

ORDER = 25


def load(pack: Path) -> None:
    """Load messages/channels.csv where there is one."""
    file = pack / "messages" / "channels.csv"
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as rows:
        limits = [ChannelLimit(**{**row, "per_minute": int(row["per_minute"])}) for row in csv.DictReader(rows)]
    actions.load_limits(limits=limits)
