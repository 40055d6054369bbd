"""Rules of transfers: heads are counted once, danger comes first, the books' steps lead where they should."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.transfers import rules
from anlan.apps.transfers.choices import JourneyState, Refuge, Stand
from anlan.apps.transfers.rules import Standing
from anlan.kit.refusals import Refusal

NOW = datetime(2022, 6, 21, 8, tzinfo=UTC)
journeys = st.lists(
    st.builds(
        Standing,
        state=st.sampled_from(JourneyState.values),
        persons=st.integers(1, 9),
        moved=st.integers(0, 9),
        vulnerable=st.integers(0, 3),
    )
)


@given(journeys)
def test_each_head_is_counted_once(rows: list[Standing]) -> None:
    heads = rules.tally(rows)
    assert sum(getattr(heads, state) for state in JourneyState.values) == heads.persons == sum(one.persons for one in rows)
    assert 0 <= heads.in_danger <= heads.persons
    assert 0 <= heads.share <= 100


@given(journeys, journeys)
def test_a_town_is_the_sum_of_its_villages(some: list[Standing], others: list[Standing]) -> None:
    assert rules.tally(some) + rules.tally(others) == rules.tally([*some, *others])


def test_who_set_out_and_did_not_arrive_is_still_under_way() -> None:
    heads = rules.tally([Standing("arrived", 5, 3), Standing("returned", 2, 2), Standing("refused", 1)])
    assert (heads.arrived, heads.under_way, heads.returned, heads.refused, heads.brought_away) == (3, 2, 2, 1, 5)


def test_danger_comes_first() -> None:
    rows = [
        Standing("under_way", 4),
        Standing("waiting", 4),
        Standing("waiting", 1, vulnerable=1),
        Standing("refused", 2),
        Standing("arrived", 9, 9),
        Standing("waiting", 6),
    ]
    told = [(one.state, one.persons) for one in sorted(rows, key=rules.urgency)]
    assert told == [("waiting", 1), ("refused", 2), ("waiting", 6), ("waiting", 4), ("under_way", 4), ("arrived", 9)]


@pytest.mark.parametrize(
    ("state", "refuge", "stand"),
    [
        ("waiting", "shelter", ""),
        ("told", "shelter", ""),
        ("under_way", "kin", "road"),
        ("arrived", "shelter", "shelter"),
        ("arrived", "kin", "kin"),
        ("arrived", "other", "kin"),
        ("refused", "shelter", ""),
        ("away", "shelter", ""),
        ("returned", "shelter", ""),
    ],
)
def test_where_the_books_should_have_them(state: str, refuge: str, stand: str) -> None:
    assert rules.stand_of(state, refuge) == stand


@pytest.mark.parametrize("before", ["", "road", "shelter", "kin"])
@pytest.mark.parametrize("after", ["", "road", "shelter", "kin"])
def test_the_books_lead_wherever_a_household_can_go(before: str, after: str) -> None:
    reached = {rules.stand_of(state, refuge) for state in JourneyState.values for refuge in Refuge.values}
    assert reached == set(Stand.values)
    way = rules.steps(before, after)
    impossible = {("shelter", "road"), ("kin", "road"), ("shelter", "kin"), ("kin", "shelter")}
    assert bool(way) is (before != after and (before, after) not in impossible)


@pytest.mark.parametrize(
    ("moved", "should_be", "there", "booked"),
    [(5, 8, 8, 5), (5, 8, 3, 0), (3, 8, 3, 0), (5, 5, 3, 3), (4, 4, 9, 4), (0, 0, 0, 0)],
)
def test_whom_the_keeper_let_in_already_is_not_booked_again(moved: int, should_be: int, there: int, booked: int) -> None:
    assert rules.to_let_in(moved, should_be, there) == booked


@pytest.mark.parametrize(
    ("stand", "persons", "moved", "road"), [("", 5, 0, 0), ("road", 5, 0, 5), ("shelter", 5, 3, 2), ("kin", 5, 5, 0)]
)
def test_how_many_of_a_household_are_on_the_road(stand: str, persons: int, moved: int, road: int) -> None:
    assert rules.on_the_road(stand, persons, moved) == road


@pytest.mark.parametrize("hours", [-1, 0, 24 * 8])
def test_a_deadline_lies_ahead_within_a_week(hours: int) -> None:
    with pytest.raises(Refusal):
        rules.check_due(NOW, NOW + timedelta(hours=hours))
    rules.check_due(NOW, NOW + timedelta(hours=4))


@pytest.mark.parametrize("persons", [0, -1, 5])
def test_nobody_or_more_than_the_household_is_refused(persons: int) -> None:
    with pytest.raises(Refusal):
        rules.check_persons(persons, 4)
    rules.check_persons(4, 4)


def test_an_action_ends_when_each_end_is_known_or_it_is_said_why() -> None:
    rules.check_end(["returned", "away", "refused"], "")
    rules.check_end(["returned", "arrived"], "住到女儿家去了")
    with pytest.raises(Refusal):
        rules.check_end(["returned", "arrived"], " ")


@pytest.mark.parametrize(("day", "late"), [(None, True), (date(2021, 6, 1), True), (date(2022, 6, 1), False)])
def test_a_visit_or_drill_falls_due_every_year(day: date | None, late: bool) -> None:
    assert rules.late_yearly(day, date(2022, 6, 21)) is late


@pytest.mark.parametrize("words", ["", "  "])
def test_an_empty_reason_is_refused(words: str) -> None:
    with pytest.raises(Refusal):
        rules.check_words(words, "why")
