"""Posting: the moves of one deed, written together at its end, in one statement and one order of locks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, connections, models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from anlan.kit import journal
from anlan.kit.actions import Deed
from anlan.kit.ledger.places import Spot, key_of, name_of_place, spots
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope, World, entered
from anlan.lib import divisions, ledgers


@dataclass(frozen=True)
class Move:
    """So much of a thing from one place to another."""

    thing: Any
    quantity: Decimal
    source: Spot
    target: Spot
    because: str = ""
    reverses: int | None = None

    def values(self) -> list[Any]:
        """Return it as the database's posting function reads it."""
        ends = (self.source.key, self.target.key, self.source.area, self.target.area)
        return [self.thing.pk, *ends, str(self.quantity), self.because, self.reverses]


@dataclass
class Batch:
    """What one deed moves in one ledger."""

    ledger: Any
    moves: list[Move] = field(default_factory=list)

    @classmethod
    def of(cls, ledger: Any, deed: Deed) -> Batch:
        """Return the deed's batch in a ledger; it is posted when the outermost deed ends."""
        found: Batch = deed.at_end(ledger, lambda: cls(ledger))
        return found

    @staticmethod
    def pending(ledger: Any, deed: Deed | None) -> Iterator[tuple[str, Any, Decimal]]:
        """Return (place, thing, quantity) of what a deed has moved and not posted."""
        for batch in deed.endings(ledger) if deed else ():
            for move in batch.moves:
                yield move.source.key, move.thing, -move.quantity
                yield move.target.key, move.thing, move.quantity

    def add(self, deed: Deed, thing: Any, quantity: Any, source: Any, target: Any, because: models.Model | None) -> None:
        """Check one move and put it in line."""
        amount = self._amount(quantity)
        ends = spots(source, target)
        if ends[0].key == ends[1].key:
            raise Refusal(_("A thing cannot be moved to where it is."))
        for end in ends:
            if end.row is not None:
                if not isinstance(end.row, self.ledger.places):
                    raise TypeError(f"{end.row._meta.label} is no place of {self.ledger.__name__}: admit it")
                deed.authorise(end.row)
        self.moves.append(Move(thing, amount, *ends, key_of(because) if because else ""))

    def reverse(self, deed: Deed, because: models.Model, why: models.Model | None) -> int:
        """Put the opposite of a record's moves in line."""
        with entered(Scope.everything(deed.actor, deed.scope.world)):
            legs = self.ledger.objects.using(deed.using).select_related("thing").filter(because=key_of(because), reverses=None)
            done = set(
                self.ledger.objects.using(deed.using)
                .filter(reverses__in=legs.values("number"))
                .values_list("reverses", flat=True)
            )
            pairs: dict[int, list[Any]] = defaultdict(list)
            for leg in legs.order_by("quantity"):
                pairs[leg.number].append(leg)
        ordered = key_of(why or because)
        for number, (out, into) in sorted(pairs.items(), reverse=True):
            if number not in done:
                ends = Spot(into.place, into.area), Spot(out.place, out.area)
                self.moves.append(Move(into.thing, into.quantity, *ends, ordered, number))
        return len(pairs.keys() - done)

    def _amount(self, quantity: Any) -> Decimal:
        try:
            amount = Decimal(quantity)
        except (InvalidOperation, TypeError, ValueError):
            raise Refusal(_("Give a number."), field="quantity") from None
        if not amount.is_finite() or amount <= 0 or amount >= Decimal(10) ** 15:
            raise Refusal(_("Give a quantity above zero."), field="quantity")
        if amount != round(amount, self.ledger.decimals):
            raise Refusal(_("Give at most %(count)d digits after the point.") % {"count": self.ledger.decimals}, field="quantity")
        return amount

    def join(self, other: Batch) -> None:
        """Take in what a step of the deed has moved."""
        self.moves += other.moves

    def close(self, deed: Deed) -> None:
        """Post everything in one statement and note it in the journal; a shortage is a refusal that names it."""
        if not self.moves:
            return
        table = self.ledger._meta.db_table
        body = json.dumps([move.values() for move in self.moves])
        with entered(Scope.everything(deed.actor, deed.scope.world)), connections[deed.using].cursor() as cursor:
            try:
                cursor.execute(f"SELECT {table}_post(%s, %s)", [deed.now, body])  # noqa: S608  the table's own name
                numbers: list[int] = cursor.fetchone()[0]
            except IntegrityError as error:
                raise self._refusal(error, deed.scope.world) from None
        area = divisions.common(end.area for move in self.moves for end in (move.source, move.target))
        proof = ledgers.digest(zip(numbers, (move.values() for move in self.moves), strict=True))
        diff = {"rows": [None, len(self.moves)], "moves": [None, numbers], "digest": [None, proof]}
        deed.add_note(journal.Note(deed.spec.name, self.ledger._meta.label_lower, "", area, diff))

    def _refusal(self, error: IntegrityError, world: World) -> Exception:
        """Return what the database says no to. The transaction is broken: a shortage finds its names when it is read, after it."""
        diag: Any = getattr(error.__cause__, "diag", None)
        constraint = str(getattr(diag, "constraint_name", ""))
        if constraint.endswith("_reversed_once"):
            return Conflict(_("This was reversed already."))
        if not constraint.endswith("_never_below_zero"):
            return error
        told = json.loads(diag.message_detail)
        thing = next(move.thing for move in self.moves if move.thing.pk == told["thing"])
        short = f"{Decimal(str(told['short'])).normalize():,f}"

        def message() -> str:
            with entered(Scope.everything("system:ledger", world)):
                figures = {"thing": thing, "short": short, "place": name_of_place(self.ledger, told["place"])}
                return str(_("%(thing)s: %(short)s missing in %(place)s. Nothing was moved.") % figures)

        return Refusal(lazy(message, str)())
