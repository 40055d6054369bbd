"""Tests of what is decided about figures: sums, bounds, falls, leaps, ledgers, what a process comes to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.losses import rules
from anlan.apps.losses.items import BLOCKS, ITEMS, LEADING

MONEY = st.decimals(0, 10**7, places=2)
figures = st.fixed_dictionaries(
    {}, optional={code: MONEY if one.digits else st.integers(0, 10**6) for code, one in ITEMS.items()}
)
#: Without parts and wholes: nothing in it can contradict itself.
plain = [code for code, one in ITEMS.items() if not one.parts and not one.within]


def test_the_form_is_whole() -> None:
    named = [item.code for block in BLOCKS for item in block.items]
    assert len(named) == len(set(named)) == len(ITEMS)
    assert {part for one in ITEMS.values() for part in one.parts} <= set(ITEMS)
    assert {one.within for one in ITEMS.values() if one.within} <= set(ITEMS)
    assert set(LEADING) <= set(ITEMS)
    parents = [code for one in ITEMS.values() for code in one.parts]
    assert len(parents) == len(set(parents))  # nothing is part of two sums


@pytest.mark.parametrize(
    ("told", "final", "wrong"),
    [
        ({}, False, []),
        ({"affected": 0, "dead": 0}, True, []),
        ({"affected": -1}, False, [("negative", "affected")]),
        ({"affected": 10, "dead": 11}, False, [("above", "dead")]),
        ({"dead": 11}, False, []),  # nobody told how many are affected
        ({"crops_affected": 5, "crops_damaged": 5, "crops_destroyed": 5}, True, []),
        ({"crops_affected": 5, "crops_damaged": 6}, False, [("above", "crops_damaged")]),
        ({"crops_damaged": 5, "crops_destroyed": 6}, False, [("above", "crops_destroyed")]),
        ({"relocated": 10, "relocated_together": 4, "relocated_apart": 6}, True, []),
        ({"relocated": 10, "relocated_together": 4, "relocated_apart": 5}, False, [("sum", "relocated")]),
        ({"relocated": 10, "relocated_together": 4}, False, []),
        ({"relocated": 10, "relocated_together": 4}, True, [("sum", "relocated")]),
        ({"relocated": 10, "relocated_together": 11}, False, [("exceeds", "relocated")]),
        ({"loss": Decimal(9), "loss_homes": Decimal("9.01")}, False, [("exceeds", "loss")]),
        ({"loss_infrastructure": Decimal(3), "loss_water": Decimal(3)}, True, []),
        ({"drought_aid": 5, "drought_water": 6}, False, [("above", "drought_water")]),
    ],
)
def test_faults(told: dict[str, rules.Number], final: bool, wrong: list[tuple[str, str]]) -> None:
    assert [(fault.kind, fault.item) for fault in rules.faults(told, final=final)] == wrong


@given(figures)
def test_what_is_refused_in_an_early_report_is_refused_in_the_final_one(told: dict[str, rules.Number]) -> None:
    early = {fault.item for fault in rules.faults(told)}
    assert early <= {fault.item for fault in rules.faults(told, final=True)}


@given(figures)
def test_totals_are_filled_in_once_and_agree_with_their_parts(told: dict[str, rules.Number]) -> None:
    full = rules.completed(told)
    assert full == rules.completed(full)
    assert {code: full[code] for code in told} == told
    for code in set(full) - set(told):
        assert full[code] == sum(full[part] for part in ITEMS[code].parts)
        assert not [fault for fault in rules.faults(full, final=True) if fault.item == code and fault.kind == "sum"]


def test_a_total_of_totals_is_filled_in() -> None:
    parts = {code: Decimal(1) for code in (*ITEMS["loss"].parts, *ITEMS["loss_infrastructure"].parts)}
    parts.pop("loss_infrastructure")
    assert rules.completed(parts)["loss"] == 10


@pytest.mark.parametrize(
    ("named", "homes", "final", "wrong"),
    [
        (3, 2, True, []),
        (2, 2, False, []),  # names follow
        (2, 2, True, ["dead"]),
        (4, 2, False, ["dead"]),
        (3, 3, False, ["collapsed_households"]),
        (3, 1, True, ["collapsed_households"]),
        (0, 0, True, ["dead", "collapsed_households"]),
    ],
)
def test_ledgers(named: int, homes: int, final: bool, wrong: list[str]) -> None:
    told = {"dead": 2, "missing": 1, "collapsed_households": 2}
    assert [fault.item for fault in rules.ledger_faults(told, named=named, homes=homes, final=final)] == wrong
    assert rules.ledger_faults({}, named=0, homes=0, final=True) == []


@pytest.mark.parametrize(
    ("before", "after", "fallen"),
    [
        ({"dead": 2}, {"dead": 1}, ["dead"]),
        ({"dead": 2}, {"dead": 2}, []),
        ({"dead": 2}, {}, ["dead"]),
        ({"dead": 0}, {}, []),
        ({"urgent_aid": 9, "missing": 2}, {"urgent_aid": 1, "missing": 0}, []),  # as of now
        ({}, {"dead": 1}, []),
    ],
)
def test_fallen(before: dict[str, int], after: dict[str, int], fallen: list[str]) -> None:
    assert rules.fallen(before, after) == fallen


@pytest.mark.parametrize(
    ("old", "new", "leaps"),
    [
        (100, 300, False),
        (100, 301, True),
        (10, 100, False),
        (0, 10**6, False),
        (50, 150, False),
        (40, 141, True),
        (40, 139, False),
    ],
)
def test_leapt(old: int, new: int, leaps: bool) -> None:
    assert bool(rules.leapt({"affected": old}, {"affected": new}, Decimal(3), Decimal(100))) is leaps


@given(st.lists(figures, max_size=5))
def test_sums_hold_what_was_told_and_nothing_else(many: list[dict[str, rules.Number]]) -> None:
    found = rules.added(many)
    assert set(found) == {code for one in many for code in one}
    for code, value in found.items():
        assert value == sum(one[code] for one in many if code in one)


@given(figures, figures)
def test_a_report_begins_with_no_less_than_the_last(last: dict[str, rules.Number], villages: dict[str, rules.Number]) -> None:
    found = rules.begun(last, villages)
    assert rules.fallen(last, found) == []
    assert set(found) == set(last) | set(villages)


@given(st.dictionaries(st.sampled_from(plain), st.integers(0, 1000)), st.dictionaries(st.sampled_from(plain), st.integers(0, 9)))
def test_what_only_grows_never_falls(before: dict[str, int], more: dict[str, int]) -> None:
    after = {code: value + more.get(code, 0) for code, value in before.items()} | {
        c: v for c, v in more.items() if c not in before
    }
    assert rules.fallen(before, after) == [] and rules.faults(after, final=True) == []


@pytest.mark.parametrize(
    ("state", "begun_as", "kind"),
    [
        ("awaiting", "", "initial"),
        ("reporting", "", "follow_up"),
        ("reporting", "initial", "initial"),
        ("reporting", "verified", "follow_up"),
        ("verifying", "follow_up", "verified"),
        ("verified", "", ""),
        ("released", "", ""),
    ],
)
def test_kind_of(state: str, begun_as: str, kind: str) -> None:
    assert rules.kind_of(state, begun_as) == kind


@pytest.mark.parametrize(
    ("areas", "found"), [(["441802107", "441802106"], "441802"), (["441802107", "441881101"], "4418"), (["441802"], "441802")]
)
def test_common(areas: list[str], found: str) -> None:
    assert rules.common(areas) == found
