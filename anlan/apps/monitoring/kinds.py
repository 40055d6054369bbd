"""The plug-in contracts that monitoring owns: hazards and connectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.kit.registry import Registry

Values = NDArray[np.float64]
Levels = NDArray[np.int8]


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


@dataclass(frozen=True)
class Connector:
    """A way for readings to come in."""

    code: str
    name: Any
    story: Any
    sample: str


HAZARDS: Registry[Hazard] = Registry("hazards")
CONNECTORS: Registry[Connector] = Registry("connectors")
