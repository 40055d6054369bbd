"""The plug-in contracts that telemetry owns: hazards and connectors, and what `anlan plugins check` asks of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.apps.telemetry.choices import UNITS, Level
from anlan.kit.names import names_of
from anlan.kit.refusals import Refusal
from anlan.kit.registry import Registry

Values = NDArray[np.float64]
Levels = NDArray[np.int8]
#: An event code of the national warning system (12379): domain 1 to 4, a class letter, two digits; domain.md 6.1.
EVENT_CODE = re.compile(r"1[1-4][A-U]\d{2}")


@dataclass(frozen=True)
class Measure:
    """How a warning says that a quantity was measured, with so many digits; {hours} is the window of a sum."""

    zh: str
    en: str
    digits: int


#: By quantity. What is not here has no words: a warning on it is refused rather than said in those of another.
MEASURES = {
    "water_level": Measure("水位", "the water level was", 2),
    "flow": Measure("流量", "the flow was", 0),
    "rain": Measure("{hours}小时雨量", "the rain of {hours} h was", 1),
}


@dataclass(frozen=True)
class Hazard:
    """A hazard that readings can show: what it watches, how it grades, and how it is called in a warning.

    `ladder` gives the level that each named threshold stands for. Without `windows` the newest value itself is graded, and
    a level is left once the value is clear of its threshold by `hysteresis` (in the quantity's unit). With `windows` the
    sums over so many hours are graded, and a level is left once every sum has stayed under `clear_share` of the level's
    thresholds for `clear_after`.
    """

    code: str
    name: Any
    name_zh: str
    name_en: str
    event_code: str
    quantities: tuple[str, ...]
    ladder: Mapping[str, int]
    hysteresis: Mapping[str, float] = field(default_factory=dict)
    windows: tuple[int, ...] = ()
    clear_share: float = 1.0
    clear_after: timedelta = timedelta(0)
    source: str = ""
    #: What a cancellation says of the end of all its alarms, and no more than that.
    fallen_zh: str = "各监测站已降至预警标准以下"
    fallen_en: str = "all gauges have fallen below the warning thresholds"

    def faults(self) -> list[str]:
        """Return what the description lacks, one sentence each."""
        unknown = [q for q in self.quantities if q not in UNITS]
        beyond = [name for name, level in self.ladder.items() if level not in Level.values or level == Level.NONE]
        return [
            *(f"watches {q!r}, which has no unit" for q in unknown),
            *(f"watches {q!r}, for which a warning has no words" for q in self.quantities if q not in MEASURES),
            *(f"has a hysteresis for {q!r}, which it does not watch" for q in self.hysteresis if q not in self.quantities),
            *(f"threshold {name!r} stands for no warning level (1 blue to 4 red)" for name in beyond),
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


@dataclass(frozen=True)
class Connector:
    """A way for readings to come in. `sample` is one recorded delivery, `decode` reads such bytes into rows."""

    code: str
    name: Any
    story: Any
    sample: str
    decode: Callable[[bytes], Sized]

    def faults(self) -> list[str]:
        """Return what the sample shows to be wrong, one sentence each."""
        try:
            rows = len(self.decode(self.sample.encode()))
        except Refusal as refusal:
            return [f"does not read its own sample: {refusal}"]
        return [] if rows else ["reads nothing from its own sample"]


HAZARDS: Registry[Hazard] = Registry("hazards")
names_of("hazard", "hazard")(lambda: {hazard.code: (hazard.name, hazard.name) for hazard in HAZARDS})
CONNECTORS: Registry[Connector] = Registry("connectors")
