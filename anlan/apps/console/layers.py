"""The command map and its timeline, as they are now and as they were, from what the apps put on the board."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from anlan.kit import board, clock
from anlan.kit.scope import current

#: What the timeline of the live world shows.
SPAN = timedelta(hours=72)
#: An exercise shows all of itself, but no more than this, and this much of the time before it.
LONGEST, BEFORE = timedelta(days=31), timedelta(hours=2)


def layers() -> list[dict[str, Any]]:
    """Return the layers that the viewer may read; nothing that moves is served from a cache."""
    return [layer.described() for layer in board.layers()]


def past(at: datetime) -> dict[str, Any]:
    """Return the layers as they were at an instant, tiles apart, which are asked with `?at=`; the others have no past."""
    return {"at": at.isoformat(), "layers": {layer.id: layer.past(at) for layer in board.layers() if layer.past}}


def course() -> dict[str, Any]:
    """Return what the timeline shows: each lane's spans of the past 72 hours, or of the whole exercise.

    A lane that is not for the viewer is named in `hidden`: nothing on it would read as nothing that happened.
    """
    until = clock.now()
    lanes = board.lanes()
    since = until - SPAN
    if current().world == "exercise":
        begins = [at for lane in lanes if lane.begins and (at := lane.begins())]
        since = max(min([since, *(at - BEFORE for at in begins)]), until - LONGEST)
    found = {code: lane.between(since, until) if lane in lanes else [] for code, lane in board.LANES.items()}
    hidden = [code for code, lane in board.LANES.items() if lane not in lanes]
    return {"from": since.isoformat(), "to": until.isoformat(), "hidden": hidden, **found}
