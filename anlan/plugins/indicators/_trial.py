"""What every indicator's test asks: the value is what its rows come to, and each row leads to a record; figures without records count when signed."""

from __future__ import annotations

import pytest

from anlan.apps.indicators import actions, rules
from anlan.apps.indicators.choices import Kind, Standing
from anlan.apps.indicators.kinds import INDICATORS
from anlan.apps.indicators.queries import Reading, Value
from anlan.apps.indicators.tests import factories
from anlan.kit import clock

AREA, NEXT, CITY = "441802", "441881", "4418"


def year() -> int:
    """Return the present year of the world."""
    return clock.today().year


def counted(code: str, area: str = AREA, at: int = 0) -> Value:
    """Return what an indicator computes for a year (this one), checked against its rows: they lie in the area and come to the value."""
    one = INDICATORS.get(code)
    found = Reading().value(one, area, at or year())
    assert found is not None, "nothing was counted"
    value = found if found.rows else found.beside
    assert value is not None
    assert value.kind == Kind.COMPUTED
    assert value.amount == pytest.approx(rules.worth(one.how, value.rows, one.factor, value.base))
    assert all(row.area.startswith(area) for row in value.rows)
    return value


def nothing(code: str, area: str = AREA) -> None:
    """Prove that an indicator without a record tells no value, never nought."""
    line = Reading().line(INDICATORS.get(code), area)
    assert (line.series, line.standing) == ([], Standing.NOTHING)


def told_by_reports(code: str, kept: float, missed: float) -> None:
    """Prove that nothing but a signed figure tells an indicator, and that its target judges it."""
    one = INDICATORS.get(code)
    assert one.rows is None and (one.why or one.of)
    nothing(code)
    last = Reading().targets[code].year
    for value, standing in ((kept, Standing.MET), (missed, Standing.MISSED)):
        figure = factories.signed(AREA, code, last, value)
        line = Reading().line(one, AREA)
        assert (line.value.amount, line.value.kind, line.standing) == (value, Kind.REPORTED, standing)  # type: ignore[union-attr]
        actions.revoke(figure=figure.pk, reason="试验")
