"""Tropical cyclones: grades and wind classes, where a storm is between the fixes of an advisory, and how strongly it blows at places.

Winds are m/s, distances km, hours count from the advisory's time. The wind field is a stated model: within the radii of an advisory
(30, 50, 64 knots by quadrant) the wind follows a power law from one radius to the next; without radii it is a modified Rankine vortex.
Hills and friction are not in it, so that it rather says too much inland.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from anlan.lib.seismic import EARTH_KM, offsets

Floats = NDArray[np.float64]
#: Least mean wind (m/s) of the classes 1 to 17 (GB/T 28591).
CLASSES = (0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7, 37.0, 41.5, 46.2, 51.0, 56.1)
#: Least wind near the centre of each grade (GB/T 19201).
GRADES = ((10.8, "TD"), (17.2, "TS"), (24.5, "STS"), (32.7, "TY"), (41.5, "STY"), (51.0, "SuperTY"))
#: The radii that advisories tell are those of these winds.
RADII = {30: 15.4, 50: 25.7, 64: 32.9}
QUADRANTS = ("NE", "SE", "SW", "NW")
#: Without radii: how far the strongest wind blows from the centre, and how the wind falls with distance (proposals, K-).
CORE_KM, DECAY = 40.0, 0.6
#: Beyond the outermost radius the wind falls by this power of distance (proposal, K-).
OUTER = 0.7
#: A step of the reckoning in hours.
STEP = 0.5
#: So far ahead a storm is carried on in a straight line where its advisory foretells nothing, as fast as over the last hours.
CARRIED_ON, OVER_HOURS = (6, 12, 24), 12.0


@dataclass(frozen=True)
class Centre:
    """Where a storm is at an hour, how strong, and how far its winds reach: knots → quadrant → km."""

    hour: float
    lon: float
    lat: float
    wind: float
    radii: Mapping[int, Mapping[str, float]] = field(default_factory=dict)


def wind_class(speed: float) -> int:
    """Return the class of a mean wind, 0 to 17 (GB/T 28591)."""
    return bisect_right(CLASSES, round(speed, 1))


def grade_of(speed: float) -> str:
    """Return the grade of a storm by the wind near its centre, "" for what is none (GB/T 19201)."""
    return next((name for least, name in reversed(GRADES) if round(speed, 1) >= least), "")


def wind_of_pressure(pressure: float) -> float:
    """Return the wind that goes with a central pressure (Atkinson and Holliday 1977), where an agency told none."""
    return round(6.7 * max(0.0, 1010.0 - pressure) ** 0.644 * 0.514444, 1)


def carried_on(before: Sequence[Centre], now: Centre) -> list[Centre]:
    """Return where a storm would be if it went on as over the last hours, as strong as it is; nothing where its way is not known."""
    known = [c for c in before if now.hour - OVER_HOURS <= c.hour < now.hour]
    if not known:
        return []
    first = known[0]
    part = 1 / (now.hour - first.hour)
    east, north = ((now.lon - first.lon + 180) % 360 - 180) * part, (now.lat - first.lat) * part
    return [Centre(now.hour + h, now.lon + east * h, now.lat + north * h, now.wind, now.radii) for h in CARRIED_ON]


def along(track: Sequence[Centre], since: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Return hours, longitudes, latitudes and winds of a track in even steps from `since` on, between its fixes in straight lines."""
    last = track[-1].hour
    hours = np.arange(max(since, track[0].hour), last + STEP / 2, STEP) if last >= since else np.zeros(0)
    known = np.array([c.hour for c in track])
    columns = (np.unwrap([c.lon for c in track], period=360), [c.lat for c in track], [c.wind for c in track])
    lon, lat, wind = (np.interp(hours, known, np.array(column)) for column in columns)
    return hours, lon, lat, wind


@dataclass(frozen=True)
class Blown:
    """The wind at places over the hours of a track: hours × places; and how near the storm comes to each."""

    hours: Floats
    wind: Floats
    km: Floats

    def strongest(self, since: float, until: float) -> Floats:
        """Return the strongest wind of each place between two hours, 0 where the track tells nothing of them."""
        within = (self.hours >= since) & (self.hours <= until)
        return self.wind[within].max(axis=0) if within.any() else np.zeros(self.wind.shape[1])

    def first(self, speed: float) -> Floats:
        """Return the first hour at which each place has a wind, nan where it never has."""
        over = self.wind >= speed
        return np.where(over.any(axis=0), self.hours[over.argmax(axis=0)] if len(self.hours) else np.nan, np.nan)


def blown(track: Sequence[Centre], lons: ArrayLike, lats: ArrayLike, since: float = -math.inf) -> Blown:
    """Return the wind at places from `since` on along a track in order of time; radii hold on until a later fix tells others."""
    hours, lon, lat, wind = along(track, since)
    places = np.asarray(lons, dtype=np.float64)
    speed, far = np.zeros((len(hours), len(places))), np.full((len(hours), len(places)), np.inf)
    for n, hour in enumerate(hours):
        radii = next((c.radii for c in reversed(track) if c.hour <= hour and c.radii), track[0].radii)
        km, direction = offsets(lon[n], lat[n], places, lats)
        far[n], speed[n] = km, wind_field(wind[n], radii, km, direction)
    return Blown(hours, speed, far)


def wind_field(strongest: float, radii: Mapping[int, Mapping[str, float]], km: Floats, direction: Floats) -> Floats:
    """Return the wind at distances and directions from a centre."""
    found = np.zeros(len(km))
    quadrants = (np.asarray(direction) // 90).astype(int) % 4
    for number, name in enumerate(QUADRANTS):
        mine = quadrants == number
        found[mine] = _along_a_ray(strongest, {knots: sides.get(name, 0.0) for knots, sides in radii.items()}, km[mine])
    return found


def _along_a_ray(strongest: float, radii: Mapping[int, float], km: Floats) -> Floats:
    """Return the wind by distance in one quadrant."""
    known = sorted((r, RADII[knots]) for knots, r in radii.items() if r > 0 and knots in RADII and RADII[knots] < strongest)
    if not known:
        return np.asarray(strongest * np.minimum(1.0, (CORE_KM / np.maximum(km, 1.0)) ** DECAY))
    core = min(CORE_KM, known[0][0] / 2)
    at, speeds = [core, *(r for r, _s in known)], [strongest, *(s for _r, s in known)]
    inside = np.exp(np.interp(np.log(np.maximum(km, core)), np.log(at), np.log(speeds)))
    return np.where(km > at[-1], speeds[-1] * (at[-1] / np.maximum(km, 1.0)) ** OUTER, inside)


def circle(lon: float, lat: float, radii: Mapping[str, float], each: int = 18) -> list[tuple[float, float]]:
    """Return how far a wind reaches as a closed outline of (longitude, latitude) pairs, quadrant by quadrant."""
    turn = np.linspace(0.0, 360.0, 4 * each, endpoint=False)
    far = np.array([radii.get(QUADRANTS[int(t // 90)], 0.0) for t in turn]) / EARTH_KM
    way, here = np.radians(turn), np.radians(lat)
    there = np.arcsin(np.sin(here) * np.cos(far) + np.cos(here) * np.sin(far) * np.cos(way))
    over = np.arctan2(np.sin(way) * np.sin(far) * np.cos(here), np.cos(far) - np.sin(here) * np.sin(there))
    pairs = [(round(float(lon + np.degrees(o)), 4), round(float(np.degrees(t)), 4)) for o, t in zip(over, there, strict=True)]
    return [*pairs, pairs[0]]


def reach_of(wind: float, told: Mapping[int, Mapping[str, float]], knots: int) -> Mapping[str, float]:
    """Return how far the wind of a radius (30, 50, 64 knots) blows by quadrant: as told, else by the vortex; nothing of a weaker storm."""
    if wind < RADII[knots]:
        return {}
    return told.get(knots) or dict.fromkeys(QUADRANTS, CORE_KM * (wind / RADII[knots]) ** (1 / DECAY))


def swath(track: Sequence[Centre], knots: int) -> shapely.Geometry:
    """Return the area that the wind of a radius sweeps along a track in order of time, in degrees; empty where it never blows."""
    parts, before = [], None
    for hour, lon, lat, wind in zip(*along(track, track[0].hour), strict=True):
        told = next((c.radii for c in reversed(track) if c.hour <= hour and c.radii), {})
        sides = reach_of(float(wind), told, knots)
        now = shapely.Polygon(circle(float(lon), float(lat), sides)) if any(sides.values()) else None
        if now is not None:
            parts.append(now if before is None else shapely.convex_hull(shapely.union_all([before, now])))
        before = now
    return shapely.union_all(parts) if parts else shapely.Polygon()
