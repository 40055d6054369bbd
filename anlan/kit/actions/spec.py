"""What an action declares of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from anlan.kit.lives import Move
from anlan.lib.decisions import Sheet

#: The action by which a second person carries out what was parked.
CONFIRM = "kit.confirm"


@dataclass(frozen=True)
class Bulk:
    """How a verb may be done to several records at once: at most so many; `check` refuses a row that wants to be taken by itself.

    `alike` is an attribute in which all must agree, such as the kind of an alarm; else nothing is done.
    """

    most: int
    alike: str = ""
    check: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class Spec:
    """What an action declares of itself."""

    name: str
    needs: str
    label: Any
    record: str = ""
    separate_from: str = ""
    second_person: bool = False
    danger: bool = False
    journal_refusals: bool = False
    icon: str = "player-play"
    when: Callable[[Any], bool] | None = None
    #: It goes on from what the record is (one level up): whoever asks says which state he saw.
    relative: bool = False
    #: The name of the app's own page for the verb, where the one made from its inputs does not do.
    page: str = ""
    #: What whoever is about to do it should know, said above its inputs.
    story: Any = ""
    #: The step of its record's life that the action is: checked and made when the record is locked.
    moves: Move | None = None
    #: What its decision sheet shows of the record (None for a verb that begins one) and of the inputs given so far.
    sheet: Callable[[Any, dict[str, Any]], Sheet | None] | None = None
    #: Whether and how it may be done to several records at once.
    bulk: Bulk | None = None
    #: It may be done on a phone without a network, and is judged when it arrives (the app `field`).
    offline: bool = False

    def __post_init__(self) -> None:
        alone = self.grave or self.relative or self.page or not self.record
        if self.bulk and (alone or (self.sheet and not self.bulk.check)):
            raise ValueError(f"{self.name}: what weighs so much, or rests on what was seen, is done record by record")
        if self.offline and (self.grave or self.relative or self.sheet):
            raise ValueError(f"{self.name}: what weighs so much, or rests on what was seen, is not done without a network")

    def offers(self, row: models.Model) -> bool:
        """Return whether the state of its record lets the action be done."""
        return (self.moves is None or self.moves.possible(row)) and (self.when is None or self.when(row))

    @property
    def last(self) -> str:
        """Return the last part of its name, by which pages and API call it at its record."""
        return self.name.rsplit(".", 1)[1]

    @property
    def red(self) -> bool:
        """Return whether its button is red where it is offered: it takes something away, and no decision sheet stands between."""
        return self.danger and self.sheet is None

    @property
    def grave(self) -> bool:
        """Return whether this weighs so much that a program's token, which knows no second factor, must not do it."""
        return self.danger or self.second_person or bool(self.separate_from)
