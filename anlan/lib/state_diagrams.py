"""A drawing of states and the steps between them: a column for each number of steps from the first, curves from box to box."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

#: A box and the room around it, in the drawing's own units.
WIDTH, HEIGHT, ACROSS, DOWN = 132, 36, 210, 84


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
        Box(state, 8 + across * ACROSS, 28 + down * DOWN)
        for across, column in enumerate(columns)
        for down, state in enumerate(column)
    ]


def arrows(placed: Sequence[Box], steps: Sequence[tuple[Hashable, Hashable]]) -> list[Arrow]:
    """Draw every step as a curve between two boxes, bent aside so that there and back do not cover each other."""
    where, found = {box.state: box for box in placed}, []
    for before, after in steps:
        (x1, y1), (x2, y2) = where[before].middle, where[after].middle
        side = 1 if x2 > x1 else -1 if x2 < x1 else 0
        x1, x2 = x1 + side * WIDTH / 2, x2 - side * (WIDTH / 2 + 6)
        if not side:
            down = 1 if y2 > y1 else -1
            y1, y2 = y1 + down * HEIGHT / 2, y2 - down * (HEIGHT / 2 + 6)
        bend = -26 if side > 0 else 26
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2 + bend
        found.append(Arrow(f"M{x1:g} {y1:g} Q{cx:g} {cy:g} {x2:g} {y2:g}", cx, (y1 + y2) / 2 + bend / 2 - 3))
    return found


def size(placed: Sequence[Box]) -> dict[str, int]:
    """Return how much room a drawing takes."""
    return {"width": max(box.x for box in placed) + WIDTH + 8, "height": max(box.y for box in placed) + HEIGHT + 40}
