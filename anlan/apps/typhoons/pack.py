"""Load a pack's agencies."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.typhoons import actions
from anlan.apps.typhoons.models import Agency
from anlan.lib.tables import rows_of

ORDER = 47


def load(pack: Path) -> None:
    """Load typhoons/agencies.csv; a pack may have none."""
    rows = rows_of(pack / "typhoons" / "agencies.csv", optional=True)
    agencies = [Agency(**{k: int(v) if k in ("rank", "wind_minutes") else v for k, v in row.items()}) for row in rows]
    actions.load_agencies(agencies=agencies)
