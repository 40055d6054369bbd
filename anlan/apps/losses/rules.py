"""Pure decisions of losses: what figures add up to, which of them cannot be, which need a reason, what a process comes to.

Source of the constraints: 自然灾害情况统计调查制度 (应急〔2020〕19号), notes on form ①.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from anlan.apps.losses.items import ITEMS

Number = int | Decimal
#: Item code → figure; an item that nobody told is not there. Nought is a figure.
Figures = Mapping[str, Number]

#: No figure of a town is larger: the whole city has four million people.
MOST = 10**9


@dataclass(frozen=True)
class Fault:
    """What is wrong with figures: the item at fault and its value, the other side and its value, and the kind of fault.

    `kind`: "negative", "huge", "fine" (more decimals than the form prints), "above" (more than what it is part of), "sum" (its parts do not add up to it), "exceeds" (the parts told are more).
    """

    kind: str
    item: str
    value: Number
    other: str = ""
    bound: Number = 0


def completed(figures: Figures) -> dict[str, Number]:
    """Return figures with each total that nobody told but all of whose parts are told: their sum."""
    found = dict(figures)
    for item in reversed(ITEMS.values()):  # inner sums stand below the outer ones
        if item.parts and item.code not in found and all(part in found for part in item.parts):
            found[item.code] = sum((found[part] for part in item.parts), start=Decimal(0) if item.digits else 0)
    return found


def faults(figures: Figures, *, final: bool = False) -> list[Fault]:
    """Return what cannot be in figures: in a final report parts that are told must make up the whole, before that not exceed it."""
    found = [Fault("negative" if value < 0 else "huge", code, value) for code, value in figures.items() if not 0 <= value <= MOST]
    for code, value in figures.items():
        item = ITEMS[code]
        if int(Decimal(value).normalize().as_tuple().exponent) < -item.digits:
            found.append(Fault("fine", code, value))
        told = [figures[part] for part in item.parts if part in figures]
        whole = sum(told, start=Decimal(0) if item.digits else 0)
        if told and (whole > value or (whole != value and (final or len(told) == len(item.parts)))):
            found.append(Fault("sum" if len(told) == len(item.parts) or final else "exceeds", code, value, "", whole))
        bound = figures.get(item.within)
        if bound is not None and value > bound:
            found.append(Fault("above", code, value, item.within, bound))
    return found


def ledger_faults(figures: Figures, *, named: int, homes: int, final: bool) -> list[Fault]:
    """Return where figures and ledgers ⑧ and ⑨ differ: a ledger may lag behind until the final report, never be ahead."""
    found = []
    lost = sum(int(figures[code]) for code in ("dead", "missing") if code in figures)
    homeless = int(figures.get("collapsed_households", 0))
    for item, value, rows, ledger in (("dead", lost, named, "people"), ("collapsed_households", homeless, homes, "homes")):
        if rows > value or (final and rows != value):
            found.append(Fault("ledger", item, value, ledger, rows))
    return found


def fallen(before: Figures, after: Figures) -> list[str]:
    """Return which cumulative figures fall, or are told no longer; those as of now may."""
    return [code for code, old in before.items() if not ITEMS[code].now and old > 0 and after.get(code, Decimal(-1)) < old]


def leapt(before: Figures, after: Figures, factor: Decimal, least: Decimal) -> list[str]:
    """Return which figures grow beyond `factor` times what they were, and by `least` or more: a slip of the pen, or to be explained."""
    known = ((code, old, after[code]) for code, old in before.items() if code in after and old > 0)
    return [code for code, old, new in known if new > old * factor and new - old >= least]


def added(many: Iterable[Figures]) -> dict[str, Number]:
    """Return the sums of what was told; an item that nobody told is not there."""
    found: dict[str, Number] = {}
    for figures in many:
        for code, value in figures.items():
            found[code] = found[code] + value if code in found else value
    return found


def begun(last: Figures, villages: Figures) -> dict[str, Number]:
    """Return what a town's next report begins with: its last, and what the villages told since where that is more, or is as of now."""
    found = dict(last)
    for code, value in villages.items():
        if ITEMS[code].now or value > found.get(code, Decimal(-1)):
            found[code] = value
    return found


def kind_of(town_state: str, begun_as: str = "") -> str:
    """Return which report a town in this state sends, "" where it owes none; one that was returned stays what it was while that can be."""
    kind = {"awaiting": "initial", "reporting": "follow_up", "verifying": "verified"}.get(town_state, "")
    return begun_as if kind == "follow_up" and begun_as == "initial" else kind


def common(areas: Sequence[str]) -> str:
    """Return the county that divisions have in common, else the city."""
    return areas[0][:6] if len({area[:6] for area in areas}) == 1 else areas[0][:4]
