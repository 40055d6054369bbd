"""Air quality: hours that CNEMC published agree with the index of HJ 633-2012; no bytes are too strange to be judged."""

from __future__ import annotations

import contextlib
import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import air

RECORDED = Path(__file__).parent / "air"
SAMPLE = (RECORDED / "cnemc_2024-10-20T15.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "hours", "others"), [("cnemc_2024-10-20T15.csv", 10, 0), ("cnemc_2018-02-20T07.csv", 70, 8)])
def test_the_index_is_that_of_recorded_hours(name: str, hours: int, others: int) -> None:
    """In 2018 eight published indices left the hour's ozone out."""
    rows = list(csv.DictReader((RECORDED / name).open(encoding="utf-8")))
    told = [(float(r["aqi"]), {p: float(r[p]) for p in air.TABLE if r[p]}) for r in rows if r["aqi"]]
    differ = [(known, row) for known, row in told if abs(air.index(row) - known) > 1]
    assert len(told) >= hours
    assert len(differ) == others and all(air.index({k: v for k, v in row.items() if k != "o3"}) <= known for known, row in differ)


@pytest.mark.parametrize(
    ("pollutant", "value", "index"),
    [
        ("pm2_5", 0, 0),
        ("pm2_5", 75, 100),
        ("pm2_5", 75.1, 101),
        ("o3", 95, 30),
        ("pm2_5", 900, 500),
        ("so2", 900, None),
        ("co", 5, 50),
    ],
)
def test_the_table(pollutant: str, value: float, index: int | None) -> None:
    assert air.index_of(pollutant, value) == index


def test_json_is_read_alike() -> None:
    row = next(csv.DictReader(SAMPLE.splitlines()))
    del row["aqi"]
    for body in (json.dumps([row]), json.dumps({"data": [row]})):
        assert air.read(body.encode()).hours[0].values["aqi"] == 30.0, "worked out where none is published"


@given(st.binary(max_size=60) | st.just(SAMPLE.encode()).flatmap(lambda s: st.integers(0, len(s)).map(lambda n: s[:n])))
def test_no_bytes_are_too_strange(raw: bytes) -> None:
    with contextlib.suppress(air.Unreadable):
        air.read(raw)
