"""The rules of a ledger without a database: what deeds leave behind one after the other, and the hash that vouches for moves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Any

#: The key of a place without limit begins so: its balance may be below zero. The database's constraint reads this.
UNLIMITED = "~"

Balances = Mapping[tuple[str, Any], Decimal]


@dataclass(frozen=True)
class Step:
    """So much of a thing from one place to another; without a quantity all that stands there."""

    thing: Any
    source: str
    target: str
    quantity: Decimal | None = None


def played(balances: Balances, steps: Iterable[Step]) -> dict[tuple[str, Any], Decimal] | None:
    """Return the balances after one deed, None where it is refused: no step takes what is not there then, but from the world outside."""
    after = dict(balances)
    for step in steps:
        source, target = (step.source, step.thing), (step.target, step.thing)
        quantity = after.get(source, Decimal(0)) if step.quantity is None else step.quantity
        after[source] = after.get(source, Decimal(0)) - quantity
        after[target] = after.get(target, Decimal(0)) + quantity
        if after[source] < 0 and not step.source.startswith(UNLIMITED):
            return None
    return after


def explained(before: Balances, deeds: Sequence[Sequence[Step]], done: Sequence[bool], after: Balances) -> bool:
    """Return whether some order of deeds, one after the other, gives each its outcome and leaves these balances."""
    return any(_ordered(before, [(deeds[n], done[n]) for n in order], after) for order in permutations(range(len(deeds))))


def _ordered(before: Balances, deeds: Iterable[tuple[Sequence[Step], bool]], after: Balances) -> bool:
    held = dict(before)
    for steps, done in deeds:
        left = played(held, steps)
        if (left is not None) != done:
            return False
        held = left or held
    return {key: q for key, q in held.items() if q} == {key: q for key, q in after.items() if q}


def digest(moves: Iterable[tuple[int, list[Any]]]) -> str:
    """Return the hash by which the journal's chain vouches for a batch of moves."""
    lines = (
        f"{number}|{thing}|{a}|{b}|{Decimal(q):.3f}|{why}|{back or ''}" for number, (thing, a, b, _i, _o, q, why, back) in moves
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
