"""The Canadian Fire Weather Index of days (Van Wagner & Pickett 1985, Forestry Technical Report 33), on days × stations.

From noon's temperature (°C), relative humidity (%), wind (km/h) and the rain of 24 h (mm): moisture of litter (FFMC), of loose
duff (DMC) and of deep duff (DC), and from them spread (ISI), fuel (BUI) and the index (FWI). Day lengths are those of the standard
for Canada's latitudes unless others are given; south of 30° N they are nearly the same all year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: What the codes are in spring after snow, as the standard begins.
START = (85.0, 6.0, 15.0)
#: Effective day lengths of DMC and day length adjustments of DC by month: the standard's, and for 0 to 30° N (Lawson & Armitage 2008: Le for 10–30° N; Lf 1.4).
CANADA = (
    (6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0),
    (-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6),
)
SOUTH = ((7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8), (1.4,) * 12)


@dataclass(frozen=True)
class Codes:
    """The codes and indices of one day, by station."""

    ffmc: Floats
    dmc: Floats
    dc: Floats
    isi: Floats
    bui: Floats
    fwi: Floats


def litter(temperature: Floats, humidity: Floats, wind: Floats, rain: Floats, before: Floats) -> Floats:
    """Return the fine fuel moisture code."""
    m = 147.2 * (101.0 - before) / (59.5 + before)
    fallen = np.maximum(rain - 0.5, 1e-9)
    wetter = m + 42.5 * fallen * np.exp(-100.0 / (251.0 - m)) * (1.0 - np.exp(-6.93 / fallen))
    wetter += np.where(m > 150.0, 0.0015 * (m - 150.0) ** 2 * np.sqrt(fallen), 0.0)
    m = np.where(rain > 0.5, np.minimum(wetter, 250.0), m)
    far = 0.18 * (21.1 - temperature) * (1.0 - np.exp(-0.115 * humidity))
    dry = 0.942 * humidity**0.679 + 11.0 * np.exp((humidity - 100.0) / 10.0) + far
    wet = 0.618 * humidity**0.753 + 10.0 * np.exp((humidity - 100.0) / 10.0) + far
    heat = 0.581 * np.exp(0.0365 * temperature)
    share, rest = humidity / 100.0, 1.0 - humidity / 100.0
    drying = (0.424 * (1.0 - share**1.7) + 0.0694 * np.sqrt(wind) * (1.0 - share**8)) * heat
    wetting = (0.424 * (1.0 - rest**1.7) + 0.0694 * np.sqrt(wind) * (1.0 - rest**8)) * heat
    after = np.where(
        m > dry,
        dry + (m - dry) * 10.0**-drying,
        np.where(m < wet, wet - (wet - m) * 10.0**-wetting, m),
    )
    return np.clip(59.5 * (250.0 - after) / (147.2 + after), 0.0, 101.0)


def duff(temperature: Floats, humidity: Floats, rain: Floats, before: Floats, daylight: float) -> Floats:
    """Return the duff moisture code."""
    dried = 1.894 * (np.maximum(temperature, -1.1) + 1.1) * (100.0 - humidity) * daylight * 1e-4
    fallen = 0.92 * np.maximum(rain, 1.5) - 1.27
    moisture = 20.0 + np.exp(5.6348 - before / 43.43)
    held = np.maximum(before, 1e-9)
    slope = np.where(
        before <= 33.0,
        100.0 / (0.5 + 0.3 * before),
        np.where(before <= 65.0, 14.0 - 1.3 * np.log(held), 6.2 * np.log(held) - 17.2),
    )
    wetter = moisture + 1000.0 * fallen / (48.77 + slope * fallen)
    rained = np.maximum(244.72 - 43.43 * np.log(wetter - 20.0), 0.0)
    return np.where(rain > 1.5, rained, before) + dried


def drought(temperature: Floats, rain: Floats, before: Floats, season: float) -> Floats:
    """Return the drought code."""
    fallen = 0.83 * np.maximum(rain, 2.8) - 1.27
    wetter = 800.0 * np.exp(-before / 400.0) + 3.937 * fallen
    rained = np.maximum(400.0 * np.log(800.0 / wetter), 0.0)
    dried = np.maximum(0.36 * (np.maximum(temperature, -2.8) + 2.8) + season, 0.0)
    return np.where(rain > 2.8, rained, before) + 0.5 * dried


def indices(ffmc: Floats, dmc: Floats, dc: Floats, wind: Floats) -> tuple[Floats, Floats, Floats]:
    """Return spread (ISI), fuel (BUI) and the index (FWI)."""
    m = 147.2 * (101.0 - ffmc) / (59.5 + ffmc)
    isi = 0.208 * np.exp(0.05039 * wind) * 91.9 * np.exp(-0.1386 * m) * (1.0 + m**5.31 / 4.93e7)
    whole = np.maximum(dmc + 0.4 * dc, 1e-9)
    few = 0.8 * dmc * dc / whole
    many = dmc - (1.0 - 0.8 * dc / whole) * (0.92 + (0.0114 * dmc) ** 1.7)
    bui = np.maximum(np.where(dmc <= 0.4 * dc, few, many), 0.0)
    much = np.where(bui <= 80.0, 0.626 * bui**0.809 + 2.0, 1000.0 / (25.0 + 108.64 * np.exp(-0.023 * bui)))
    b = 0.1 * isi * much
    grown = np.exp(2.72 * (0.434 * np.log(np.maximum(b, 1.0))) ** 0.647)
    return isi, bui, np.where(b > 1.0, grown, b)


def day(
    temperature: Floats,
    humidity: Floats,
    wind: Floats,
    rain: Floats,
    before: tuple[Floats, Floats, Floats],
    month: int,
    lengths: tuple[tuple[float, ...], tuple[float, ...]] = CANADA,
) -> Codes:
    """Return the codes of a day from its weather and the codes of the day before (FFMC, DMC, DC); month 1 to 12."""
    humidity = np.clip(humidity, 0.0, 100.0)
    ffmc = litter(temperature, humidity, wind, rain, before[0])
    dmc = duff(temperature, humidity, rain, before[1], lengths[0][month - 1])
    dc = drought(temperature, rain, before[2], lengths[1][month - 1])
    return Codes(ffmc, dmc, dc, *indices(ffmc, dmc, dc, wind))


#: So many days are gone through: what the deep duff held before them no longer tells much (its time lag is 52 days: the drought part of the index begins as in spring).
DAYS = 30
#: Where fewer days of them are known, nothing is said.
LEAST = 10
#: Between 30° S and 30° N hardly anything depends on the month: the index is worked out with the year's mean of SOUTH.
MEAN = ((sum(SOUTH[0]) / 12,) * 12, SOUTH[1])


def fwi(temperature: Floats, humidity: Floats, wind: Floats, rain: Floats) -> Floats:
    """Return the index of days × stations (wind in m/s); a day without weather keeps the codes, one of fewer than LEAST days has none."""
    found = np.full(temperature.shape, np.nan)
    codes = tuple(np.full(temperature.shape[1], value) for value in START)
    known = np.zeros(temperature.shape[1], dtype=np.int64)
    for n in range(len(temperature)):
        there = ~np.isnan(temperature[n] + humidity[n] + wind[n])
        fallen = np.nan_to_num(rain[n])
        warm, damp = np.where(there, temperature[n], 20.0), np.where(there, humidity[n], 50.0)
        blows = np.where(there, wind[n] * 3.6, 0.0)
        made = day(warm, damp, blows, fallen, (codes[0], codes[1], codes[2]), 1, MEAN)
        codes = tuple(np.where(there, new, old) for new, old in zip((made.ffmc, made.dmc, made.dc), codes, strict=True))
        known += there
        found[n] = np.where(there & (known >= LEAST), made.fwi, np.nan)
    return found
