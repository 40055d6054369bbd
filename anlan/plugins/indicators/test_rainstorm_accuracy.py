"""Accuracy of rainstorm warnings: by the city's formula, over events and false warnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anlan.apps.warning import verification
from anlan.apps.warning.verifying import Event, Found, Issued, Score
from anlan.kit import clock
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial

T0 = datetime(2022, 6, 15, tzinfo=UTC)


def case(right: bool, false: bool) -> Score:
    event = Event(1, "站", "441881105", "rainstorm", 2, T0, None, T0 + timedelta(hours=3))
    said = Issued(7, "警", ("441881",), "rainstorm", 2, T0 - timedelta(hours=1), T0, office="441881")
    found = Found(event, said if right else None)
    return Score("rainstorm", 2, [found] if right else [], [], [] if right else [found], [said] if false else [])


@pytest.mark.parametrize(
    ("formula", "right", "false", "share"),
    [
        *(("", True, True, 50.0), ("", True, False, 100.0), ("pod", True, True, 100.0), ("pod", False, True, 0.0)),
        *(("csi", True, True, 50.0), ("csi", False, True, 0.0), ("", False, True, 0.0)),
    ],
)
def test_it_is_the_accuracy_of_the_page(
    live: Scope, monkeypatch: pytest.MonkeyPatch, formula: str, right: bool, false: bool, share: float
) -> None:
    score = case(right, false)
    monkeypatch.setattr(verification, "score", lambda *_given: score)
    monkeypatch.setattr(verification.queries, "accuracy_formula", lambda: formula)
    with clock.frozen(T0 + timedelta(days=1)):
        value = _trial.counted("rainstorm_accuracy", _trial.NEXT)
    assert value.amount == share == pytest.approx(100 * score.accuracy(formula))  # type: ignore[operator]


def test_without_an_event_and_a_warning_nothing_is_told(live: Scope) -> None:
    _trial.nothing("rainstorm_accuracy")
