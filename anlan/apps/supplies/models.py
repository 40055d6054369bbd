"""Depots, the catalogue of items, lots, the ledger of what stands where, and the documents that move it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.gis.db import models
from django.core.validators import MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.supplies.choices import DepotLevel
from anlan.kit.documents import Document, Line
from anlan.kit.languages import localised
from anlan.kit.ledger import Ledger, Place
from anlan.kit.records import Named, Record, Reference


class Depot(Named, Record):
    """A store of emergency supplies."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=40, unique=True)
    level = models.CharField(_("Level"), max_length=8, choices=DepotLevel.choices)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    keeper = models.ForeignKey("people.Post", models.PROTECT, verbose_name=_("Keeper"), null=True, blank=True, related_name="+")
    location = models.PointField(_("Location"), srid=4326, null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Depot")


class Item(Named, Reference):
    """A kind of thing in the catalogue of GB/T 38565-2020: class, middle, small and fine class in seven digits."""

    mirrored = True

    code = models.CharField(
        _("Code"), max_length=7, unique=True, validators=[RegexValidator(r"^[1-3]\d{6}$", _("Give seven digits."))]
    )
    unit = models.CharField(_("Unit"), max_length=10)
    unit_en = models.CharField(_("Unit in English"), max_length=20, blank=True)
    life_months = models.PositiveSmallIntegerField(_("Keeps for (months)"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Item")

    @property
    def measure(self) -> str:
        """Return the unit in the reader's language."""
        return str(localised(self.unit, self.unit_en))


class Lot(Reference):
    """What came together and is traced together: one item, one batch, one day of expiry, one price."""

    mirrored = True

    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Item"), related_name="lots")
    batch = models.CharField(_("Batch"), max_length=60)
    made_on = models.DateField(_("Made on"), null=True, blank=True)
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)
    price = models.DecimalField(_("Unit price (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["expires_on", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "batch"], name="lot_once_per_item_and_batch")]
        verbose_name = _("Lot")

    def __str__(self) -> str:
        return f"{self.item} {self.batch}"


class Stock(Ledger):
    """How much of a lot stands where."""

    mirrored = True
    thing = models.ForeignKey(Lot, models.PROTECT, verbose_name=_("Lot"), related_name="+", db_index=False)
    places = (Depot,)
    supplier = Place(_("Supplier"), unlimited=True)
    receiver = Place(_("Given out"), unlimited=True)
    found = Place(_("Found or missing at a count"), unlimited=True)

    class Meta(Ledger.Meta):
        verbose_name = _("Stock movement")


#: What a line of goods is about: more than nought.
QUANTITY: Any = {"max_digits": 18, "decimal_places": 3, "validators": [MinValueValidator(Decimal("0.001"))]}


class Paper(Document):
    """What every document of a depot has."""

    place = "depot"
    ledgers = (Stock,)
    depot = models.ForeignKey(Depot, models.PROTECT, verbose_name=_("Depot"), related_name="+")

    class Meta(Document.Meta):
        abstract = True


class Receipt(Paper):
    """Goods come into a depot and are accepted: each line is a lot."""

    series = "RK{area}-{year}-{number:05}"
    header = ("depot", "supplier", "remark")
    supplier = models.CharField(_("Supplier"), max_length=100)

    class Meta(Paper.Meta):
        verbose_name = _("Goods receipt")


class ReceiptLine(Line):
    """A lot that comes in."""

    document = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Item"), related_name="+")
    batch = models.CharField(_("Batch"), max_length=60)
    quantity = models.DecimalField(_("Amount"), **QUANTITY)
    price = models.DecimalField(_("Unit price (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    made_on = models.DateField(_("Made on"), null=True, blank=True)
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)


class Issue(Paper):
    """Goods leave a depot for somebody who needs them."""

    series = "CK{area}-{year}-{number:05}"
    header = ("depot", "receiver", "purpose", "remark")
    receiver = models.CharField(_("Receiver"), max_length=100)
    purpose = models.CharField(_("Purpose"), max_length=200)

    class Meta(Paper.Meta):
        verbose_name = _("Goods issue")

    @property
    def amount(self) -> Decimal:
        """Return what the goods cost, at the dearest lot of each item."""
        lines = self.lines.annotate(price=models.Max("item__lots__price"))
        return sum((line.quantity * (line.price or 0) for line in lines), Decimal(0))


class IssueLine(Line):
    """So much of an item; which lots is decided when it is posted, first expired first."""

    document = models.ForeignKey(Issue, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Item"), related_name="+")
    quantity = models.DecimalField(_("Amount"), **QUANTITY)


class Transfer(Paper):
    """Goods go from one depot to another."""

    series = "DB{area}-{year}-{number:05}"
    header = ("depot", "target", "remark")
    target = models.ForeignKey(Depot, models.PROTECT, verbose_name=_("To depot"), related_name="+")

    class Meta(Paper.Meta):
        verbose_name = _("Stock transfer")


class TransferLine(Line):
    """So much of an item, first expired first."""

    document = models.ForeignKey(Transfer, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name=_("Item"), related_name="+")
    quantity = models.DecimalField(_("Amount"), **QUANTITY)


class Count(Paper):
    """What is really there; a difference becomes an adjustment once somebody else has approved it."""

    series = "PD{area}-{year}-{number:05}"
    header = ("depot", "remark")

    class Meta(Paper.Meta):
        verbose_name = _("Stock count")


class CountLine(Line):
    """How much of a lot was counted."""

    document = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, verbose_name=_("Lot"), related_name="+")
    quantity = models.DecimalField(
        _("Amount counted"), max_digits=18, decimal_places=3, validators=[MinValueValidator(Decimal(0))]
    )
    cause = models.CharField(_("Cause of a difference"), max_length=200, blank=True)
