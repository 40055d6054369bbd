"""The Canadian index against the first days of the published test table, and on a synthetic dry fortnight that rain ends."""

import numpy as np
import pytest

from anlan.kit.scope import Scope
from anlan.lib.fire_weather import START, day, fwi
from anlan.plugins.hazards._trial import equip, tried

#: Van Wagner & Pickett 1985, days of April: temperature, humidity, wind (km/h), rain → FFMC, DMC, DC, ISI, BUI, FWI.
TABLE = [
    ((17.0, 42.0, 25.0, 0.0), (87.7, 8.5, 19.0, 10.9, 8.5, 10.1)),
    ((20.0, 21.0, 25.0, 2.4), (86.2, 10.4, 23.6, 8.8, 10.4, 9.3)),
    ((8.5, 40.0, 17.0, 0.0), (87.0, 11.8, 26.1, 6.5, 11.7, 7.6)),
    ((6.5, 25.0, 6.0, 0.0), (88.8, 13.2, 28.2, 4.9, 13.1, 6.2)),
    ((13.0, 34.0, 24.0, 0.0), (89.1, 15.4, 31.5, 12.6, 15.3, 14.8)),
]


def test_the_published_table() -> None:
    codes = tuple(np.array([value]) for value in START)
    for weather, wanted in TABLE:
        temperature, humidity, wind, rain = (np.array([value]) for value in weather)
        found = day(temperature, humidity, wind, rain, codes, 4)  # type: ignore[arg-type]
        codes = (found.ffmc, found.dmc, found.dc)
        told = (found.ffmc, found.dmc, found.dc, found.isi, found.bui, found.fwi)
        assert [float(value[0]) for value in told] == pytest.approx(wanted, abs=0.05)


def test_a_station_with_few_days_has_no_index_and_rain_lowers_it() -> None:
    dry = np.full((20, 2), 30.0)
    humidity, wind, rain = np.full((20, 2), 30.0), np.full((20, 2), 5.0), np.zeros((20, 2))
    rain[19, 1], humidity[:12, 0] = 30.0, np.nan
    found = fwi(dry, humidity, wind, rain)
    assert np.isnan(found[:, 0]).all() and found[18, 1] > 30 > found[19, 1]


def test_a_dry_fortnight_is_warned_of(live: Scope) -> None:
    equip("F1", "weather", ("air_temperature", "humidity", "wind_speed", "rain", "fire_weather_index"))
    came = tried("fire_weather", "fire_weather.synthetic")
    assert came.levels == (3, 4, 0)
    assert "火险天气指数" in came.drafts[0].description_zh
