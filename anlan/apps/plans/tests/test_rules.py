"""Which level do the facts call for: a table of what the Qingyuan flood plan's conditions must answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anlan.apps.plans.rules import (
    AlarmFact,
    Change,
    Condition,
    Facts,
    ReadingFact,
    Verdict,
    changes,
    check_content,
    evaluate,
    present,
)
from anlan.kit.refusals import Refusal

T0 = datetime(2022, 6, 15, tzinfo=UTC)
CONDITIONS = (
    Condition(4, "alarm_level", 2, text="one yellow"),
    Condition(3, "alarm_level", 3, text="one orange"),
    Condition(3, "alarm_level", 2, count=5, text="five yellow"),
    Condition(3, "flow", 13900, station="QY-H04", text="10-year flow"),
    Condition(2, "flow", 17600, station="QY-H04", text="50-year flow"),
    Condition(2, "alarm_level", 4, text="one red"),
    Condition(1, "alarm_level", 4, count=4, text="four red"),
    Condition(4, "warning_level", 3, count=2, text="two orange warnings"),
)


def alarms(*levels: int, station: str = "") -> tuple[AlarmFact, ...]:
    """Return open alarms at these levels, each at a station of its own unless one is named."""
    return tuple(AlarmFact(i, station or f"S{i}", f"S{i}", level, 12.5, "m", T0, T0) for i, level in enumerate(levels, 1))


def flow(value: float, station: str = "QY-H04") -> Facts:
    """Return the facts of a flow alone."""
    return Facts(readings={("flow", station): ReadingFact(value, T0, "m³/s")})


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (Facts(), None),
        (Facts(alarms(1, 1, 1, 1, 1)), None),
        (Facts(alarms(2)), 4),
        (Facts(alarms(2, 2, 2, 2)), 4),
        (Facts(alarms(2, 2, 2, 2, 2)), 3),
        (Facts(alarms(2, 2, 2, 2, 2, station="S1")), 4),
        (Facts(alarms(3)), 3),
        (Facts(alarms(4)), 2),
        (Facts(alarms(4, 4, 4)), 2),
        (Facts(alarms(4, 4, 4, 4)), 1),
        (flow(13899.9), None),
        (flow(13900), 3),
        (flow(17600), 2),
        (flow(20000, "QY-H99"), None),
        (Facts(warnings=(3,)), None),
        (Facts(warnings=(3, 4)), 4),
        (Facts(alarms(2), {("flow", "QY-H04"): ReadingFact(18000, T0, "m³/s")}, (4, 4)), 2),
    ],
)
def test_the_gravest_condition_that_holds_decides(facts: Facts, level: int | None) -> None:
    assert evaluate(CONDITIONS, facts).level == level


def test_evidence_names_the_stations_gravest_first_and_only_those_of_the_level() -> None:
    found = evaluate(CONDITIONS, Facts(alarms(3, 2, 4), {("flow", "QY-H04"): ReadingFact(17700, T0, "m³/s")}))
    assert found.level == 2
    assert [(e.condition.text, e.station_name, e.value, e.unit, e.alarm) for e in found.evidence] == [
        ("50-year flow", "", 17700, "m³/s", None),
        ("one red", "S3", 12.5, "m", 3),
    ]
    assert all(e.at == T0 for e in found.evidence)


def test_no_conditions_no_verdict() -> None:
    assert evaluate((), Facts(alarms(4))) == Verdict(None)


def test_the_threshold_was_crossed_when_enough_stations_had_crossed_it() -> None:
    five = tuple(AlarmFact(i, f"S{i}", f"S{i}", 2, 12.5, "m", T0, T0 + timedelta(minutes=i)) for i in range(1, 7))
    assert evaluate(CONDITIONS, Facts(five)).since == T0 + timedelta(minutes=5), "the fifth of six"
    assert evaluate(CONDITIONS, Facts(five[:1])).since == T0 + timedelta(minutes=1)
    assert evaluate(CONDITIONS, Facts(warnings=(3, 4))).since is None


def test_rain_counts_only_where_rain_is_meant() -> None:
    rain = Condition(4, "alarm_level", 3, hazard="rainstorm")
    wet = AlarmFact(1, "R1", "R1", 3, 55, "mm", T0, T0, "rainstorm")
    assert evaluate((rain,), Facts((wet,))).level == 4
    assert evaluate((Condition(4, "alarm_level", 3),), Facts((wet,))).level is None


def test_how_a_condition_stands_now() -> None:
    facts = Facts(alarms(2, 3), {("flow", "QY-H04"): ReadingFact(14000, T0, "m³/s")}, (3,))
    shown = [present(c, facts) for c in CONDITIONS]
    assert [(p.value, p.wanted, p.holds) for p in shown] == [
        (2, 1, True),
        (1, 1, True),
        (2, 5, False),
        (14000, 13900, True),
        (14000, 17600, False),
        (0, 1, False),
        (0, 4, False),
        (1, 2, False),
    ]
    assert present(Condition(3, "flow", 1, station="QY-H99"), facts).value is None, "nothing known is not nothing"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.pop("title"), "−title"),
        (lambda c: c.update(nonsense=1), "?nonsense"),
        (lambda c: c.update(card=[]), "[[card]]"),
        (lambda c: c["level"][0].pop("notice"), "level 1 −notice"),
        (lambda c: c["level"][0]["criterion"][0].pop("value"), "criterion 1 −value"),
        (lambda c: c["card"].append(dict(c["card"][0])), "×2"),
        (lambda c: c.update(position="x"), "[[position]]"),
    ],
)
def test_a_plan_with_a_part_missing_is_refused_with_its_place(change: Any, told: str) -> None:
    content: dict[str, Any] = {
        **dict.fromkeys(("code", "version", "hazard", "area", "title"), "x"),
        "level": [
            {"level": 4, "authority": "a", "notice": "n", "criterion": [{"metric": "flow", "value": 1, "description": "d"}]}
        ],
        "position": [{"code": "c", "title": "t", "post": "p"}],
        "card": [dict.fromkeys(("code", "title", "from_level", "doer", "doer_value", "ack_minutes", "due_minutes"), 1)],
    }
    check_content(content)
    change(content)
    with pytest.raises(Refusal) as refused:
        check_content(content)
    assert told in str(refused.value)


def test_what_changed_between_two_versions() -> None:
    old, new = {("card", "C1"): "a", ("card", "C2"): "b"}, {("card", "C1"): "z", ("card", "C3"): "c"}
    assert changes(old, new) == [
        Change("card", "C1", "a", "z"),
        Change("card", "C3", "", "c"),
        Change("card", "C2", "b", ""),
    ]
