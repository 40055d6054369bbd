"""A drawing of states and the steps between them: a column for each number of steps from the first, curves from box to box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

#: A box and the room around it, in the drawing's own units.
WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 132, 44, 260, 84, 48
#: How far a curve runs straight out of a box, and how long an arrow's tip is.
BEND, TIP = 48, 6


@dataclass(frozen=True)
class Box:
    """One state of the drawing."""

    state: Any
    x: int
    y: int

    @property
    def middle(self) -> tuple[float, float]:
        """Return where its arrows begin and end."""
        return self.x + WIDTH / 2, self.y + HEIGHT / 2


@dataclass(frozen=True)
class Arrow:
    """One step between two boxes: its curve, and where its words stand."""

    path: str
    x: float
    y: float


def boxes(start: Hashable, steps: Sequence[tuple[Hashable, Hashable]]) -> list[Box]:
    """Lay the states out from the first one, those of a column below each other; steps are (before, after)."""
    columns, known = [[start]], {start}
    while columns[-1]:
        after = [to for state in columns[-1] for before, to in steps if before == state]
        columns.append([state for state in dict.fromkeys(after) if state not in known])
        known |= set(columns[-1])
    return [
        Box(state, MARGIN + across * ACROSS, 12 + down * DOWN)
        for across, column in enumerate(columns)
        for down, state in enumerate(column)
    ]


def _faces(before: Box, after: Box) -> tuple[int, int]:
    """Return on which side a step leaves one box and comes to the other: 1 for the right, -1 for the left."""
    if before.x != after.x:
        return (1, -1) if after.x > before.x else (-1, 1)
    return (1, 1) if after.y >= before.y else (-1, -1)


def arrows(placed: Sequence[Box], steps: Sequence[tuple[Hashable, Hashable]]) -> list[Arrow]:
    """Draw every step as a curve from the side of one box to that of another, where each has a place of its own, in the order of where they go."""
    where = {box.state: box for box in placed}
    sides: dict[tuple[Hashable, int], list[tuple[int, int, int, int]]] = defaultdict(list)
    for number, (before, after) in enumerate(steps):
        for end, (own, other) in enumerate(((before, after), (after, before))):
            face = _faces(where[before], where[after])[end]
            sides[own, face].append((where[other].y, where[other].x, number, end))
    ends: dict[tuple[int, int], tuple[float, float, int]] = {}
    for (state, face), held in sides.items():
        box = where[state]
        for place, (_y, _x, number, end) in enumerate(sorted(held), 1):
            ends[number, end] = box.x + WIDTH * (face > 0), box.y + HEIGHT * place / (len(held) + 1), face
    found = []
    for number in range(len(steps)):
        (x1, y1, out), (x2, y2, into) = ends[number, 0], ends[number, 1]
        reach = BEND if out != into else BEND / 2 + abs(y2 - y1) / 8
        c1, c2, x2 = x1 + out * reach, x2 + into * reach, x2 + into * TIP
        x, y = (x1 + 3 * c1 + 3 * c2 + x2) / 8, (y1 + y2) / 2
        found.append(Arrow(f"M{x1:g} {y1:g} C{c1:g} {y1:g} {c2:g} {y2:g} {x2:g} {y2:g}", x, y + (-4 if out > 0 else 12)))
    return found


def size(placed: Sequence[Box]) -> dict[str, int]:
    """Return how much room a drawing takes."""
    return {"width": max(box.x for box in placed) + WIDTH + MARGIN, "height": max(box.y for box in placed) + HEIGHT + 12}
