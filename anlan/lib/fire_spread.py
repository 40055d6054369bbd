"""How a forest fire spreads from a point: Wang Zhengfei's rate in every direction, the ellipse that it burns, between what error allows.

Rate (王正非, with the directions of 毛贤敏): R = R0 · Ks · Kw · Kφ, metres a minute, where R0 = 0.03 T + 0.05 W + 0.01 (100 − h) − 0.3
(T °C, W Beaufort, h relative humidity in %), Kw = exp(0.1783 V cos θ) (V m/s at 10 m), Kφ = exp(± 3.533 tan(φ)^1.2) along the slope.
Ellipse: length to breadth of the Canadian FBP system, 1 + 8.729 (1 − exp(−0.030 U))^2.155 (ST-X-3, equation 79; U km/h), the fire begun at a focus.
One fuel, one wind, one slope, a surface fire: no spotting, crowns, roads, rivers or fire-fighting. Bearings run clockwise from north.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from anlan.lib.cyclones import wind_class
from anlan.lib.local_plane import turned

#: The wind's exponent (per m/s) and the slope's (of its tangent), in Wang Zhengfei's model.
WIND, SLOPE, POWER = 0.1783, 3.533, 1.2
#: The table of the model ends here (m/s, degrees); beyond it is carried on and said to be.
WINDIEST, STEEPEST = 12.0, 45.0
POINTS = 72


@dataclass(frozen=True)
class Fire:
    """What drives a fire: the air (°C, %), the wind (m/s at 10 m and whence), the fuel's factor, the slope (degrees) and which way is up."""

    temperature: float
    humidity: float
    wind: float
    wind_from: float
    fuel: float
    slope: float = 0.0
    uphill: float = 0.0

    @property
    def initial(self) -> float:
        """Return R0, the rate on the flat without wind, in metres a minute; nought where the model lets nothing burn."""
        return max(0.0, 0.03 * self.temperature + 0.05 * wind_class(self.wind) + 0.01 * (100 - self.humidity) - 0.3)

    def rate(self, bearing: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the rate towards bearings, in metres a minute."""
        to = np.radians(np.asarray(bearing, dtype=np.float64))
        along = np.cos(to - math.radians(self.wind_from + 180))
        up = np.cos(to - math.radians(self.uphill))
        tangent = math.tan(math.radians(self.slope)) * np.abs(up)
        found: NDArray[np.float64] = (
            self.initial * self.fuel * np.exp(WIND * self.wind * along + SLOPE * np.sign(up) * tangent**POWER)
        )
        return found

    def head(self) -> tuple[float, float]:
        """Return where it spreads fastest and how fast: bearing, metres a minute."""
        bearings = np.arange(0.0, 360.0, 1.0)
        rates = self.rate(bearings)
        at = int(np.argmax(rates))
        return float(bearings[at]), float(rates[at])

    def slenderness(self) -> float:
        """Return how many times longer than broad it burns, wind and slope together read as one wind."""
        still = self.initial * self.fuel
        kmh = 3.6 * math.log(self.head()[1] / still) / WIND if still else 0.0
        return 1.0 + 8.729 * (1 - math.exp(-0.030 * max(kmh, 0.0))) ** 2.155

    def burnt(self, minutes: float) -> shapely.Polygon:
        """Return what has burnt after a time, in metres east and north of where it began."""
        bearing, rate = self.head()
        slender = self.slenderness()
        eccentric = math.sqrt(1 - slender**-2)
        back = rate * (1 - eccentric) / (1 + eccentric)
        long, ahead = (rate + back) * minutes / 2, (rate - back) * minutes / 2
        turn = np.linspace(0.0, 2 * np.pi, POINTS, endpoint=False)
        return turned(shapely.Polygon(np.column_stack([long / slender * np.sin(turn), ahead + long * np.cos(turn)])), bearing)


@dataclass(frozen=True)
class Doubt:
    """How far off things may be: factors on the rate and on the wind, degrees of wind direction and of slope either way."""

    rate: tuple[float, float]
    wind: tuple[float, float]
    direction: float
    slope: float


def bands(fire: Fire, doubt: Doubt, minutes: float) -> dict[str, shapely.Geometry]:
    """Return what burns at least, likely and at most after a time: each lies within the next. Metres east and north."""
    likely = fire.burnt(minutes)

    def case(at: int, wind_from: float) -> shapely.Polygon:
        slope = min(max(fire.slope + (-doubt.slope, doubt.slope)[at], 0.0), STEEPEST)
        other = replace(fire, fuel=fire.fuel * doubt.rate[at], wind=fire.wind * doubt.wind[at], wind_from=wind_from, slope=slope)
        return other.burnt(minutes)

    turns = np.arange(-doubt.direction, doubt.direction + 0.1, max(doubt.direction / 10, 1.0))
    most = shapely.union_all([likely, *(case(1, fire.wind_from + float(turn)) for turn in turns)])
    return {"low": shapely.intersection(likely, case(0, fire.wind_from)), "likely": likely, "high": most}
