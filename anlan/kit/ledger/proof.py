"""The proof of a ledger: balances follow from entries, entries from moves, and the journal's chain vouches for the moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db import connections
from django.utils.translation import gettext_noop

from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES
from anlan.lib.ledgers import digest

T = TypeVar("T")
CHUNK = 2000

#: What must not be found, with what it means. Each query returns the number of the first move (or account) at fault.
FAULTS = {
    gettext_noop("a move without two sides that cancel out"): """
        SELECT number FROM {e} GROUP BY number HAVING count(*) <> 2 OR sum(quantity) <> 0 OR min(thing_id) <> max(thing_id)
            OR min(at) <> max(at) OR min(place) <> min(other) OR max(place) <> max(other) ORDER BY 1 LIMIT 1""",
    gettext_noop("what was left then does not follow from the entries before"): """
        SELECT number FROM (SELECT number, id, after, sum(quantity) OVER (PARTITION BY place, thing_id ORDER BY at, id) AS ought
            FROM {e}) w WHERE after <> ought ORDER BY id LIMIT 1""",
    gettext_noop("it went below zero"): "SELECT number FROM {e} WHERE after < 0 AND place NOT LIKE '~%%' ORDER BY id LIMIT 1",
    gettext_noop("a balance that its entries do not prove"): """
        SELECT coalesce(last, 0) FROM {b} b FULL JOIN (
            SELECT place, thing_id, sum(quantity) AS ought, max(number) AS last FROM {e} GROUP BY place, thing_id) s
            USING (place, thing_id) WHERE coalesce(b.quantity, 0) <> coalesce(s.ought, 0) ORDER BY 1 LIMIT 1""",
    gettext_noop("it reverses what it does not mirror"): """
        SELECT r.number FROM {e} r LEFT JOIN {e} o ON o.number = r.reverses AND o.place = r.place AND o.thing_id = r.thing_id
            WHERE r.reverses IS NOT NULL AND (o.id IS NULL OR o.quantity <> -r.quantity) ORDER BY 1 LIMIT 1""",
}


@dataclass(frozen=True)
class Proof:
    """The outcome: how many moves, and the first at fault if any, with what is wrong in English, to translate."""

    moves: int
    broken: int | None = None
    problem: str = ""

    @property
    def verified(self) -> bool:
        """Return whether the whole ledger holds."""
        return self.broken is None


def verify(ledger: Any, world: World = "live") -> Proof:
    """Prove a whole ledger of a world from its entries and the journal; verify the journal itself beside it."""
    tables = {"e": ledger._meta.db_table, "b": ledger.Balance._meta.db_table}
    with entered(Scope.everything("system:verify", world)), connections[ALIASES[world]].cursor() as cursor:
        cursor.execute("SELECT count(*) / 2 FROM {e}".format(**tables))
        (count,) = cursor.fetchone()
        for problem, query in FAULTS.items():
            cursor.execute(query.format(**tables).replace("%%", "%"))
            if found := cursor.fetchone():
                return Proof(count, found[0], problem)
        broken, vouched = _unvouched(ledger, cursor, ALIASES[world])
    if broken is not None:
        return Proof(count, broken, gettext_noop("the journal knows it differently"))
    # An exercise begins with a copy of the live world's ledger, which its own journal does not know.
    if vouched < count and world == "live":
        return Proof(count, 0, gettext_noop("there are moves that the journal does not know"))
    return Proof(count)


def _unvouched(ledger: Any, cursor: Any, using: str) -> tuple[int | None, int]:
    """Return the first move that differs from what the journal's chain vouches for, and how many it vouches for."""
    notes = unscoped(JournalEntry, using).filter(record=ledger._meta.label_lower, diff__has_key="digest").order_by("seq")
    count = 0
    for some in _chunks(notes.values_list("diff__moves__1", "diff__digest__1").iterator(chunk_size=CHUNK)):
        cursor.execute(
            f"SELECT number, thing_id, place, other, -quantity, because, reverses FROM {ledger._meta.db_table}"  # noqa: S608
            " WHERE number = ANY(%s) AND quantity < 0",
            [[number for numbers, _digest in some for number in numbers]],
        )
        moves = {n: [thing, a, b, "", "", Decimal(q), why, back] for n, thing, a, b, q, why, back in cursor.fetchall()}
        for numbers, vouched in some:
            if not all(n in moves for n in numbers) or digest((n, moves[n]) for n in numbers) != vouched:
                return numbers[0], count
            count += len(numbers)
    return None, count


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while some := list(islice(rows, CHUNK)):
        yield some
