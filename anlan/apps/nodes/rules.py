"""Which node a key belongs to. Pure."""

from __future__ import annotations

#: Keys of a node; with 8,191 nodes every key is a whole number that JavaScript can tell.
SPAN = 2**40
MOST = 8190


def keys_of(node: int) -> range:
    """Return the keys that a node may give: 0 is given to nothing."""
    return range(max(node * SPAN, 1), (node + 1) * SPAN)


def born_at(key: int) -> int:
    """Return the node at which the row of a key was born."""
    return key // SPAN
