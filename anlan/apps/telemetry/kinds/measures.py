"""What can be measured: units and quantities, each with its words and bounds, and the rungs of ladders. Plug-ins add theirs.

There is no closed list: whatever asks for a unit, a span or words asks these registries, and what is not in them is refused.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.telemetry.kinds.derivations import Daily, Derivation, Formula, Rate, Rolling
from anlan.kit.languages import localised
from anlan.kit.refusals import Refusal
from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Unit:
    """A unit, and what else may be sent for it: a value in another is multiplied, then the second number is added."""

    code: str
    sent: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def converted(self, unit: str) -> tuple[float, float] | None:
        """Return factor and offset that bring a value into this unit; None for a unit that is not known here."""
        return (1.0, 0.0) if unit.strip() == self.code else self.sent.get(unit.strip().lower())


@dataclass(frozen=True)
class Quantity:
    """What a datastream may hold: its unit, how a warning says it, and what is physically possible.

    Outside `span` a value is flagged; absurd ones (ten times outside) are rejected. `summed` values are sums over a period.
    What has a `derivation` the program works out from others. Of several at one station the one with the lowest `rank` says most.
    """

    code: str
    name: Any
    unit: str
    span: tuple[float, float]
    zh: str
    en: str
    digits: int = 2
    #: Where values are numbers of states: what each is called in Chinese and English.
    states: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    #: What whole numbers are called: the name of the nearest one stands beside a value (6.3 is told as "6.3 (VI)").
    degrees: Mapping[int, str] = field(default_factory=dict)
    summed: bool = False
    derivation: Derivation | None = None
    rank: int = 50
    #: What a feed of events comes to in an area: told when something happens, so that silence says nothing; no instrument stands behind it.
    event: bool = False
    #: What a station runs on, told for its upkeep.
    supply: bool = False
    #: How the weather of a day tells it: by the `sum` of the station with most, by the `highest`, by the `range`; '' where it does not.
    day: str = ""

    def shown(self, value: float) -> str:
        """Return a value with its unit, in as many digits as the quantity has; a state by its name in the reader's language."""
        if self.states:
            return str(localised(*self.said(value)))
        return f"{value:.{self.digits}f} {self.beside(value)}".strip()

    def beside(self, value: float) -> str:
        """Return what stands beside a value: its unit, the name of its degree in brackets."""
        degree = self.degrees.get(nearest(value), "")
        return f"{self.unit} ({degree})".strip() if degree else self.unit

    def said(self, value: float) -> tuple[str, str]:
        """Return how a warning says a value, in Chinese and English."""
        if self.states:
            number = int(value)
            return self.states.get(number, (str(number), str(number)))
        figure, degree = f"{value:.{self.digits}f}", self.degrees.get(nearest(value), "")
        return f"{figure}{self.unit}" + (f"（{degree}度）" if degree else ""), f"{figure} {self.beside(value)}".strip()

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        return [
            *([f"is measured in {self.unit!r}, which is no unit"] if self.unit not in UNITS else []),
            *(self.derivation.faults() if self.derivation else []),
            *(
                [f"is worked out from {q!r}, which is no quantity" for q in self.derivation.sources if q not in QUANTITIES]
                if self.derivation
                else []
            ),
            *(["has no span of possible values"] if self.span[0] >= self.span[1] else []),
            *(["has no words in both languages for a warning"] if not self.zh or not self.en or not self.en.isascii() else []),
        ]


def nearest(value: float) -> int:
    """Return the whole number that a value is nearest to, of two as near the higher."""
    return math.floor(value + 0.5)


@dataclass(frozen=True)
class Rung:
    """A named threshold, or a number of its own that a detector needs of each datastream.

    A value is told as so much above its datastream's `datum` rung (a river's warning level).
    """

    code: str
    name: Any
    datum: bool = False
    #: Whether it is a height in its datastream's chart; numbers of a detector are not.
    drawn: bool = True


@dataclass(frozen=True)
class Sensor:
    """A kind of station: what it is called and what it usually measures; whether it tells of a `stream`, so that what drains there counts."""

    code: str
    name: Any
    quantities: tuple[str, ...]
    stream: bool = False

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        unknown = [f"measures {q!r}, which is no quantity" for q in self.quantities if q not in QUANTITIES]
        mine = [f"{q}: {fault}" for q in self.quantities if q in QUANTITIES for fault in QUANTITIES.get(q).faults()]
        return [*unknown, *mine, *([] if self.quantities else ["measures nothing"])]


UNITS: Registry[Unit] = Registry("units")
QUANTITIES: Registry[Quantity] = Registry("quantities")
RUNGS: Registry[Rung] = Registry("rungs")
SENSORS: Registry[Sensor] = Registry("sensors")

for _unit in (
    Unit("m", {"cm": (0.01, 0), "mm": (0.001, 0), "dm": (0.1, 0), "km": (1000, 0)}),
    Unit("mm", {"cm": (10, 0), "m": (1000, 0), "in": (25.4, 0)}),
    Unit("m³/s", {"m3/s": (1, 0), "m^3/s": (1, 0), "cms": (1, 0), "l/s": (0.001, 0)}),
    Unit("m/s", {"cm/s": (0.01, 0), "km/h": (1 / 3.6, 0), "kn": (1852 / 3600, 0), "kt": (1852 / 3600, 0)}),
    Unit("mm/d", {"mm/h": (24, 0), "mm/day": (1, 0)}),
    Unit("°C", {"℃": (1, 0), "c": (1, 0), "degc": (1, 0), "k": (1, -273.15), "f": (5 / 9, -160 / 9), "°f": (5 / 9, -160 / 9)}),
    Unit("°", {"deg": (1, 0)}),
    Unit("%", {"percent": (1, 0)}),
    Unit("%LEL", {"%lel": (1, 0), "lel%": (1, 0)}),
    Unit("mg/m³", {"mg/m3": (1, 0), "ug/m3": (0.001, 0), "µg/m³": (0.001, 0)}),
    Unit("kPa", {"pa": (0.001, 0), "mpa": (1000, 0), "hpa": (0.1, 0)}),
    Unit(""),
):
    UNITS.add(_unit)
#: The colours of a signal, which many hazards share.
for _rung in (
    Rung("blue", gettext_lazy("Blue")),
    Rung("yellow", gettext_lazy("Yellow")),
    Rung("orange", gettext_lazy("Orange")),
    Rung("red", gettext_lazy("Red")),
):
    RUNGS.add(_rung)


def quantity_choices() -> list[tuple[str, Any]]:
    """Return the quantities for a form and a column, the one that says most first."""
    return [(code, QUANTITIES.get(code).name) for code in precedence()]


def rung_choices() -> list[tuple[str, Any]]:
    """Return the rungs for a form and a column."""
    return [(rung.code, rung.name) for rung in RUNGS]


def sensor_choices() -> list[tuple[str, Any]]:
    """Return the kinds of station for a form and a column."""
    return [(kind.code, kind.name) for kind in SENSORS]


def precedence() -> list[str]:
    """Return the codes of all quantities, the one that says most of its station first."""
    return [q.code for q in sorted(QUANTITIES, key=lambda q: (q.rank, q.code))]


def summed() -> list[str]:
    """Return the codes of the quantities whose values are sums over a period."""
    return [q.code for q in QUANTITIES if q.summed]


def derived() -> list[str]:
    """Return the codes of the quantities that the program works out itself."""
    return [q.code for q in QUANTITIES if q.derivation]


def worked_out_of(held: Collection[str]) -> list[str]:
    """Return the quantities that the program works out at a station itself from what it measures, those it has already left out."""
    found: list[str] = []
    while more := [
        q.code
        for q in QUANTITIES
        if q.code not in (*held, *found)
        and isinstance(q.derivation, Rate | Rolling | Daily | Formula)
        and {*held, *found} >= {*(q.derivation.needs if isinstance(q.derivation, Formula) else q.derivation.sources)}
    ]:
        found += more
    return found


def told_every(code: str, source: timedelta) -> timedelta:
    """Return after how long a quantity is stale that is worked out of one which is stale after `source`: a day's index comes once a day."""
    return max(source, timedelta(hours=26)) if isinstance(QUANTITIES.get(code).derivation, Daily) else source


def of_events() -> list[str]:
    """Return the codes of the quantities that are told when something happens."""
    return [q.code for q in QUANTITIES if q.event]


def over_ground() -> list[str]:
    """Return the codes of the quantities that fall on the ground at gauges, so that a mean over an area says something."""
    return [q.code for q in QUANTITIES if q.summed and not q.event]


def of_supply() -> list[str]:
    """Return the codes of the quantities that tell what a station runs on."""
    return [q.code for q in QUANTITIES if q.supply]


def of_areas() -> list[str]:
    """Return the kinds of station behind which no instrument stands: an area for what happens in it."""
    told = set(of_events())
    return [kind.code for kind in SENSORS if set(kind.quantities) <= told]


def label_of(code: str) -> str:
    """Return a quantity's name in the reader's language; its code where its plug-in is gone."""
    return str(QUANTITIES.get(code).name) if code in QUANTITIES else code


def unit_of(code: str) -> str:
    """Return a quantity's unit; '' where its plug-in is gone."""
    return QUANTITIES.get(code).unit if code in QUANTITIES else ""


def digits_of(code: str) -> int:
    """Return in how many digits a quantity is told."""
    return QUANTITIES.get(code).digits if code in QUANTITIES else 2


def words(code: str, values: Iterable[float]) -> list[tuple[int, str]]:
    """Return for a chart of states what each number is called, from the first of those told to the last; none where values are no states."""
    states = QUANTITIES.get(code).states if code in QUANTITIES else {}
    told_states = {int(value) for value in values} & set(states)
    return [
        (n, str(localised(*states[n]))) for n in sorted(states) if min(told_states, default=1) <= n <= max(told_states, default=0)
    ]


def told(code: str, value: float) -> tuple[float | str, str, int]:
    """Return a value as everything that tells one does: with its unit (and degree) and digits; a state as its word in the reader's language."""
    if code not in QUANTITIES:
        return value, "", digits_of(code)
    found = QUANTITIES.get(code)
    return (found.shown(value), "", 0) if found.states else (value, found.beside(value), found.digits)


def shown(code: str, value: float) -> str:
    """Return a value with its unit in one text; a state by its word."""
    said, unit, digits = told(code, value)
    return said if isinstance(said, str) else f"{said:,.{digits}f} {unit}".strip()


def measured(code: str, unit: str, hours: int = 0) -> tuple[str, str, Quantity]:
    """Return how a warning says that a quantity was measured, in Chinese and English, and the quantity.

    `hours` is the window of a sum. What has no words of its own is refused rather than said in those of another: an unknown
    quantity, another unit than its own, a sum of what cannot be summed, or one value of what is told in sums.
    """
    found = QUANTITIES.get(code) if code in QUANTITIES else None
    if found is None or unit != found.unit or bool(hours) != found.summed:
        told = f"{label_of(code)} ({unit}, {hours} h)" if hours else f"{label_of(code)} ({unit})"
        raise Refusal(_("A warning has no words for %(quantity)s.") % {"quantity": told}, field="hazard")
    if hours:
        return f"{hours}小时{found.zh}", f"{found.en} of {hours} h was", found
    return found.zh, f"{found.en} was", found
