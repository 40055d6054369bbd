"""The picture of a record's life: states as boxes in the order they are reached, moves as arrows, drawn from the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.declaration import Desk
from anlan.kit.lives import Life, Move, life_of
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.ui.templatetags.ui import TONES

#: A box and the room around it, in the picture's own units.
WIDTH, HEIGHT, ACROSS, DOWN = 132, 36, 210, 84


@dataclass(frozen=True)
class Box:
    """One state of the picture."""

    state: Any
    label: str
    tone: str
    x: int
    y: int

    @property
    def middle(self) -> tuple[float, float]:
        """Return where its arrows begin and end."""
        return self.x + WIDTH / 2, self.y + HEIGHT / 2


@dataclass(frozen=True)
class Arrow:
    """One move between two states."""

    path: str
    label: str
    x: float
    y: float


def boxes(life: Life) -> list[Box]:
    """Lay the states out: a column for each number of steps from the first state, those of a column below each other."""
    columns, known = [[life.start]], {life.start}
    while columns[-1]:
        after = [step.after for state in columns[-1] for step in life.steps if step.before == state]
        columns.append([state for state in dict.fromkeys(after) if state not in known])
        known |= set(columns[-1])
    return [
        Box(state, str(state.label), TONES.get(str(state), "secondary"), 8 + across * ACROSS, 28 + down * DOWN)
        for across, column in enumerate(columns)
        for down, state in enumerate(column)
    ]


def arrows(life: Life, placed: list[Box]) -> list[Arrow]:
    """Draw every step as a curve between two boxes, bent aside so that there and back do not cover each other."""
    where, found = {box.state: box for box in placed}, []
    for step in life.steps:
        (x1, y1), (x2, y2) = where[step.before].middle, where[step.after].middle
        side = 1 if x2 > x1 else -1 if x2 < x1 else 0
        x1, x2 = x1 + side * WIDTH / 2, x2 - side * (WIDTH / 2 + 6)
        if not side:
            down = 1 if y2 > y1 else -1
            y1, y2 = y1 + down * HEIGHT / 2, y2 - down * (HEIGHT / 2 + 6)
        bend = -26 if side > 0 else 26
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2 + bend
        found.append(Arrow(f"M{x1:g} {y1:g} Q{cx:g} {cy:g} {x2:g} {y2:g}", verb_of(step.move), cx, (y1 + y2) / 2 + bend / 2 - 3))
    return found


def verb_of(move: Move) -> str:
    """Return what a move is called: its verb's label; "by itself" where only other steps make it."""
    return next((str(verb.spec.label) for verb in ACTIONS.values() if verb.spec.moves is move), _("by itself"))


def moves(life: Life) -> list[dict[str, Any]]:
    """Return every move in words, for those who cannot see the picture."""
    return [
        {
            "verb": verb_of(move),
            "before": [str(state.label) for state in move.before],
            "after": str(move.after.label) if move.after is not None else _("stays as it is"),
        }
        for move in life.moves.values()
    ]


def life_page(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Show how a kind of record goes from state to state."""
    life = life_of(desk.record)
    if life is None:
        raise NotFound()
    if not desk.may("view"):
        raise NotAuthorised(_("Your role does not include reading this."))
    placed = boxes(life)
    size = {"width": max(box.x for box in placed) + WIDTH + 8, "height": max(box.y for box in placed) + HEIGHT + 40}
    picture = {"boxes": placed, "arrows": arrows(life, placed), "box": {"width": WIDTH, "height": HEIGHT}, **size}
    facts = {"desk": desk, "title": desk.title(), "list": desk.name("list"), "picture": picture, "moves": moves(life)}
    return render(request, "desk/life.html", facts)
