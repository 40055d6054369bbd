"""The indicators of a year as plain values, kept with its report: what was said, of which kind, from which source, by how many records."""

from __future__ import annotations

from typing import Any

from anlan.apps.indicators.choices import Standing
from anlan.apps.indicators.queries import Line, Reading, Value
from anlan.lib.halves import half


def of_year(area: str, year: int) -> list[dict[str, Any]]:
    """Return each indicator of an area with its value of a year, its target and how it stands by it, as JSON holds it."""
    reading = Reading()
    return [_row(line, next((v for v in line.series if v.year == year), None)) for line in reading.lines(area)]


def _row(line: Line, value: Value | None) -> dict[str, Any]:
    one, aim = line.indicator, line.goal
    known = {
        "code": one.code,
        "number": one.number,
        "told": half(line.target.told, chinese=True) if line.target else "",
        "hidden": line.hidden,
    }
    goal = {"goal": aim.value if aim else None, "sense": aim.sense if aim else "", "base": aim.base if aim else None}
    ahead = line.ahead
    forecast = {"forecast": ahead.value, "low": ahead.low, "high": ahead.high, "forecast_year": ahead.year} if ahead else {}
    if value is None:
        return known | goal | forecast | {"value": None, "met": None, "standing": str(line.standing)}
    said = {
        "value": value.amount,
        "kind": str(value.kind),
        "months": value.months,
        "whole": value.whole,
        "at": value.at.isoformat(),
    }
    counted = {
        "counted": len(value.rows),
        "source": half(value.source, chinese=True),
        "estimate": bool(one.estimate and value.rows),
    }
    beside = {"beside": value.beside.amount, "beside_kind": str(value.beside.kind)} if value.beside else {}
    met = aim.met_by(value.amount) if aim else None
    return known | goal | forecast | said | counted | beside | {"met": met, "standing": str(line.standing or Standing.NOTHING)}
