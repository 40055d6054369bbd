"""Gas that leaks and drifts: how far a steady Gaussian plume exceeds a concentration, and the ground that it covers.

C(x, y) = Q / (π u σy σz) · exp(−y²/2σy²) · exp(−H²/2σz²) at the ground; σ by Briggs (1973), open country or built-up; the class of stability by
GB/T 3840-91: sun's height and cloud → class of radiation, with the wind → A (very unstable) to F (stable). Of two classes the more stable one.
A gas as heavy as air, a steady leak, flat ground, one wind: no heavy gas, no puff, no hills or houses, no rain, nothing that reacts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from anlan.lib.local_plane import swept, turned

CLASSES = "ABCDEF"
#: Briggs: σ = a·x·(1 + b·x)^p, metres: (a, b, p) across and upwards for A to F.
COUNTRY = {
    "across": [(a, 0.0001, -0.5) for a in (0.22, 0.16, 0.11, 0.08, 0.06, 0.04)],
    "upwards": [(0.20, 0, 0), (0.12, 0, 0), (0.08, 0.0002, -0.5), (0.06, 0.0015, -0.5), (0.03, 0.0003, -1), (0.016, 0.0003, -1)],
}
TOWN = {
    "across": [(a, 0.0004, -0.5) for a in (0.32, 0.32, 0.22, 0.16, 0.11, 0.11)],
    "upwards": [
        (0.24, 0.001, 0.5),
        (0.24, 0.001, 0.5),
        (0.20, 0, 0),
        (0.14, 0.0003, -0.5),
        (0.08, 0.0015, -0.5),
        (0.08, 0.0015, -0.5),
    ],
}
#: The formulas were fitted from about a hundred metres to ten kilometres; below this wind there is no plume, but gas all round.
NEAREST, FURTHEST, CALM = 10.0, 10_000.0, 1.0
#: GB/T 3840-91, table B1: class of radiation by cloud (clear to 4/10, 5 to 7 with little of it low, 8 and more with little of it low,
#: 5 and more with 5 to 7 low, overcast and low) for night and the sun's height up to 15, 35, 65 degrees and above.
RADIATION = ((-2, -1, 1, 2, 3), (-1, 0, 1, 2, 3), (-1, 0, 0, 1, 1), (0, 0, 0, 0, 1), (0, 0, 0, 0, 0))
#: Table B2: stability by wind (up to 1.9, 2.9, 4.9, 5.9 m/s and above) for radiation +3 … −2.
STABILITY = ("ABBDEF", "BBCDEF", "BCCDDE", "CDDDDD", "DDDDDD")
WINDS = (2.0, 3.0, 5.0, 6.0)


def sun_height(at: datetime, lon: float, lat: float) -> float:
    """Return the sun's height in degrees at an instant (aware) and a place; below nought at night (GB/T 3840-91, B1)."""
    there = at.astimezone(UTC)
    turn = 2 * math.pi * (there.timetuple().tm_yday - 1) / 365
    lean = (
        *(0.006918 - 0.39912 * math.cos(turn) + 0.070257 * math.sin(turn) - 0.006758 * math.cos(2 * turn),),
        *(0.000907 * math.sin(2 * turn) - 0.002697 * math.cos(3 * turn) + 0.001480 * math.sin(3 * turn),),
    )
    tilt, here = sum(lean), math.radians(lat)
    hour = math.radians(15 * (there.hour + there.minute / 60) + lon - 180)
    height = math.sin(here) * math.sin(tilt) + math.cos(here) * math.cos(tilt) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


def stability(wind: float, sun: float, cloud: int) -> str:
    """Return the class of stability, A to F, of a wind (m/s at 10 m), the sun's height and a row of `RADIATION`; GB/T 3840-91."""
    column = 0 if sun <= 0 else 1 + sum(sun > most for most in (15, 35, 65))
    return STABILITY[sum(wind >= least for least in WINDS)][3 - RADIATION[cloud][column]]


@dataclass(frozen=True)
class Leak:
    """A steady leak: grams a second, its height (m), the wind (m/s at 10 m), the class of stability, and whether houses stand there."""

    rate: float
    wind: float
    stability: str
    height: float = 0.0
    town: bool = False

    def sigmas(self, x: NDArray[np.float64] | float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the plume's spread across and upwards at distances, in metres."""
        far, table, n = np.asarray(x, dtype=np.float64), TOWN if self.town else COUNTRY, CLASSES.index(self.stability)
        across, upwards = ((a * far * (1 + b * far) ** p) for a, b, p in (table["across"][n], table["upwards"][n]))
        return across, upwards

    def concentration(self, x: NDArray[np.float64] | float, y: NDArray[np.float64] | float = 0.0) -> NDArray[np.float64]:
        """Return the concentration at the ground in mg/m³, `x` metres downwind and `y` across."""
        across, upwards = self.sigmas(x)
        least = 1000 * self.rate / (math.pi * max(self.wind, CALM) * across * upwards)
        found: NDArray[np.float64] = least * np.exp(-0.5 * (np.asarray(y) / across) ** 2 - 0.5 * (self.height / upwards) ** 2)
        return found

    def reach(self, limit: float) -> float:
        """Return how far downwind a concentration (mg/m³) is exceeded at the ground, in metres; 0 nowhere, `FURTHEST` so far or further."""
        far = np.geomspace(NEAREST, FURTHEST, 2000)
        over = np.flatnonzero(self.concentration(far) >= limit)
        return float(far[over[-1]]) if len(over) else 0.0

    def plume(self, limit: float) -> shapely.Polygon:
        """Return the ground on which a concentration is exceeded, in metres with the wind blowing north."""
        reach = self.reach(limit)
        if not reach:
            return shapely.Polygon()
        x = np.concatenate([[0.0], np.geomspace(NEAREST, reach, 40)])
        over = np.maximum(self.concentration(x[1:]) / limit, 1.0)
        y = np.concatenate([[1.0], np.maximum(self.sigmas(x[1:])[0] * np.sqrt(2 * np.log(over)), 1.0)])
        return shapely.Polygon(np.column_stack([np.concatenate([y, -y[::-1]]), np.concatenate([x, x[::-1]])]))


@dataclass(frozen=True)
class Doubt:
    """How far off things may be: factors on what leaks, degrees of wind direction either way, classes of stability either way."""

    rate: tuple[float, float]
    direction: float
    classes: int


def bands(leak: Leak, doubt: Doubt, wind_from: float, limit: float) -> dict[str, shapely.Geometry]:
    """Return where a concentration is exceeded at least, likely and at most: each lies within the next. Metres east and north.

    In a calm gas drifts anywhere: each is a circle.
    """
    n = CLASSES.index(leak.stability)
    least = replace(leak, rate=leak.rate * doubt.rate[0], stability=CLASSES[max(0, n - doubt.classes)])
    most = replace(leak, rate=leak.rate * doubt.rate[1], stability=CLASSES[min(5, n + doubt.classes)])
    if leak.wind < CALM:
        rounds = [shapely.Point(0, 0).buffer(each.reach(limit), quad_segs=18) for each in (least, leak, most)]
        return _nested(*rounds)
    downwind = wind_from + 180
    wide = swept(most.plume(limit), most.reach(limit), downwind, doubt.direction)
    return _nested(turned(least.plume(limit), downwind), turned(leak.plume(limit), downwind), wide)


def _nested(low: shapely.Geometry, likely: shapely.Geometry, high: shapely.Geometry) -> dict[str, shapely.Geometry]:
    return {"low": shapely.intersection(low, likely), "likely": likely, "high": shapely.union(high, likely)}
