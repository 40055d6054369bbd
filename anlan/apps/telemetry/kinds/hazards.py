"""Hazards: what each watches by which detector, how it grades, and how it is called in a warning."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.apps.telemetry.choices import Level
from anlan.apps.telemetry.kinds.derivations import Aggregate
from anlan.apps.telemetry.kinds.detectors import Detector, State
from anlan.apps.telemetry.kinds.measures import QUANTITIES, RUNGS
from anlan.apps.telemetry.kinds.verifications import ALARM, SPANS, WARNING, Verification
from anlan.kit.names import names_of
from anlan.lib.registry import Registry

#: An event code of the national warning system (12379): domain 1 to 4, a class letter, two digits; domain.md 6.1.
EVENT_CODE = re.compile(r"1[1-4][A-U]\d{2}")


@dataclass(frozen=True)
class Hazard:
    """A hazard that readings can show. `ladder` gives the level that each named threshold (a rung) stands for, 1 blue to 4 red."""

    code: str
    name: Any
    name_zh: str
    name_en: str
    event_code: str
    detector: Detector
    ladder: Mapping[str, int]
    source: str = ""
    #: Its symbol among Tabler's icons.
    icon: str = "bell-ringing"
    #: What a cancellation says of the end of all its alarms, and no more than that.
    fallen_zh: str = "各监测站已降至预警标准以下"
    fallen_en: str = "all gauges have fallen below the warning thresholds"
    #: Which indicator of the city's plan its warnings stand for, from which level on: those public when it began, else those that something came of.
    indicator: int = 0
    indicator_from: int = 1
    indicator_before: bool = False
    #: Whether its alarms call for a warning to the public; single points that only count towards a whole do not.
    warned: bool = True
    #: Whether it threatens the town around its station rather than the whole county: a warning is drafted for no more.
    near: bool = False
    #: What its warnings are held against afterwards.
    verification: Verification = field(default_factory=Verification)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Return what is judged."""
        return self.detector.quantities

    @property
    def windows(self) -> tuple[int, ...]:
        """Return the hours over which its detector sums; none where values are judged by themselves."""
        return self.detector.windows

    def falls(self, quantity: str) -> bool:
        """Return whether a lower value of a quantity is graver."""
        return quantity in self.detector.falling

    @property
    def verified_by(self) -> str:
        """Return who is held to it: the warning, the alarm, or nothing."""
        return self.verification.by or (WARNING if self.warned else ALARM)

    def verified(self) -> dict[str, Any]:
        """Return how it is verified, for programs."""
        spec = self.verification
        minutes = {f"{name}_minutes": getattr(spec, name).total_seconds() / 60 for name in SPANS}
        whole = {"by": self.verified_by, "scale": spec.scale, "quantities": list(spec.quantities or self.quantities)}
        return {**whole, **minutes, "why": str(spec.why)}

    @property
    def on_levels(self) -> bool:
        """Return whether it judges what rests on the levels of other hazards."""
        return any(isinstance(QUANTITIES.get(q).derivation, Aggregate) for q in self.quantities if q in QUANTITIES)

    def reached(self, quantity: str, value: Any, threshold: Any) -> Any:
        """Return whether a value of a quantity has reached a threshold; of arrays, which have."""
        if isinstance(self.detector, State):
            return value == threshold
        return value <= threshold if self.falls(quantity) else value >= threshold

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        beyond = [name for name, level in self.ladder.items() if level not in Level.values or level == Level.NONE]
        known = [QUANTITIES.get(q) for q in self.quantities if q in QUANTITIES]
        return [
            *(f"watches {q!r}, which is no quantity" for q in self.quantities if q not in QUANTITIES),
            *(f"watches {q.code!r}: {fault}" for q in known for fault in q.faults()),
            *(f"judges {q.code!r} by itself, of which only sums are told" for q in known if q.summed and not self.windows),
            *(f"sums {q.code!r}, which is no sum over a period" for q in known if self.windows and not q.summed),
            *self.detector.faults(),
            *self.verification.faults(self.quantities, self.warned),
            *(f"threshold {name!r} stands for no warning level (1 blue to 4 red)" for name in beyond),
            *(f"threshold {name!r} is no rung" for name in self.ladder if name not in RUNGS),
            *(["watches no quantity"] if not self.quantities else []),
            *(["has no threshold in its ladder"] if not self.ladder else []),
            *(
                [f"{self.event_code!r} is no code of the event classification"]
                if not EVENT_CODE.fullmatch(self.event_code)
                else []
            ),
            *(["names no source (article or standard)"] if not self.source else []),
            *(["has no English name for its warnings"] if not self.name_en.isascii() or not self.name_en else []),
        ]


HAZARDS: Registry[Hazard] = Registry("hazards")


def falls(hazard: str, quantity: str) -> bool:
    """Return whether a lower value of a quantity is graver to a hazard; False where its plug-in is gone."""
    return hazard in HAZARDS and HAZARDS.get(hazard).falls(quantity)


def wholes_of(measured: Collection[str]) -> list[str]:
    """Return the quantities of a whole that the program works out from what its parts measure."""
    of = [(q.code, q.derivation) for q in QUANTITIES if isinstance(q.derivation, Aggregate)]
    return [code for code, d in of if d.hazard in HAZARDS and not set(measured).isdisjoint(HAZARDS.get(d.hazard).quantities)]


def icon_of(hazard: str) -> str:
    """Return the symbol of a hazard."""
    return HAZARDS.get(hazard).icon if hazard in HAZARDS else Hazard.icon


def hazard_choices() -> list[tuple[str, Any]]:
    """Return the hazards for a form and a column."""
    return [(hazard.code, hazard.name) for hazard in HAZARDS]


names_of("hazard", "hazard")(lambda: {hazard.code: (hazard.name, hazard.name) for hazard in HAZARDS})
