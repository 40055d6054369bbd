"""The items of form ① and of the relief block of form ②, as data: what each is called, its unit, what it adds up to, what bounds it.

Source: 自然灾害情况统计调查制度 (应急〔2020〕19号), forms ① and ② with annexes; item names K+ (the printed form was not at hand).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SOURCE = "自然灾害情况统计调查制度（应急〔2020〕19号）表①、表②"


@dataclass(frozen=True)
class Item:
    """One figure of the form.

    `parts` add up to it; it is at most `within`; `now` says that it is as of now and may fall, all others count up;
    `village` says that a village tells it by telephone.
    """

    code: str
    label: Any
    unit: Any
    digits: int = 0
    parts: tuple[str, ...] = ()
    within: str = ""
    now: bool = False
    village: bool = False


@dataclass(frozen=True)
class Block:
    """A group of items as the form prints them."""

    code: str
    label: Any
    items: tuple[Item, ...]


PERSONS, HECTARES, MONEY, ROOMS, HOUSEHOLDS = _("persons"), _("ha"), _("10,000 yuan"), _("rooms"), _("households")


def _houses(code: str, households: Any, rooms: Any, rural: Any, urban: Any, other: Any) -> tuple[Item, ...]:
    parts = (f"{code}_rural", f"{code}_urban", f"{code}_other")
    return (
        Item(f"{code}_households", households, HOUSEHOLDS, village=True),
        Item(f"{code}_rooms", rooms, ROOMS, parts=parts, village=True),
        *(Item(part, label, ROOMS) for part, label in zip(parts, (rural, urban, other), strict=True)),
    )


def _money(code: str, label: Any, parts: tuple[str, ...] = (), *, village: bool = False) -> Item:
    return Item(code, label, MONEY, 2, parts, village=village)


LOSS = ("loss_homes", "loss_farming", "loss_business", "loss_infrastructure", "loss_public", "loss_other")
NETWORKS = ("loss_transport", "loss_telecom", "loss_energy", "loss_water", "loss_municipal")
HOUSING = ("relocated_together", "relocated_apart")

BLOCKS = (
    Block(
        "people",
        _("People"),
        (
            Item("affected", _("People affected by the disaster"), PERSONS, village=True),
            Item("dead", _("Dead by the disaster"), PERSONS, within="affected", village=True),
            Item("missing", _("Missing by the disaster"), PERSONS, within="affected", now=True, village=True),
            Item("injured", _("Injured or ill by the disaster"), PERSONS, within="affected", village=True),
            Item("sheltering", _("Moved out of danger"), PERSONS, village=True),
            Item("relocated", _("Relocated and housed"), PERSONS, 0, HOUSING, "affected", village=True),
            Item("relocated_together", _("of which housed together"), PERSONS, village=True),
            Item("relocated_apart", _("of which housed apart"), PERSONS, village=True),
            Item("urgent_aid", _("Need urgent aid"), PERSONS, within="affected", now=True, village=True),
            Item("transitional_aid", _("Need transitional aid"), PERSONS, within="affected", now=True),
            Item("drought_aid", _("Need aid because of drought"), PERSONS, within="affected", now=True),
            Item("drought_water", _("of which short of drinking water"), PERSONS, within="drought_aid", now=True),
        ),
    ),
    Block(
        "crops",
        _("Crops and livestock"),
        (
            Item("crops_affected", _("Crops affected"), HECTARES, 2, village=True),
            Item("crops_damaged", _("of which damaged (loss from 30 %)"), HECTARES, 2, within="crops_affected", village=True),
            Item("crops_destroyed", _("of which destroyed (loss from 80 %)"), HECTARES, 2, within="crops_damaged", village=True),
            Item("pasture", _("Pasture affected"), HECTARES, 2),
            Item("forest", _("Forest affected"), HECTARES, 2),
            Item("livestock", _("Large livestock dead"), _("head")),
        ),
    ),
    Block(
        "houses",
        _("Houses"),
        (
            *_houses(
                "collapsed",
                _("Households whose home collapsed"),
                _("Rooms collapsed"),
                _("of which rural homes collapsed"),
                _("of which urban homes collapsed"),
                _("of which other buildings collapsed"),
            ),
            *_houses(
                "severe",
                _("Households whose home is severely damaged"),
                _("Rooms severely damaged"),
                _("of which rural homes severely damaged"),
                _("of which urban homes severely damaged"),
                _("of which other buildings severely damaged"),
            ),
            *_houses(
                "slight",
                _("Households whose home is slightly damaged"),
                _("Rooms slightly damaged"),
                _("of which rural homes slightly damaged"),
                _("of which urban homes slightly damaged"),
                _("of which other buildings slightly damaged"),
            ),
        ),
    ),
    Block(
        "economy",
        _("Direct economic loss"),
        (
            _money("loss", _("Direct economic loss in all"), LOSS, village=True),
            _money("loss_homes", _("Houses and household property")),
            _money("loss_farming", _("Farming, forestry, livestock, fishery")),
            _money("loss_business", _("Industry, mining, trade")),
            _money("loss_infrastructure", _("Infrastructure"), NETWORKS),
            _money("loss_transport", _("of which transport")),
            _money("loss_telecom", _("of which telecommunication")),
            _money("loss_energy", _("of which energy")),
            _money("loss_water", _("of which water works")),
            _money("loss_municipal", _("of which municipal works")),
            _money("loss_public", _("Public services")),
            _money("loss_other", _("Other losses")),
        ),
    ),
    Block(
        "relief",
        _("Relief work (form ②)"),
        (
            Item("relief_staff", _("Rescuers and staff sent"), _("person-times")),
            Item("relief_vehicles", _("Vehicles sent"), _("vehicle-times")),
            _money("relief_cash", _("Relief money spent")),
            Item("relief_tents", _("Tents handed out"), _("pieces")),
            Item("relief_quilts", _("Quilts handed out"), _("pieces")),
            Item("relief_clothes", _("Clothes handed out"), _("pieces")),
            Item("relief_food", _("Food handed out"), _("t"), 2),
        ),
    ),
)
ITEMS: dict[str, Item] = {item.code: item for block in BLOCKS for item in block.items}
VILLAGE: tuple[Item, ...] = tuple(item for item in ITEMS.values() if item.village)
#: What a page shows first of a whole process.
LEADING = ("affected", "dead", "missing", "relocated", "crops_affected", "collapsed_households", "loss")
PARENT: dict[str, str] = {part: item.code for item in ITEMS.values() for part in item.parts}


def depth(code: str) -> int:
    """Return how deep an item stands below the totals it is part of."""
    return 1 + depth(PARENT[code]) if code in PARENT else 0
