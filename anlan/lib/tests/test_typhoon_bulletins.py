"""Typhoon bulletins: what each centre's bulletin says, in one form; what cannot be read is said and raises nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.lib import typhoon_bulletins as bulletins

HERE = Path(__file__).parent / "bulletins"
TELECODE = json.loads(Path(bulletins.__file__).with_name("telecode.json").read_text(encoding="utf-8"))


def first(name: str, near: datetime) -> bulletins.Advisory:
    return bulletins.read(next(bulletins.split((HERE / name).read_text(encoding="utf-8"))), near, TELECODE)


def test_beijing_s_forecast() -> None:
    said = first("WTPQ_BABJ.txt", datetime(2024, 11, 10, tzinfo=UTC))
    assert (said.name, said.number, said.grade, said.wind_minutes) == ("YINXING", "2422", "SUPERTY", 2)
    now, *ahead = said.fixes
    assert (now.at, now.latitude, now.longitude, now.pressure, now.wind) == (
        datetime(2024, 11, 7, 12, tzinfo=UTC),
        18.6,
        121.6,
        925,
        58,
    )
    assert now.radii == {
        30: {"NE": 240, "SE": 200, "SW": 160, "NW": 300},
        50: {"NE": 120, "SE": 100, "SW": 100, "NW": 140},
        64: {"NE": 80, "SE": 50, "SW": 50, "NW": 80},
    }
    assert [fix.hour for fix in ahead] == [12, 24, 36, 48, 60, 72, 96, 120]
    assert ahead[-1].at == datetime(2024, 11, 12, 12, tzinfo=UTC)


def test_tokyo_s_advisory_is_in_metres_per_second_and_kilometres() -> None:
    said = first("UNVERIFIED_WTPQ50_RJTD_080000_DOLPHIN.txt", datetime(2026, 8, 8, tzinfo=UTC))
    assert (said.name, said.wind_minutes) == ("DOLPHIN", 10)
    assert [fix.hour for fix in said.fixes] == [0, 12, 24, 96]
    assert said.fixes[0].wind == pytest.approx(43.7, abs=0.05)
    assert said.fixes[0].radii[50] == {"NE": 222.2, "NW": 222.2, "SE": 185.2, "SW": 185.2}


@pytest.mark.parametrize(
    ("file", "kind", "name"),
    [
        ("ABPW10_PGTW.txt", "summary", "THIRTYONE"),
        ("WHCI40_BABJ_110110_MARIA.txt", "landfall", "MARIA"),
        ("TCPQ_BABJ_init.txt", "satellite", "TORAJI MAN-YI YINXING USAGI"),
        ("WSCI_BABJ_begin.txt", "numbering", ""),
    ],
)
def test_other_bulletins(file: str, kind: str, name: str) -> None:
    said = first(file, datetime(2024, 11, 10, tzinfo=UTC))
    assert (said.kind, said.name, said.valid) == (kind, name, True)


def test_a_number_is_given_in_telegraph_code() -> None:
    said = first("WSCI_BABJ_begin.txt", datetime(2024, 11, 10, tzinfo=UTC))
    assert said.number == "2421"
    assert "的热带气旋" in said.text
    assert "开始编为第(2421)号热带气旋" in said.text


def test_a_correction_says_so() -> None:
    assert first("WTPQ_BABJ_CCA.txt", datetime(2024, 12, 1, tzinfo=UTC)).correction == "CCA"


def test_the_month_is_the_nearest() -> None:
    assert bulletins.instant("312100", datetime(2024, 11, 2, tzinfo=UTC)) == datetime(2024, 10, 31, 21, tzinfo=UTC)
    assert bulletins.instant("010000", datetime(2024, 12, 31, tzinfo=UTC)) == datetime(2025, 1, 1, tzinfo=UTC)
    assert bulletins.instant("320000", datetime(2024, 12, 31, tzinfo=UTC)) is None


def test_a_text_without_a_heading_holds_none() -> None:
    assert list(bulletins.split("nothing at all")) == []


@given(
    st.text(max_size=200),
    st.sampled_from(["WTPQ20 BABJ 071200\n", "WTPQ50 RJTD 071200\n", "WSCI40 BABJ 071200\n", "TCPQ40 BABJ 999999\n", ""]),
)
def test_nothing_raises(text: str, heading: str) -> None:
    bulletins.read(heading + text, datetime(2024, 11, 10, tzinfo=UTC))
