"""Pure decisions of plans: which level do the facts call for, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anlan.apps.plans.choices import Metric


@dataclass(frozen=True)
class AlarmFact:
    """An open alarm as a plan sees it."""

    id: int
    station: str
    station_name: str
    level: int
    value: float
    unit: str
    reading_at: datetime
    since: datetime


@dataclass(frozen=True)
class Condition:
    """One condition of a level."""

    level: int
    metric: str
    value: float
    count: int = 1
    station: str = ""
    text: str = ""


@dataclass(frozen=True)
class Facts:
    """What is the case: open alarms, flows by station with their time, levels of warnings in force."""

    alarms: tuple[AlarmFact, ...] = ()
    flows: Mapping[str, tuple[float, datetime]] = field(default_factory=dict)
    warnings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Why a condition holds: its text, the value seen, when, the alarm behind it, and when that crossed the threshold."""

    text: str
    seen: str
    at: datetime | None
    alarm: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """The gravest level that the facts call for (None: none), the evidence for it, and when its conditions were first met."""

    level: int | None
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None


def evaluate(conditions: Iterable[Condition], facts: Facts) -> Verdict:
    """Return the gravest level with a condition that holds, with the evidence of every condition of it that does."""
    met: dict[int, list[Evidence]] = {}
    crossed: dict[int, list[datetime]] = {}
    for condition in conditions:
        found = _evidence(condition, facts)
        if found:
            met.setdefault(condition.level, []).extend(found)
            times = sorted(e.since for e in found if e.since)
            crossed.setdefault(condition.level, []).extend(times[condition.count - 1 : condition.count])
    if not met:
        return Verdict(None)
    gravest = min(met)
    return Verdict(gravest, tuple(met[gravest]), min(crossed[gravest], default=None))


def _evidence(condition: Condition, facts: Facts) -> list[Evidence]:
    if condition.metric == Metric.ALARM_LEVEL:
        stations = {a.station: a for a in facts.alarms if a.level >= condition.value}
        if len(stations) >= condition.count:
            shown = sorted(stations.values(), key=lambda a: (-a.level, a.reading_at, a.station))
            return [
                Evidence(condition.text, f"{a.station_name} {a.value:g} {a.unit}", a.reading_at, a.id, a.since) for a in shown
            ]
    if condition.metric == Metric.FLOW and condition.station in facts.flows:
        value, at = facts.flows[condition.station]
        if value >= condition.value:
            return [Evidence(condition.text, f"{value:g} m³/s", at, None, at)]
    if condition.metric == Metric.WARNING_LEVEL:
        count = sum(level >= condition.value for level in facts.warnings)
        if count >= condition.count:
            return [Evidence(condition.text, str(count), None)]
    return []
