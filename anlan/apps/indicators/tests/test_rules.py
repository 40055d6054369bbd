"""The rules: what rows are worth, what a target asks, where a trend leads, how an indicator stands."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.indicators import rules
from anlan.apps.indicators.choices import How, Sense, Standing
from anlan.apps.indicators.kinds import Counted
from anlan.apps.indicators.rules import Forecast, Goal, Known, forecast, goal, standing, worth

AT = datetime(2022, 6, 1, tzinfo=UTC)


def rows(*pairs: tuple[float, float]) -> list[Counted]:
    return [Counted(f"r{n}", "441802", AT, part, whole) for n, (part, whole) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("how", "pairs", "factor", "base", "value"),
    [
        (How.SUM, [(2, 1), (3, 1)], 1, None, 5),
        (How.RATE, [(136, 1)], 1, 1777.15, pytest.approx(0.0765, abs=5e-5)),  # the plan's table: 2020
        (How.RATE, [(202, 1)], 1, 1698.2, pytest.approx(0.119, abs=5e-4)),  # 2019
        (How.RATE, [(3, 1), (3, 1)], 100_000, 3_969_473, pytest.approx(0.151, abs=5e-4)),  # six dead by fire keep < 0.17
        (How.RATE, [(7, 1)], 100_000, None, None),
        (How.RATE, [(7, 1)], 100_000, 0, None),
        (How.RATIO, [(1, 1), (0, 1), (1, 1), (1, 1)], 100, None, 75),
        (How.RATIO, [(5, 100), (0, 0)], 100, None, 5),
        (How.RATIO, [(0, 0)], 100, None, None),
        (How.LONGEST, [(2.5, 1), (7.9, 1), (0, 1)], 1, None, 7.9),
        (How.SUM, [], 1, None, None),
        (How.LONGEST, [], 1, None, None),
    ],
)
def test_what_rows_are_worth(
    how: str, pairs: list[tuple[float, float]], factor: float, base: float | None, value: object
) -> None:
    assert worth(how, rows(*pairs), factor, base) == value


parts = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.001, 1e6)), min_size=1, max_size=30)


@given(parts, parts, st.floats(1, 1e5))
def test_the_whole_is_made_of_its_parts(one: list[tuple[float, float]], other: list[tuple[float, float]], base: float) -> None:
    """Counties' rows put together give the city's: sums add up, ratios lie between, the longest is the longer."""
    a, b, both = rows(*one), rows(*other), rows(*one, *other)
    assert worth(How.SUM, both, 1) == pytest.approx(worth(How.SUM, a, 1) + worth(How.SUM, b, 1))  # type: ignore[operator]
    assert worth(How.RATE, both, 1, base) == pytest.approx(worth(How.SUM, both, 1) / base)  # type: ignore[operator]
    shares = [worth(How.RATIO, some, 100) for some in (a, b)]
    assert min(shares) * (1 - 1e-9) <= worth(How.RATIO, both, 100) <= max(shares) * (1 + 1e-9)  # type: ignore[type-var, operator]
    assert worth(How.LONGEST, both, 1) == max(worth(How.LONGEST, a, 1), worth(How.LONGEST, b, 1))  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("sense", "value", "fall", "base", "asked"),
    [
        ("le", None, 15, 202, pytest.approx(171.7)),  # indicator 1: 15 % below the 202 dead of 2019
        ("le", None, 33, 202 / 1698.2, pytest.approx(0.0797, abs=5e-5)),  # indicator 2
        ("le", None, 15, None, None),  # the base is not known: there is no goal
        ("lt", 0.17, None, None, 0.17),
        ("ge", 0, None, None, 0),
        ("ge", None, None, 5, None),
    ],
)
def test_goals(sense: str, value: float | None, fall: float | None, base: float | None, asked: object) -> None:
    found = goal(sense, value, fall, base)
    assert (found.value if found else None) == asked


@pytest.mark.parametrize(
    ("sense", "value", "met"),
    [
        *(("lt", 0.17, False), ("lt", 0.1699, True), ("lt", 0.2, False)),
        *(("le", 0.17, True), ("le", 0.1701, False), ("ge", 0.17, True), ("ge", 0.1699, False), ("ge", 1, True)),
    ],
)
def test_the_bounds_of_a_goal(sense: str, value: float, met: bool) -> None:
    assert Goal(sense, 0.17).met_by(value) is met


def test_how_much_of_the_way_is_gone() -> None:
    aim = Goal("le", 171.7, 202)
    assert aim.attained(136) == pytest.approx(217.8, abs=0.1)
    assert (aim.attained(202), aim.attained(171.7)) == (0, pytest.approx(100))
    assert aim.short(180) == pytest.approx(8.3)
    assert Goal("ge", 90).attained(80) is None
    assert Goal("ge", 90).short(80) == 10


DEATHS = [(2016, 270.0), (2017, 282.0), (2018, 226.0), (2019, 202.0), (2020, 136.0)]


def test_a_trend_of_the_plan_s_own_table() -> None:
    """Deaths from 2016, since when they are comparable: by hand the logarithms fall by 0.16998 a year; 1.638 is t for three degrees."""
    found = forecast(DEATHS, 2022)
    assert found is not None
    logs = [(x - 2018, math.log(y)) for x, y in DEATHS]
    slope, mean = sum(x * y for x, y in logs) / 10, sum(y for _x, y in logs) / 5
    assert slope == pytest.approx((math.log(202 / 282) + 2 * math.log(136 / 270)) / 10)
    assert found.value == pytest.approx(math.exp(mean + 4 * slope))
    off = math.sqrt(sum((y - mean - slope * x) ** 2 for x, y in logs) / 3)
    assert found.low == pytest.approx(math.exp(mean + 4 * slope - 1.638 * off * math.sqrt(1 + 1 / 5 + 16 / 10)))
    assert found.years == 5
    last = forecast(DEATHS, 2025)
    assert last is not None and 0 < last.low < last.value < last.high


def test_a_share_goes_on_by_the_same_amount() -> None:
    """The same numbers as of a share: a fall of 34.8 a year, 84 ± 63.27 in 2022, and never below nought."""
    found = forecast(DEATHS, 2022, most=1000)
    assert found is not None
    assert (found.value, found.low) == (pytest.approx(84), pytest.approx(84 - 63.27, abs=0.01))
    assert forecast(DEATHS, 2025, most=1000).value == 0  # type: ignore[union-attr]
    assert forecast([(2021, 2.0), (2022, 1.0), (2023, 0.0)], 2024).value == 0  # type: ignore[union-attr]  # nought has no rate


@pytest.mark.parametrize("known", [[], [(2021, 1)], [(2021, 1), (2022, 2)]])
def test_too_few_years_tell_no_trend(known: list[tuple[int, float]]) -> None:
    assert forecast(known, 2025) is None


def test_a_year_that_is_told_is_not_forecast() -> None:
    assert forecast([(2021, 1), (2022, 2), (2023, 3)], 2023) is None


years = st.lists(st.integers(2000, 2024), min_size=3, max_size=20, unique=True)


@given(years, st.floats(-50, 50), st.floats(0, 1000), st.integers(2025, 2030))
def test_a_straight_line_goes_on_straight(seen: list[int], slope: float, start: float, year: int) -> None:
    found = forecast([(y, start + slope * (y - 2000)) for y in seen], year, most=1e6)
    assert found is not None
    assert found.value == pytest.approx(max(0, start + slope * (year - 2000)), abs=1e-3)


@given(years, st.floats(0.8, 1.2), st.floats(1, 1000), st.integers(2025, 2030))
def test_a_steady_rate_goes_on_steadily(seen: list[int], rate: float, start: float, year: int) -> None:
    found = forecast([(y, start * rate ** (y - 2000)) for y in seen], year)
    assert found is not None
    assert found.value == pytest.approx(start * rate ** (year - 2000), rel=1e-6)
    assert found.low <= found.value * (1 + 1e-9) and found.value <= found.high * (1 + 1e-9)


@given(st.lists(st.tuples(st.integers(2000, 2024), st.floats(0, 100)), min_size=3, max_size=25, unique_by=lambda p: p[0]))
def test_a_range_is_ordered_and_within_what_can_be(known: list[tuple[int, float]]) -> None:
    found = forecast(known, 2026, most=100)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 100


AIM = Goal(Sense.AT_MOST, 100)
K = Known


@pytest.mark.parametrize(
    ("series", "aim", "ahead", "stands"),
    [
        ([], AIM, None, Standing.NOTHING),
        ([K(2021, 90)], None, None, Standing.NO_GOAL),
        ([K(2025, 90)], AIM, None, Standing.MET),
        ([K(2025, 101)], AIM, None, Standing.MISSED),
        ([K(2025, 90), K(2026, 120)], AIM, None, Standing.MET),  # the plan's last year decides
        ([K(2025, 90, whole=False)], AIM, None, Standing.COURSE),  # the year is not over
        ([K(2024, 90)], AIM, None, Standing.COURSE),
        ([K(2024, 110)], AIM, None, Standing.DANGER),
        ([K(2024, 90)], AIM, Forecast(2025, 80, 70, 99, 3), Standing.COURSE),
        ([K(2024, 90)], AIM, Forecast(2025, 80, 60, 101, 3), Standing.DOUBTFUL),
        ([K(2024, 110)], AIM, Forecast(2025, 80, 70, 99, 3), Standing.DOUBTFUL),  # it leads there, and is not there
        ([K(2024, 90)], AIM, Forecast(2025, 101, 90, 112, 3), Standing.DANGER),
        ([K(2026, 90)], AIM, None, Standing.COURSE),  # the plan is over and its last year untold: by the newest value
        ([K(2026, 110)], AIM, None, Standing.DANGER),
    ],
)
def test_standings(series: list[Known], aim: Goal | None, ahead: Forecast | None, stands: Standing) -> None:
    assert standing(series, aim, 2025, ahead) == stands


@pytest.mark.parametrize(
    ("series", "grows", "years"),
    [
        ([K(2020, 90), K(2023, 50, whole=False)], True, [2020]),  # nine months of deaths are no year's
        ([K(2020, 90), K(2023, 101, whole=False)], True, [2020, 2023]),  # more than the target already
        ([K(2020, 90), K(2023, 50, whole=False)], False, [2020, 2023]),  # a share is one at any time
    ],
)
def test_a_part_of_a_year_proves_no_more_than_a_miss(series: list[Known], grows: bool, years: list[int]) -> None:
    assert [one.year for one in rules.judged(series, AIM, grows=grows)] == years


@pytest.mark.parametrize(
    ("year", "months", "value", "field"),
    [
        *((2021, 12, 0, ""), (1999, 12, 1, "year"), (2023, 12, 1, "year"), (2021, 0, 1, "months"), (2021, 13, 1, "months")),
        *((2022, 6, 1, ""), (2022, 7, 1, "months"), (2021, 12, -0.1, "value")),
    ],
)
def test_what_a_figure_may_be(year: int, months: int, value: float, field: str) -> None:
    assert rules.fault_of(year, months, value, 2022, 6)[0] == field
