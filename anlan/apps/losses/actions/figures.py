"""What verbs that take figures have in common: an input for each item, and the words by which wrong figures are refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.utils.functional import lazystr
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from anlan.apps.losses import queries, rules
from anlan.apps.losses.items import ITEMS, Item
from anlan.apps.losses.models import figure_text
from anlan.kit.inputs import Input
from anlan.kit.languages import listed
from anlan.kit.refusals import Refusal

F = TypeVar("F", bound=Callable[..., Any])
BASIS = "自然灾害救助条例 第十六条"
WORDS = {
    "negative": _("%(item)s: a figure is nought or more."),
    "huge": _("%(item)s: %(value)s is too large to be true."),
    "fine": _("%(item)s: at most two decimals."),
    "above": _("%(item)s (%(value)s) cannot be more than “%(other)s” (%(bound)s). Correct one of the two."),
    "sum": _("%(item)s: the parts come to %(bound)s, the total says %(value)s. Correct the parts or the total."),
    "exceeds": _(
        "%(item)s: the parts told so far come to %(bound)s, more than the total of %(value)s. Correct the parts or the total."
    ),
}
LEDGERS = {
    "people": _(
        "Dead and missing come to %(value)s, ledger ⑧ names %(bound)s. Enter or strike out persons there, or correct the figures."
    ),
    "homes": _(
        "Households whose home collapsed are %(value)s, ledger ⑨ has %(bound)s. Enter or strike out homes there, or correct the figure."
    ),
}


class _Label:
    """An item's label with its unit, in the reader's language."""

    def __init__(self, item: Item) -> None:
        self.item = item

    def __str__(self) -> str:
        return gettext("%(item)s (%(unit)s)") % {"item": self.item.label, "unit": self.item.unit}


def labelled(item: Item) -> Any:
    """Return what an item's input is called."""
    return lazystr(_Label(item))


def asks_for(items: Iterable[Item], *, before: str) -> Callable[[F], F]:
    """Give a verb an optional input for each item, in front of the input `before`, where it takes `**figures`: pages, API and phones read its signature."""
    chosen = tuple(items)

    def give(function: F) -> F:
        signature, asked = inspect.signature(function), list[inspect.Parameter]()
        for item in chosen:
            kind = Decimal if item.digits else int
            function.__annotations__[item.code] = Annotated[kind | None, Input(labelled(item))]
            asked.append(inspect.Parameter(item.code, inspect.Parameter.KEYWORD_ONLY, default=None))
        *others, _figures = signature.parameters.values()
        at = next(n for n, one in enumerate(others) if one.name == before)
        made = [*others[:at], *asked, *others[at:]]
        function.__annotations__.pop("figures")
        function.__signature__ = signature.replace(parameters=made)  # type: ignore[attr-defined]
        return function

    return give


def taken(given: dict[str, Any], *, final: bool = False) -> dict[str, rules.Number]:
    """Return the figures that were given, totals filled in; Refusal at the item where they cannot be, or where there are none."""
    figures = rules.completed({code: value for code, value in given.items() if code in ITEMS and value is not None})
    if not figures:
        raise Refusal(_("Give at least one figure; nought is one."), field="affected")
    for fault in rules.faults(figures, final=final):
        raise Refusal(WORDS[fault.kind] % _named(fault), article=BASIS, field=fault.item)
    return figures


def written(figures: rules.Figures) -> dict[str, Any]:
    """Return figures as a record keeps them."""
    return {code: str(value) if ITEMS[code].digits else int(value) for code, value in figures.items()}


def check_ledgers(figures: rules.Figures, town: Any, *, final: bool) -> None:
    """Refuse figures that ledgers ⑧ and ⑨ contradict."""
    named, homes = queries.ledger_counts(town)
    for fault in rules.ledger_faults(figures, named=named, homes=homes, final=final):
        raise Refusal(LEDGERS[fault.other] % {"value": fault.value, "bound": fault.bound}, field=fault.item)


def check_course(before: rules.Figures, after: rules.Figures, why: str) -> None:
    """Refuse figures that fall, or leap further than the city lets pass, while nobody says why."""
    if why.strip():
        return
    if fallen := rules.fallen(before, after):
        words = gettext_lazy("These figures fall below the last report: %(items)s. They count up from the start: say why.")
        raise Refusal(words % {"items": _pairs(fallen, before, after)}, article=BASIS, field="why")
    factor, least = queries.limit(queries.FACTOR), queries.limit(queries.LEAST)
    if factor is None or least is None:
        return
    if leapt := rules.leapt(before, after, factor, least):
        words = gettext_lazy("These figures leap beyond %(factor)s times the last report: %(items)s. Check them, or say why.")
        raise Refusal(words % {"factor": f"{float(factor):g}", "items": _pairs(leapt, before, after)}, field="why")


def _pairs(codes: list[str], before: rules.Figures, after: rules.Figures) -> str:
    def pair(code: str) -> str:
        new = figure_text(code, after[code]) if code in after else "—"
        return f"{ITEMS[code].label} {figure_text(code, before[code])} → {new}"

    return str(listed(pair(code) for code in codes))


def _named(fault: rules.Fault) -> dict[str, str]:
    return {
        "item": str(ITEMS[fault.item].label),
        "value": figure_text(fault.item, fault.value),
        "other": str(ITEMS[fault.other].label) if fault.other else "",
        "bound": figure_text(fault.item, fault.bound),
    }
