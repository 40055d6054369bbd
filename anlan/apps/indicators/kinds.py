"""The contract of an indicator's plug-in: what it is in the plan, its formula in words, and which records it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators.choices import Category, How, Span
from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Counted:
    """One record that a value counts: its part of the sum (and of which whole), where, when, and its page."""

    name: str
    area: str
    at: datetime
    part: float
    whole: float = 1.0
    url: str = ""
    note: str = ""


#: What an indicator's function gets: from when until when (the second not included); it reads under the viewer's scope.
Rows = Callable[[datetime, datetime], Iterable[Counted]]


@dataclass(frozen=True)
class Base:
    """A quantity by which rates are told, entered or published like an indicator's figure: its name and unit."""

    code: str
    name: Any
    unit: Any


#: `people` is counted by the app places; the others are figures of statistics.
BASES = {
    base.code: base
    for base in (
        Base("gdp", _("Gross domestic product at current prices"), _("100 million yuan")),
        Base("trade_deaths", _("Deaths in industry, mining and trade"), _("persons")),
        Base("employees", _("Employees of industry, mining and trade"), _("persons")),
        Base("road_deaths", _("Deaths by road traffic"), _("persons")),
        Base("vehicles", _("Registered motor vehicles"), _("vehicles")),
    )
}
PEOPLE = "people"


@dataclass(frozen=True)
class Indicator:
    """One of the plan's indicators. `formula` is told in the reader's language; `article` is its line in the plan.

    Computed where it has `rows` (records of this system, read by whoever holds `needs`) or `of` (a figure of statistics on the base quantity);
    else `why` says which records do not exist, and only reported figures tell it. `trusts_reports`: a signed or published figure comes
    before what is computed. `estimate` says why a computed value is one (shown as 估).
    """

    code: str
    number: int
    name: Any
    category: Category
    unit: Any
    formula: Any
    source: str
    digits: int = 2
    binding: bool = False
    falls: bool = False
    how: How = How.RATIO
    span: Span = Span.YEAR
    factor: float = 1.0
    base: str = ""
    rows: Rows | None = None
    of: str = ""
    needs: tuple[str, ...] = ()
    why: Any = ""
    trusts_reports: bool = False
    estimate: Any = ""
    #: The most that a value can be: a share has a hundred.
    most: float | None = None
    #: What the rows' parts and wholes are called.
    part: Any = _("Counted")
    whole: Any = ""

    @property
    def computes(self) -> bool:
        """Return whether the system computes it."""
        return bool(self.rows or self.of)

    @property
    def grows(self) -> bool:
        """Return whether a value of a part of a year is less than that of the whole."""
        return self.how in (How.SUM, How.RATE) and self.span == Span.YEAR

    def faults(self) -> list[str]:
        """Return what is wrong with the declaration."""
        asked = {
            "names no source": self.source,
            "has no formula": str(self.formula),
            "has no unit": str(self.unit),
            "is no line of the plan": self.number > 0,
            "says neither which records it counts nor why it counts none": self.computes or self.why,
            "does not say who may read what it counts": self.needs or not self.rows,
            "tells a rate by no known quantity": self.how != How.RATE or self.base in {*BASES, PEOPLE},
        }
        return [fault for fault, holds in asked.items() if not holds]


INDICATORS: Registry[Indicator] = Registry("indicators")


def in_order() -> list[Indicator]:
    """Return the indicators in the order of the plan."""
    return sorted(INDICATORS, key=lambda one: one.number)
