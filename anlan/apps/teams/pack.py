"""Load a pack's teams, once the skills are there that they name."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.teams.desk import TeamDesk
from anlan.kit.desk.packed import load_table
from anlan.lib.tables import rows_of

ORDER = 45


def load(pack: Path) -> None:
    """Load teams/teams.csv; a pack may have none."""
    load_table(TeamDesk, "teams.csv", rows_of(pack / "teams" / "teams.csv", optional=True))
