"""What telemetry does when a station becomes part of a whole, or leaves it, while it measures already: the whole is judged anew."""

from __future__ import annotations

from typing import Any

from anlan.apps.telemetry import actions
from anlan.apps.telemetry.models import Station
from anlan.kit.actions import Deed
from anlan.kit.lives import FOLLOWERS


def follow(_deed: Deed, row: Any, changed: dict[str, Any]) -> None:
    """Have the wholes judged between which a station has moved."""
    wholes = [whole for whole in changed.get("part_of_id", ()) if whole] if isinstance(row, Station) else []
    if wholes and row.datastreams.exists():
        actions.regroup(part=row.pk, wholes=wholes)


FOLLOWERS.append(follow)
