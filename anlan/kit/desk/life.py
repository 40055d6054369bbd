"""The picture of a record's life: states as boxes in the order they are reached, moves as arrows, drawn from the declaration."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.declaration import Desk
from anlan.kit.lives import Life, Move, life_of
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.ui.templatetags.ui import TONES
from anlan.lib import state_diagrams


def verb_of(move: Move) -> str:
    """Return what a move is called: its verb's label; nothing where only other steps make it."""
    return next((str(verb.spec.label) for verb in ACTIONS.values() if verb.spec.moves is move), "")


def moves(life: Life) -> list[dict[str, Any]]:
    """Return every move in words, for those who cannot see the picture."""
    return [
        {
            "verb": verb_of(move) or _("by itself"),
            "before": [life.label(state) for state in move.before],
            "after": life.label(move.after) if move.after is not None else _("stays as it is"),
        }
        for move in life.moves.values()
    ]


def drawing(life: Life) -> dict[str, Any]:
    """Draw a life: its states with their words and tones, its steps with their verbs."""
    steps = [(step.before, step.after) for step in life.steps]
    placed = state_diagrams.boxes(life.start, steps)
    drawn = zip(state_diagrams.arrows(placed, steps), life.steps, strict=True)
    return {
        "boxes": [{"at": box, "label": life.label(box.state), "tone": TONES.get(str(box.state), "secondary")} for box in placed],
        "arrows": [{"at": arrow, "label": verb_of(step.move)} for arrow, step in drawn],
        "box": {"width": state_diagrams.WIDTH, "height": state_diagrams.HEIGHT},
        **state_diagrams.size(placed),
    }


def life_page(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Show how a kind of record goes from state to state."""
    life = life_of(desk.record)
    if life is None:
        raise NotFound()
    if not desk.may("view"):
        raise NotAuthorised(_("Your role does not include reading this."))
    facts = {"desk": desk, "title": desk.title(), "list": desk.name("list"), "picture": drawing(life), "moves": moves(life)}
    return render(request, "desk/life.html", facts)
