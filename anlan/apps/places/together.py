"""Tiles that a map asks for together: `?of=LAYER/Z/X/Y&of=…`, answered each after its length in four bytes, empty where there is nothing.

A browser would ask for each tile of each layer alone; who the asker is would be found out again for each, which costs more than most tiles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from anlan.kit.refusals import Malformed

#: So many tiles are served in one answer.
MOST = 100
DEEPEST = 22
#: The answer is no tile itself.
TYPE = "application/vnd.anlan.tiles"


class Asked(NamedTuple):
    """A tile of a layer."""

    layer: str
    z: int
    x: int
    y: int


def asked_tiles(names: list[str]) -> list[Asked]:
    """Return the tiles that are asked for; Malformed if a name says none, or there are too many."""
    if len(names) > MOST:
        raise Malformed(_("No more than %(count)s tiles are served at once.") % {"count": MOST})
    return [_asked(name) for name in names]


def _asked(name: str) -> Asked:
    layer, *where = name.split("/")
    if len(where) == 3 and all(part.isascii() and part.isdigit() and len(part) < 8 for part in where):
        z, x, y = map(int, where)
        if z <= DEEPEST and max(x, y) < 2**z:
            return Asked(layer, z, x, y)
    raise Malformed(_("A tile is named like stations/7/104/55."))


def framed(tiles: Iterable[bytes]) -> bytes:
    """Return tiles as one body, each after its length."""
    return b"".join(len(tile).to_bytes(4, "big") + tile for tile in tiles)
