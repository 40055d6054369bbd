"""Tests that every ledger inherits: a class with `ledger`, `thing` and `place` proves what `docs/guide/develop.md` promises of ledgers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, models, transaction

from anlan.kit import clock
from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.ledger import Place, verify
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.ledgers import UNLIMITED, Step, explained

OWN, NEIGHBOUR = "441802", "441881"


def _move(deed: Deed, ledger: Any, moves: Iterable[tuple[Any, ...]], because: Any) -> None:
    moves = list(moves)
    if taken := {end for _thing, quantity, *ends in moves if quantity is None for end in ends if isinstance(end, models.Model)}:
        ledger.hold(deed, *taken)
    for thing, quantity, source, target in moves:
        amount = ledger.balance(source, thing) if quantity is None else quantity
        if amount or quantity is not None:
            ledger.move(deed, thing, amount, source, target, because=because)


MOVE = Action(_move, Spec("test.move", "test.move", "Move"))


def moved(ledger: Any, *moves: tuple[Any, ...], because: Any = None) -> None:
    """Post moves (thing, quantity, source, target) in one deed; quantity None is all that stands there, taken under a hold."""
    MOVE(ledger, moves, because)


class Interleavings:
    """Deeds of several clerks at once, again and again: what each round leaves must be what some order of its deeds leaves.

    Needs real commits; `world_outside` is an unlimited place.
    """

    def __init__(
        self, ledger: Any, things: list[Any], places: list[Any], world_outside: Place, seed: int, clerks: int = 3
    ) -> None:
        self.ledger, self.things, self.places, self.outside, self.clerks = ledger, things, places, world_outside, clerks
        self.dice = random.Random(seed)  # noqa: S311
        self.refused = self.posted = 0

    def run(self, rounds: int) -> None:
        """Play so many rounds; AssertionError for one that no order explains, or that takes what is not there."""
        with ThreadPoolExecutor(self.clerks) as pool:
            before = self._balances()
            for number in range(rounds):
                deeds = [self._deed() for _clerk in range(self.clerks)]
                done = list(pool.map(self._tried, deeds))
                after = self._balances()
                assert min(after.values(), default=Decimal(0)) >= 0
                steps = [[self._step(*move) for move in deed] for deed in deeds]
                assert self._explained(before, steps, done, after), f"round {number}: {deeds} {done} {before} {after}"
                self.posted += sum(done)
                self.refused += done.count(False)
                before = after
            list(pool.map(lambda _n: connections.close_all(), range(self.clerks)))

    def _explained(self, before: Any, steps: list[list[Step]], done: list[bool], after: Any) -> bool:
        """Return whether an order explains the round; the world outside holds whatever is missing inside."""
        for thing in self.things:
            key = (UNLIMITED, thing.pk)
            before = {**before, key: -sum((q for (_place, one), q in before.items() if one == thing.pk), Decimal(0))}
            after = {**after, key: -sum((q for (_place, one), q in after.items() if one == thing.pk), Decimal(0))}
        return explained(before, steps, done, after)

    def _deed(self) -> list[tuple[Any, ...]]:
        if self.dice.random() < 0.2:  # takes all that it finds
            return [(self.dice.choice(self.things), None, *self.dice.sample(self.places, 2))]
        ends = [*self.places, self.outside]
        lines = self.dice.randint(1, 3)
        return [(self.dice.choice(self.things), self.dice.randint(1, 6), *self.dice.sample(ends, 2)) for _line in range(lines)]

    def _tried(self, deed: list[tuple[Any, ...]]) -> bool:
        with entered(Scope.everything("clerk")):
            try:
                moved(self.ledger, *deed)
            except Refusal:
                return False
            return True

    def _balances(self) -> dict[tuple[str, Any], Decimal]:
        with entered(Scope.everything("system:test")):
            return {(one.place, one.thing.pk): one.quantity for one in self.ledger.left(*self.places)}

    def _step(self, thing: Any, quantity: int | None, source: Any, target: Any) -> Step:
        out, into = (UNLIMITED if isinstance(end, Place) else f"{end._meta.label_lower}:{end.pk}" for end in (source, target))
        return Step(thing.pk, out, into, None if quantity is None else Decimal(quantity))


class LedgerTests:
    """Inherit and say: `ledger`, `thing(number)` → a row that moves, `place(area, number)` → a record in which it stands."""

    ledger: Any
    thing: Any
    place: Any

    def _outside(self) -> Place:
        return next(place for place in self.ledger.named() if place.unlimited)

    @pytest.fixture
    def stage(self, live: Any) -> tuple[Any, Any, Any]:
        """Return a thing and two places; ten of it stand in the first."""
        cls = type(self)
        thing, here, there = cls.thing(1), cls.place(OWN, 1), cls.place(OWN, 2)
        moved(self.ledger, (thing, 10, self._outside(), here))
        return thing, here, there

    def test_what_leaves_one_place_arrives_in_another(self, stage: Any) -> None:
        thing, here, there = stage
        moved(self.ledger, (thing, 4, here, there), (thing, 1, there, here))
        assert (self.ledger.balance(here, thing), self.ledger.balance(there, thing)) == (7, 3)
        assert sum(standing.quantity for standing in self.ledger.left(pk=thing.pk)) == 0
        assert verify(self.ledger).verified

    def test_nothing_leaves_that_is_not_there(self, stage: Any) -> None:
        thing, here, there = stage
        with assert_nothing_happened(self.ledger, self.ledger.Balance), pytest.raises(Refusal, match="1|missing|缺"):
            moved(self.ledger, (thing, 4, here, there), (thing, 7, here, there))
        assert self.ledger.balance(here, thing) == 10

    @pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1e30", "0.0001", "many"])
    def test_a_quantity_is_a_number_above_nought(self, stage: Any, quantity: str) -> None:
        thing, here, there = stage
        with assert_nothing_happened(self.ledger), pytest.raises(Refusal):
            moved(self.ledger, (thing, quantity, here, there))

    def test_a_deed_sees_what_it_has_moved(self, stage: Any) -> None:
        thing, here, there = stage

        def move(deed: Deed) -> tuple[Decimal, Decimal]:
            self.ledger.hold(deed, here)
            self.ledger.move(deed, thing, 4, here, there)
            return self.ledger.balance(here, thing), self.ledger.balance(there, thing)

        assert Action(move, Spec("test.move", "test.move", "Move"))() == (Decimal(6), Decimal(4))

    def test_a_refused_step_moves_nothing(self, stage: Any) -> None:
        thing, here, there = stage

        def refused(deed: Deed) -> None:
            self.ledger.move(deed, thing, 3, here, there)
            raise Refusal("no")

        def outer(deed: Deed) -> None:
            with pytest.raises(Refusal):
                Action(refused, Spec("test.refused", "test.move", "No"))()
            self.ledger.move(deed, thing, 1, here, there)

        Action(outer, Spec("test.outer", "test.move", "Outer"))()
        assert self.ledger.balance(there, thing) == 1

    def test_entries_and_balances_cannot_be_changed(self, stage: Any) -> None:
        entries, balances = self.ledger._meta.db_table, self.ledger.Balance._meta.db_table
        for sql in (
            f"UPDATE {entries} SET quantity = 1",
            f"DELETE FROM {entries}",
            f"UPDATE {balances} SET quantity = 1000",
            f"DELETE FROM {balances}",
            f"INSERT INTO {balances} (place, thing_id, area, quantity, at) SELECT 'x', thing_id, area, 5, at FROM {balances} LIMIT 1",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)

    def test_what_stood_where_at_any_instant(self, stage: Any) -> None:
        thing, here, there = stage
        then = clock.now()
        with clock.frozen(then + timedelta(hours=1)):
            moved(self.ledger, (thing, 4, here, there))
        assert self.ledger.balance(here, thing, at=then + timedelta(minutes=59)) == 10
        assert self.ledger.balance(here, thing, at=then + timedelta(hours=1)) == 6
        assert self.ledger.balance(here, thing, at=then - timedelta(days=1)) == 0
        with clock.frozen(then):  # a slow clerk: nothing is written before what is there already
            moved(self.ledger, (thing, 1, here, there))
        assert self.ledger.balance(here, thing, at=then + timedelta(minutes=59)) == 10
        assert verify(self.ledger).verified

    def test_a_reversal_happens_once(self, stage: Any) -> None:
        thing, here, there = stage
        moved(self.ledger, (thing, 4, here, there), because=there)

        def back(deed: Deed) -> int:
            return self.ledger.reverse(deed, there, why=here)

        verb = Action(back, Spec("test.back", "test.back", "Back"))
        assert verb() == 1
        assert self.ledger.balance(here, thing) == 10
        assert verb() == 0
        assert verify(self.ledger).verified
        moved(self.ledger, (thing, 4, here, there))
        with assert_nothing_happened(self.ledger), pytest.raises(Conflict):
            self._reverse_again(thing, here, there)

    def _reverse_again(self, thing: Any, here: models.Model, there: models.Model) -> None:
        """Post a second reversal of one move, past the question whether there is one: the database knows."""
        number = self.ledger.objects.exclude(reverses=None).first().reverses

        def again(deed: Deed) -> None:
            self.ledger.move(deed, thing, 4, there, here)
            (batch,) = deed.endings(self.ledger)
            batch.moves[0] = type(batch.moves[0])(**{**vars(batch.moves[0]), "reverses": number})

        Action(again, Spec("test.again", "test.again", "Again"))()

    def test_both_places_want_authority_and_each_side_sees_its_own(self, stage: Any, as_: Any) -> None:
        thing, here, _there = stage
        next_door = type(self).place(NEIGHBOUR, 3)
        with as_(OWN), assert_nothing_happened(self.ledger), pytest.raises(NotAuthorised):
            moved(self.ledger, (thing, 1, here, next_door))
        moved(self.ledger, (thing, 1, here, next_door))
        with as_(NEIGHBOUR):
            assert {entry.place for entry in self.ledger.objects.filter(thing=thing)} == {
                f"{next_door._meta.label_lower}:{next_door.pk}"
            }
            assert [standing.quantity for standing in self.ledger.left(pk=thing.pk)] == [1]

    def test_any_course_of_moves_keeps_the_books(self, stage: Any) -> None:
        """Post random moves, lawful and not, beside a model in memory."""
        cls, dice = type(self), random.Random(11)  # noqa: S311
        thing, here, there = stage
        things, places = [thing, cls.thing(2)], [here, there, cls.place(OWN, 3)]
        model = {(here.pk, thing.pk): Decimal(10)}
        for _step in range(120):
            lines = [
                (dice.choice(things), dice.randint(1, 6), *dice.sample([*places, None], 2)) for _line in range(dice.randint(1, 3))
            ]
            wanted, lawful = dict(model), True
            for what, quantity, source, target in lines:
                for end, sign in ((source, -1), (target, 1)):
                    if end is not None:
                        wanted[end.pk, what.pk] = wanted.get((end.pk, what.pk), Decimal(0)) + sign * quantity
                        lawful = lawful and wanted[end.pk, what.pk] >= 0
            moves = [(what, q, a or self._outside(), b or self._outside()) for what, q, a, b in lines]
            if lawful:
                moved(self.ledger, *moves)
                model = wanted
            else:
                with pytest.raises(Refusal):
                    moved(self.ledger, *moves)
        for place in places:
            for what in things:
                assert self.ledger.balance(place, what) == model.get((place.pk, what.pk), 0)
        assert verify(self.ledger).verified
