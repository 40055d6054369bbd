"""The desks of supplies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.checks import api as checks
from anlan.apps.supplies.models import Count, Depot, Issue, Item, Lot, Receipt, Stock, Transfer
from anlan.kit.desk import Age, Column, Desk, Facts, Linked, Range, Related, State
from anlan.kit.desk.menu import GROUPS, Group
from anlan.kit.documents.desk import DocumentDesk
from anlan.kit.ledger.showing import Amount, AtPlace, Balances

GROUPS.add(Group("supplies", 45, _("Supplies"), "packages"))
LEFT = (
    Column("thing__item", _("Item")),
    Column("thing__batch", _("Batch")),
    Column("thing__expires_on", _("Expires on")),
    Amount("quantity", unit="@thing__item__measure", label=_("Amount")),
)


class DepotDesk(Desk, record=Depot):
    story = _("Where supplies stand, who keeps the key, and what is there.")
    menu = ("supplies", 10)
    icon = "building-warehouse"
    columns = ("__str__", "code", State("level"), "keeper", "area")
    filters = ("level",)
    search = ("name", "name_en", "code", "address")
    panels = (
        Facts(),
        Balances(Stock, LEFT, _("What is there")),
        checks.CHECKS,
    )
    form = ("code", "name", "name_en", "level", "address", "location", "keeper")
    importable = True
    point, tile, pack = "location", {"level": "level"}, "supplies/depots.csv"
    example = {
        "code": "QC-X01",
        "name": "示例物资库",
        "name_en": "Example depot",
        "level": "county",
        "address": "示例路1号",
        "location": "113.05, 23.70",
        "area": "441802",
    }
    order = ("code",)


class ItemDesk(Desk, record=Item):
    story = _("The catalogue of emergency supplies, GB/T 38565-2020: every depot calls a thing by the same seven digits.")
    menu = ("supplies", 60)
    icon = "list-numbers"
    columns = ("code", "__str__", Column("measure", _("Unit")), "life_months")
    search = ("code", "name", "name_en")
    panels = (
        Facts("code", "name", "name_en", "unit", "life_months", "source", "confidence"),
        Related("lots", (Linked("batch"), "made_on", "expires_on", "price"), _("Lots")),
    )
    pack = "supplies/items.csv"
    order = ("code",)


class LotDesk(Desk, record=Lot):
    story = _("What came together and is traced together, the first to expire first.")
    menu = ("supplies", 50)
    icon = "packages"
    columns = ("batch", "item", "made_on", "expires_on", "price")
    filters = ("item",)
    search = ("batch", "item__name", "item__code")
    panels = (
        Facts(),
        Balances(Stock, (AtPlace("place", _("Place")), Amount("quantity", unit="@thing__item__measure")), _("Where it stands")),
    )
    order = ("expires_on", "id")


class StockDesk(Desk, record=Stock):
    slug = "movements"
    story = _("Every movement that ever was: what left one place stands in another, and nothing is ever struck out.")
    menu = ("supplies", 40)
    icon = "arrows-left-right"
    columns = (
        Column("number"),
        Age("at"),
        AtPlace("place"),
        AtPlace("other"),
        Column("thing", needs=("thing__item",)),
        Amount("quantity", unit="@thing__item__measure"),
        Amount("after"),
    )
    filters = (Range("at"),)
    panels = (Facts(*columns, "reverses"),)
    order = ("-id",)


ITEMS = (Column("item"), Amount("quantity", unit="@item__measure", label=_("Amount")))


class ReceiptDesk(DocumentDesk, record=Receipt):
    story = _("Goods that come into a depot, lot by lot, accepted by two.")
    menu = ("supplies", 20)
    icon = "package-import"
    lines = (*ITEMS, "batch", "price", "made_on", "expires_on")


class IssueDesk(DocumentDesk, record=Issue):
    story = _("Goods that leave a depot, and on whose word.")
    menu = ("supplies", 22)
    icon = "package-export"
    lines = ITEMS


class TransferDesk(DocumentDesk, record=Transfer):
    story = _("Goods that go from one depot to another.")
    menu = ("supplies", 24)
    icon = "transfer"
    lines = ITEMS


class CountDesk(DocumentDesk, record=Count):
    story = _("What is really there. A difference is adjusted once somebody else has looked at it.")
    menu = ("supplies", 26)
    icon = "clipboard-check"
    lines = (
        Column("lot", needs=("lot__item",)),
        Amount("quantity", unit="@lot__item__measure", label=_("Amount counted")),
        "cause",
    )
