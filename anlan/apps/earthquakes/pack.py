"""Load a pack's attenuation sets."""

from __future__ import annotations

from pathlib import Path

from anlan.apps.earthquakes import actions
from anlan.apps.earthquakes.actions import COEFFICIENTS
from anlan.apps.earthquakes.models import AttenuationSet
from anlan.lib.tables import rows_of

ORDER = 46


def load(pack: Path) -> None:
    """Load seismic/attenuation.csv; a pack may have none."""
    numbers = {*COEFFICIENTS, "sigma", "strike"}
    sets = [
        AttenuationSet(
            **{k: float(v) if k in numbers else v for k, v in row.items() if k != "preferred"},
            preferred=row["preferred"] == "true",
        )
        for row in rows_of(pack / "seismic" / "attenuation.csv", optional=True)
    ]
    actions.load_attenuation(sets=sets)
