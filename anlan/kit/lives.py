"""Declared lives: the states of a record, the moves between them, and what each move stamps.

    class Task(Record):
        life = Life(
            Move("accept", S.ISSUED, S.ACCEPTED, stamps="accepted"),       # accepted_at, accepted_by
            Move("fail", (S.ISSUED, S.ACCEPTED), S.FAILED, stamps="finished"),
        )

    @action("response.accept", …, record="response.Task", moves=Task.life.accept)

From that come the button where the move is possible, the refusal in words elsewhere, the stamps, the picture of the life, and
the inherited tests. A step inside another action moves a row by `deed.move(row, Task.life.cancel)`. A change of state that no
move declares cannot be saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from anlan.kit.languages import listed
from anlan.kit.refusals import Conflict

#: What is done whenever a record was made or changed, by what its model declares: (deed, row, column → [before, after]).
FOLLOWERS: list[Callable[[Any, models.Model, dict[str, Any]], None]] = []


class OutsideItsLife(RuntimeError):
    """A program changed a state in a way that the record's life does not declare."""


class Move:
    """One step of a life: from one or several states to the next, or to none: what may be done while it lasts."""

    def __init__(self, name: str, before: Any, after: Any = None, *, stamps: str = "") -> None:
        self.name = name
        self.before: tuple[Any, ...] = before if isinstance(before, tuple) else (before,)
        self.after = after
        self.stamps = stamps
        self.life: Life

    def possible(self, row: models.Model) -> bool:
        """Return whether a row's state lets it go this way."""
        return getattr(row, self.life.field) in self.before

    def check(self, row: models.Model, verb: Any) -> None:
        """Refuse in words where the row's state does not let it go this way."""
        if not self.possible(row):
            known = {"verb": verb, "now": self.life.label(getattr(row, self.life.field))}
            wanted = listed(self.life.label(state) for state in self.before)
            words = _("“%(verb)s” is possible only for what is %(wanted)s; this is %(now)s. Look at it again.")
            raise Conflict(words % {**known, "wanted": wanted})

    def make(self, row: models.Model, *, at: datetime, by: str) -> None:
        """Put a row into its next state and stamp who did it, and when, where the row has columns for that."""
        if self.after is not None:
            setattr(row, self.life.field, self.after)
        columns = {f.name for f in row._meta.concrete_fields}
        for column, value in ((f"{self.stamps}_at", at), (f"{self.stamps}_by", by)):
            if self.stamps and column in columns:
                setattr(row, column, value)


@dataclass(frozen=True)
class Step:
    """One arrow of a life's picture."""

    move: Move
    before: Any
    after: Any


class Life:
    """The moves of a record, found by name: `Task.life.accept`."""

    def __init__(self, *moves: Move, field: str = "state") -> None:
        self.field = field
        self.state_labels: dict[Any, Any] = {}  # of a kind that calls some states otherwise
        self.moves = {move.name: move for move in moves}
        if len(self.moves) != len(moves):
            raise ValueError("two moves of a life have one name")
        for move in moves:
            move.life = self

    def __getattr__(self, name: str) -> Move:
        try:
            return self.__dict__["moves"][name]
        except KeyError:
            raise AttributeError(f"this life has no move {name}") from None

    @property
    def states(self) -> type[Any]:
        """Return the enumeration of the states."""
        return type(next(iter(self.moves.values())).before[0])

    @property
    def start(self) -> Any:
        """Return the state in which such a record begins: where its first move leads from."""
        return next(iter(self.moves.values())).before[0]

    @property
    def steps(self) -> list[Step]:
        """Return every arrow of the picture."""
        return [Step(m, before, m.after) for m in self.moves.values() if m.after is not None for before in m.before]

    def label(self, state: Any) -> str:
        """Return what a state is called."""
        return str(self.state_labels.get(state) or self.states(state).label)

    def check_change(self, row: models.Model, before: Any) -> None:
        """Raise OutsideItsLife where a row's state changed as no move declares."""
        after = getattr(row, self.field)
        if before != after and not any(step.before == before and step.after == after for step in self.steps):
            raise OutsideItsLife(f"{row._meta.label}: no move leads from {before} to {after}")


def life_of(model: type[models.Model]) -> Life | None:
    """Return the declared life of a kind of record, if it has one."""
    found = getattr(model, "life", None)
    return found if isinstance(found, Life) else None
