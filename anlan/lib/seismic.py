"""How strongly the ground shakes: intensity by elliptical attenuation and by instruments, rings, and the seconds before the shaking.

Distances are kilometres from the epicentre along the surface, directions degrees clockwise from north, intensities those of GB/T 17742-2020 (I to
XII). The coefficients are reference data of whoever calls: domain.md 3.6 lists sets with their sources.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
LEAST, GREATEST = 1.0, 12.0
#: Speed of the waves that shake, km/s, and of those that warn (domain.md 3.6).
S_SPEED, P_SPEED = 3.5, 6.0
#: Halvings of the search for an intensity; 40 leave less than 1e-10 of a degree.
HALVINGS = 40


@dataclass(frozen=True)
class Axis:
    """One axis of an attenuation: I = a + b·M − c·lg(R + r0)."""

    a: float
    b: float
    c: float
    r0: float

    def at(self, magnitude: float, km: float) -> float:
        """Return the intensity at a distance along this axis."""
        return self.a + self.b * magnitude - self.c * math.log10(km + self.r0)

    def radius(self, magnitude: float, intensity: ArrayLike) -> NDArray[np.float64]:
        """Return how far an intensity reaches along this axis in km, 0 where it is not reached at all."""
        power = (self.a + self.b * magnitude - np.asarray(intensity, dtype=np.float64)) / self.c
        return np.maximum(0.0, 10.0 ** np.minimum(power, 6.0) - self.r0)


@dataclass(frozen=True)
class Attenuation:
    """An elliptical attenuation: what is felt along the long and the short axis, and the standard error of either in degrees of intensity."""

    long: Axis
    short: Axis
    sigma: float

    def reach(self, magnitude: float, intensity: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far an intensity reaches along the long and the short axis, in km.

        The two curves were fitted apart and cross far out (at 171, 334 and 463 km in the sets of domain.md 3.6), where the short one would be the
        longer: from there on the fit says nothing of a direction, so that the ring is a circle of the long axis.
        """
        long = self.long.radius(magnitude, intensity)
        return long, np.minimum(self.short.radius(magnitude, intensity), long)


@dataclass(frozen=True)
class Ring:
    """The ellipse within which an intensity is reached: semi-axes in km."""

    intensity: int
    long: float
    short: float


def epicentral(model: Attenuation, magnitude: float) -> float:
    """Return the intensity at the epicentre, within I and XII."""
    return min(GREATEST, max(LEAST, model.long.at(magnitude, 0.0), model.short.at(magnitude, 0.0)))


def rings(model: Attenuation, magnitude: float, least: int = 3) -> list[Ring]:
    """Return the rings of whole intensities, the strongest first, down to `least`."""
    top = math.floor(epicentral(model, magnitude))
    both = ((i, *model.reach(magnitude, i)) for i in range(top, least - 1, -1))
    return [Ring(i, float(long), float(short)) for i, long, short in both if long > 0 and short > 0]


def offsets(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the distance in km and the direction in degrees from a point to others, on the sphere."""
    here, there = np.radians(lat), np.radians(np.asarray(lats, dtype=np.float64))
    turn = np.radians(np.asarray(lons, dtype=np.float64) - lon)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(turn / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    north = np.cos(here) * np.sin(there) - np.sin(here) * np.cos(there) * np.cos(turn)
    return km, np.degrees(np.arctan2(np.sin(turn) * np.cos(there), north)) % 360.0


def intensity_at(
    model: Attenuation, magnitude: float, km: ArrayLike, direction: ArrayLike = 0.0, strike: float = 0.0
) -> NDArray[np.float64]:
    """Return the intensity at places seen from the epicentre; `strike` is the direction of the long axis.

    A place has the intensity of the ellipse that it lies on. It falls with distance in every direction, so that halving finds it.
    """
    far = np.asarray(km, dtype=np.float64)
    off = np.radians(np.asarray(direction, dtype=np.float64) - strike)
    along, across = np.abs(far * np.cos(off)), np.abs(far * np.sin(off))
    top = epicentral(model, magnitude)
    low, high = np.full_like(far, LEAST - 4), np.full_like(far, top)
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        long, short = (np.maximum(axis, 1e-9) for axis in model.reach(magnitude, middle))
        inside = (along / long) ** 2 + (across / short) ** 2 <= 1.0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.clip(low, LEAST, GREATEST)


def outline(lon: float, lat: float, ring: Ring, strike: float, points: int = 72) -> list[tuple[float, float]]:
    """Return a ring as a closed outline of (longitude, latitude) pairs."""
    turn = np.radians(np.linspace(0.0, 360.0, points + 1))
    along, across = ring.long * np.cos(turn), ring.short * np.sin(turn)
    km = np.hypot(along, across) / EARTH_KM
    direction = np.radians(strike) + np.arctan2(across, along)
    here = np.radians(lat)
    there = np.arcsin(np.sin(here) * np.cos(km) + np.cos(here) * np.sin(km) * np.cos(direction))
    over = np.arctan2(np.sin(direction) * np.sin(km) * np.cos(here), np.cos(km) - np.sin(here) * np.sin(there))
    pairs = [(round(float(lon + np.degrees(o)), 5), round(float(np.degrees(t)), 5)) for o, t in zip(over, there, strict=True)]
    return [*pairs[:-1], pairs[0]]


def instrumental(pga: ArrayLike, pgv: ArrayLike) -> NDArray[np.float64]:
    """Return the instrumental intensities of GB/T 17742-2020 by peaks of acceleration (m/s²) and velocity (m/s), to one decimal.

    Where one of the two is not told (nan, or no positive number beside one that is) the other stands alone, the standard's I_A or I_V;
    nan where neither is told. Peaks of nought are intensity I.
    """
    peaks = [np.where(np.isfinite(p), p, np.nan) for p in (np.asarray(pga, dtype=np.float64), np.asarray(pgv, dtype=np.float64))]
    with np.errstate(divide="ignore", invalid="ignore"):
        by_acceleration, by_velocity = 3.17 * np.log10(peaks[0]) + 6.59, 3.00 * np.log10(peaks[1]) + 9.77
        mean = (by_acceleration + by_velocity) / 2
    both = np.where((by_acceleration >= 6) & (by_velocity >= 6), by_velocity, mean)
    found = np.where(np.isfinite(mean), both, np.fmax(by_acceleration, by_velocity))
    rounded: NDArray[np.float64] = np.round(np.clip(found, LEAST, GREATEST), 1)
    return rounded


def seconds_left(km: float, depth_km: float, since_origin: float) -> float:
    """Return the seconds until the shaking arrives at a distance, `since_origin` seconds after the shock; negative once it has."""
    return math.hypot(km, depth_km) / S_SPEED - since_origin


#: How degrees are written; the standard's peaks of a degree are its middle, so that the nearest one is an instrument's.
DEGREES = dict(enumerate(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], start=1))


def nearest_degree(intensity: float) -> str:
    """Return an instrumental intensity as its degree: 5.5 to 6.4 is VI."""
    return DEGREES[max(1, min(12, math.floor(intensity + 0.5)))]


def roman(intensity: float) -> str:
    """Return an estimated intensity as the degree whose ring it lies in: 6.7 is VI."""
    return DEGREES[max(1, min(12, math.floor(intensity)))]
