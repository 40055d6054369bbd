"""The command map and its timeline, as they are now and as they were, from what the apps put on the board."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from anlan.kit import board, clock
from anlan.kit.desk import DESKS, Desk, tiles
from anlan.kit.pages import PAGES
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

#: What the timeline of the live world shows.
SPAN = timedelta(hours=72)
#: An exercise shows all of itself, but no more than this, and this much of the time before it.
LONGEST, BEFORE = timedelta(days=31), timedelta(hours=2)


def layers() -> list[dict[str, Any]]:
    """Return the layers that the viewer may read; nothing that moves is served from a cache."""
    return [_described(layer) for layer in board.layers()]


def _described(layer: board.Layer) -> dict[str, Any]:
    """Return a layer as the map wants to be told of it; tiles of all layers are asked for together."""
    return layer.described() | ({"together": reverse("console:tiles")} if layer.desk else {})


def now(request: HttpRequest) -> dict[str, Any]:
    """Return what lies on the map now by layer, tiles apart, so that a map that opens need not ask for each layer alone."""
    found = {}
    for layer in board.layers():
        # Who may not have a layer's page is told so when the map asks for it by its own address.
        with suppress(Refusal):
            if layer.page and (answer := PAGES[layer.page].draw(request)).status_code == 200:
                found[layer.id] = json.loads(answer.content)
    return found


def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> bytes:
    """Return a tile of a layer, empty if it is none of the viewer's."""
    found = next((each for each in board.layers() if each.id == layer and each.desk), None)
    return tiles.tile(request, _desks()[found.desk], z, x, y).content if found else b""


@cache
def _desks() -> dict[str, type[Desk]]:
    return {f"{desk.app()}_{desk.slug}": desk for desk in DESKS.values()}


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
