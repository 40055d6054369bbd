"""Which level do the facts call for: a table of what the Qingyuan flood plan's conditions must answer."""

from datetime import UTC, datetime

import pytest

from anlan.apps.plans.rules import AlarmFact, Condition, Facts, Verdict, evaluate

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
    return Facts(flows={station: (value, T0)})


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
        (Facts(alarms(2), {"QY-H04": (18000, T0)}, (4, 4)), 2),
    ],
)
def test_the_gravest_condition_that_holds_decides(facts: Facts, level: int | None) -> None:
    assert evaluate(CONDITIONS, facts).level == level


def test_evidence_names_the_stations_gravest_first_and_only_those_of_the_level() -> None:
    found = evaluate(CONDITIONS, Facts(alarms(3, 2, 4), {"QY-H04": (17700, T0)}))
    assert found.level == 2
    assert [(e.text, e.seen, e.alarm) for e in found.evidence] == [
        ("50-year flow", "17700 m³/s", None),
        ("one red", "S3 12.5 m", 3),
    ]
    assert all(e.at == T0 for e in found.evidence)


def test_no_conditions_no_verdict() -> None:
    assert evaluate((), Facts(alarms(4))) == Verdict(None)
