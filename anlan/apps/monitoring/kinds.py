"""The plug-in contracts that monitoring owns: hazards and connectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.kit.registry import Registry

Values = NDArray[np.float64]
Levels = NDArray[np.int8]
#: Grade n values against n thresholds of each name (nan where a station has none): returns n levels 0…4.
Grade = Callable[[Values, Mapping[str, Values]], Levels]


@dataclass(frozen=True)
class Hazard:
    """A hazard that readings can show: what it watches, how it grades, and how it is called in a warning."""

    code: str
    name: Any
    name_zh: str
    name_en: str
    event_code: str
    quantities: tuple[str, ...]
    thresholds: tuple[str, ...]
    grade: Grade
    hysteresis: Mapping[str, float] = field(default_factory=dict)
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
