"""Reports of earthquakes as agencies send them, good and bad."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib.quake_reports import QuakeReport, Unreadable, read

HERE = Path(__file__).parent / "quakes"


def feature(**changed: object) -> bytes:
    said = {"mag": 5.1, "time": 1680884818697, "type": "earthquake", "status": "reviewed", "net": "us", **changed}
    where = said.pop("where", [113.0, 23.8, 10.0])
    return json.dumps({"features": [{"id": "us1", "properties": said, "geometry": {"coordinates": where}}]}).encode()


def test_a_recorded_feed_of_usgs() -> None:
    found = read((HERE / "usgs_2023-04-07.recorded.geojson").read_bytes())
    assert (len(found.reports), found.faults) == (5, ())
    first = found.reports[-2]
    assert first == QuakeReport(
        "us6000k2pn",
        "us",
        datetime(2023, 4, 7, 16, 26, 58, 697000, UTC),
        -66.3794,
        -22.7789,
        4.3,
        228.328,
        "mb",
        "70 km W of Abra Pampa, Argentina",
        reviewed=True,
    )


def test_quakeml_takes_the_origin_that_the_agency_prefers_and_tells_what_has_none() -> None:
    found = read((HERE / "two_origins.synthetic.quakeml").read_bytes())
    (one,) = found.reports
    assert (one.lon, one.lat, one.magnitude, one.depth_km, one.agency, one.reviewed) == (113.0, 23.8, 4.6, 12.0, "TEST", True)
    assert one.at == datetime(2026, 1, 5, 1, 2, 4, 500000, UTC)
    assert found.faults == (("smi:test/event/2", "time, place or magnitude is missing or no number"),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mag": None},
        {"mag": "strong"},
        {"mag": 12},
        {"mag": float("nan")},
        {"time": None},
        {"time": 1e30},
        {"where": [113.0]},
        {"where": [413.0, 23.8]},
        {"where": [113.0, 23.8, 9000]},
        {"where": None},
        {"type": "quarry blast"},
    ],
)
def test_what_cannot_be_a_shock_is_told_and_not_taken(wrong: dict[str, object]) -> None:
    found = read(feature(**wrong))
    assert (found.reports, len(found.faults)) == ((), 1)


def test_one_bad_event_hides_no_good_one() -> None:
    good, bad = json.loads(feature())["features"], json.loads(feature(mag=None))["features"]
    found = read(json.dumps({"features": [*bad, 7, None, *good]}).encode())
    assert (len(found.reports), len(found.faults)) == (1, 3)


@pytest.mark.parametrize(
    "content",
    [b"", b"M 5.1", b"{}", b"[]", b'{"features": 3}', b"<html>", b"<html/>", b"{" * 100_000, b'{"features":' + b"[" * 100_000],
)
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


def test_an_entity_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE q [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
    with pytest.raises(Unreadable):
        read(bomb + b'<quakeml><event publicID="1"><description><text>&b;</text></description></event></quakeml>')


@given(st.binary(max_size=300))
def test_nothing_that_was_sent_raises_anything_else(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read(content)
