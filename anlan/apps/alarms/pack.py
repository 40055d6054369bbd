"""Load a pack's cards of alarms and the targets of their figures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from anlan.apps.alarms import keeping
from anlan.apps.alarms.models import AlarmCard, AlarmTarget
from anlan.lib.tables import rows_of

ORDER = 35


def load(pack: Path) -> None:
    """Load alarms/cards.csv and targets.csv where there are any."""
    cards = [
        AlarmCard(
            **{name: row[name] for name in ("hazard", "why", "why_en", "who", "who_en", "source", "confidence")},
            level=int(row["level"]),
            consequence=int(row["consequence"]),
            deed=row["deed"],
            deed_en=row["deed_en"],
            within=timedelta(minutes=float(row["within_minutes"])),
            shelf_hours=float(row["shelf_hours"]),
            since=date.fromisoformat(row["since"]),
            review_on=date.fromisoformat(row["review_on"]),
        )
        for row in rows_of(pack / "alarms" / "cards.csv", optional=True)
    ]
    targets = [
        AlarmTarget(code=row["code"], value=float(row["value"]), source=row["source"], confidence=row["confidence"])
        for row in rows_of(pack / "alarms" / "targets.csv", optional=True)
    ]
    keeping.load_cards(cards=cards, targets=targets)
