"""A ledger's two tables and the questions to them: its entries, and beside them what stands where."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, in_force
from anlan.kit.ledger.places import Place, key_of, spot
from anlan.kit.ledger.posting import Batch
from anlan.kit.records import AreaField, Guarded, GuardedBase, ScopedManager

DIGITS: Any = {"max_digits": 18, "decimal_places": 3}
LEDGERS: list[type[Ledger]] = []


@dataclass(frozen=True)
class Standing:
    """How much of one thing stands in one place."""

    place: str
    thing: Any
    quantity: Decimal


class LedgerBase(GuardedBase):
    """Give each declared ledger the table of its balances, `<name>Balance`, with the same `thing`."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        thing, module = deepcopy(attrs.get("thing")), attrs.get("__module__")
        made: Any = super().__new__(cls, name, bases, attrs, **kwargs)
        if made._meta.abstract:
            return made
        if thing is None:
            raise TypeError(f"{name}: a ledger says what moves: thing = models.ForeignKey(…)")
        labels = {"verbose_name": _("Balance"), "app_label": made._meta.app_label}
        names = {"__module__": module, "__qualname__": f"{name}Balance", "thing": thing}
        meta = type("Meta", (Balance.Meta,), {**labels, "abstract": False})
        made.Balance = GuardedBase(f"{name}Balance", (Balance,), {**names, "Meta": meta})
        LEDGERS.append(made)
        return made


class Balance(Guarded):
    """How much of a thing stands in a place now. Kept by the database from the entries; nothing else may write it."""

    created_at = None  # type: ignore[assignment]  # `at` says it
    changed_at = None  # type: ignore[assignment]
    place = models.CharField(_("Place"), max_length=80, db_collation="C")
    quantity = models.DecimalField(_("Amount"), **DIGITS)
    at = models.DateTimeField(_("Last entry"))
    area = AreaField()

    objects = ScopedManager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["place", "thing"], name="%(app_label)s_%(class)s_account"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0) | models.Q(place__startswith="~"),
                name="%(app_label)s_%(class)s_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return self.place


class Ledger(Guarded, metaclass=LedgerBase):
    """Declare a ledger: a model of its entries. A move from one place to another leaves two, whose sum is nought.

    class Stock(Ledger):
        thing = models.ForeignKey(Lot, models.PROTECT, related_name="+")
        places = (Depot,)                                # records in which things stand; upper apps admit theirs
        supplier = Place(_("Supplier"), unlimited=True)  # named places, one in each jurisdiction
    """

    #: Kinds of records in which things stand.
    places: ClassVar[tuple[Any, ...]] = ()
    #: How many digits a quantity may have after the point: 0 for people, 2 for money.
    decimals: ClassVar[int] = 3
    Balance: ClassVar[Any]

    created_at = None  # type: ignore[assignment]  # `at` says it
    changed_at = None  # type: ignore[assignment]
    number = models.BigIntegerField(_("Number"))
    at = models.DateTimeField(_("Time"))
    place = models.CharField(_("Place"), max_length=80, db_collation="C")
    other = models.CharField(_("From or to"), max_length=80, db_collation="C")
    quantity = models.DecimalField(_("Amount"), **DIGITS)
    after = models.DecimalField(_("Left then"), **DIGITS)
    because = models.CharField(_("Because of"), max_length=100, blank=True, db_collation="C")
    reverses = models.BigIntegerField(_("Reverses"), null=True, blank=True)
    area = AreaField()

    objects = ScopedManager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "place"], name="%(app_label)s_%(class)s_two_legs"),
            models.UniqueConstraint(
                fields=["reverses", "place"],
                condition=models.Q(reverses__isnull=False),
                name="%(app_label)s_%(class)s_reversed_once",
            ),
            models.CheckConstraint(condition=~models.Q(quantity=0), name="%(app_label)s_%(class)s_moves_something"),
        ]
        indexes = [
            models.Index(fields=["place", "thing", "at", "id"], name="%(app_label)s_%(class)s_then"),
            models.Index(fields=["because"], condition=~models.Q(because=""), name="%(app_label)s_%(class)s_why"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @classmethod
    def admit(cls, *kinds: Any) -> None:
        """Let records of further kinds be places: for apps that stand above the ledger's."""
        cls.places = (*cls.places, *(kind for kind in kinds if kind not in cls.places))

    @classmethod
    def named(cls) -> list[Place]:
        """Return the named places."""
        return [value for value in vars(cls).values() if isinstance(value, Place)]

    # Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────
    @classmethod
    def move(
        cls, deed: Deed, thing: Any, quantity: Decimal | int | str, source: Any, target: Any, *, because: Any = None
    ) -> None:
        """Move a quantity of a thing from one place to another; refused at the end of the deed if the place would fall below zero.

        All moves of a deed are posted together, in one order of locks. `because` is the record that orders it. The actor must hold
        the action's permission over both places.
        """
        Batch.of(cls, deed).add(deed, thing, quantity, source, target, because)

    @classmethod
    def reverse(cls, deed: Deed, because: models.Model, *, why: models.Model | None = None) -> int:
        """Post the opposite of every move that `because` caused and nobody reversed; returns how many. `why` orders the reversal."""
        return Batch.of(cls, deed).reverse(deed, because, why)

    @classmethod
    def hold(cls, deed: Deed, *places: models.Model, **of: Any) -> None:
        """Lock what stands in these places until the deed ends, so that a choice made from it holds. Once per deed, and all places
        at once that it will move anything between, also those that it moves to: two that hold one end each would wait for each other."""
        keys = [key_of(place) for place in places]
        held = cls.Balance.objects.filter(place__in=keys, **{f"thing__{name}": value for name, value in of.items()})
        list(held.using(deed.using).order_by("thing_id", "place").select_for_update(of=("self",)).values_list("id"))

    # Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────
    @classmethod
    def left(cls, *places: Any, at: datetime | None = None, **of: Any) -> list[Standing]:
        """Return what stands in places (all, if none is given), now or at an instant; `of` filters things (`item=blanket`).

        Inside an action what it has moved so far is counted in.
        """
        rows = cls.Balance.objects.select_related("thing").filter(**{f"thing__{name}": value for name, value in of.items()})
        if places:
            rows = rows.filter(place__in=[spot(place).key for place in places])
        if at is not None:
            legs = cls.objects.filter(place=models.OuterRef("place"), thing=models.OuterRef("thing"), at__lte=at)
            rows = rows.annotate(then=models.Subquery(legs.order_by("-at", "-id").values("after")[:1])).exclude(then=None)
        found = {(row.place, row.thing_id): Standing(row.place, row.thing, row.then if at else row.quantity) for row in rows}
        if at is None:
            _count_in(found, Batch.pending(cls, in_force()), {spot(place).key for place in places}, of)
        return [standing for standing in found.values() if standing.quantity]

    @classmethod
    def balance(cls, place: Any, thing: Any, *, at: datetime | None = None) -> Decimal:
        """Return how much of a thing stands in a place, now or at an instant. One index look-up, however long the ledger."""
        return sum((standing.quantity for standing in cls.left(place, at=at, pk=thing.pk)), Decimal(0))


def _count_in(found: dict[tuple[str, int], Standing], moved: Iterable[tuple[str, Any, Decimal]], keys: set[str], of: Any) -> None:
    """Add to what the database holds what the deed in force has moved and not yet posted."""
    for key, thing, quantity in moved:
        mine = all(getattr(thing, name, None) == value for name, value in of.items())
        if (not keys or key in keys) and mine:
            before = found.get((key, thing.pk))
            found[key, thing.pk] = Standing(key, thing, quantity + (before.quantity if before else 0))
