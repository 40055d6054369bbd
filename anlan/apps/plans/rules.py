"""Pure decisions of plans: which level do the facts call for and on what evidence, who may move a plan on, what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.plans.choices import Metric
from anlan.kit.refusals import Refusal, SamePerson

LAW = gettext_lazy("Measures for Emergency Plans (国办发〔2024〕5号)")
#: An alarm or flow whose station has been silent for longer no longer supports a level by itself (Anlan's own figure: no source gives one).
HOLDS_FOR = timedelta(hours=72)


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
    hazard: str = ""
    threshold: float = 0.0
    area: str = ""


@dataclass(frozen=True)
class ReadingFact:
    """The newest value of a quantity at a station."""

    value: float
    at: datetime
    unit: str = ""
    datastream: int = 0
    station_name: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition of a level."""

    level: int
    metric: str
    value: float
    count: int = 1
    station: str = ""
    text: str = ""
    text_en: str = ""
    hazard: str = ""


@dataclass(frozen=True)
class Facts:
    """What is the case: open alarms, newest values by quantity and station, levels of warnings in force."""

    alarms: tuple[AlarmFact, ...] = ()
    readings: Mapping[tuple[str, str], ReadingFact] = field(default_factory=dict)
    warnings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Why a condition holds, as facts and not as words: whoever reads it does so in their own language.

    `since` is when the reading crossed the threshold; `alarm` and `datastream` open what was seen.
    """

    condition: Condition
    value: float
    unit: str = ""
    station: str = ""
    station_name: str = ""
    at: datetime | None = None
    since: datetime | None = None
    alarm: int | None = None
    datastream: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The gravest level that the facts call for (None: none), the evidence for it, and when its conditions were first met."""

    level: int | None
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True)
class Present:
    """How a condition stands just now: `value` of `wanted`, and whether it holds. None: nothing is known.

    `at` tells where it was seen: stations by code, each with its reading in words that need no translation.
    """

    value: float | None
    wanted: float
    unit: str
    holds: bool
    at: tuple[tuple[str, str], ...] = ()


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


def present(condition: Condition, facts: Facts) -> Present:
    """Tell how a condition stands: the value of the wanted value, or how many stations or warnings of how many."""
    if condition.metric == Metric.WARNING_LEVEL:
        count = sum(level >= condition.value for level in facts.warnings)
        return Present(count, condition.count, "", count >= condition.count)
    if condition.metric != Metric.ALARM_LEVEL:
        read = facts.readings.get((condition.metric, condition.station))
        if read is None:
            return Present(None, condition.value, "", False)
        return Present(read.value, condition.value, read.unit, read.value >= condition.value, ((condition.station, ""),))
    seen = _stations(condition, facts)
    return Present(len(seen), condition.count, "", len(seen) >= condition.count, tuple((a.station, _shown(a)) for a in seen[:3]))


def _shown(alarm: AlarmFact) -> str:
    return f"{round(alarm.value, 2):,g} {alarm.unit} / {alarm.threshold:,g}"


def _stations(condition: Condition, facts: Facts) -> list[AlarmFact]:
    found = {a.station: a for a in facts.alarms if a.level >= condition.value and a.hazard == condition.hazard}
    return sorted(found.values(), key=lambda a: (-a.level, a.reading_at, a.station))


def _evidence(condition: Condition, facts: Facts) -> list[Evidence]:
    if condition.metric == Metric.ALARM_LEVEL:
        seen = _stations(condition, facts)
        if len(seen) >= condition.count:
            return [
                Evidence(condition, a.value, a.unit, a.station, a.station_name, a.reading_at, a.since, alarm=a.id) for a in seen
            ]
    read = facts.readings.get((condition.metric, condition.station))
    if read is not None and read.value >= condition.value:
        names = condition.station, read.station_name
        return [Evidence(condition, read.value, read.unit, *names, read.at, read.at, datastream=read.datastream)]
    if condition.metric == Metric.WARNING_LEVEL:
        count = sum(level >= condition.value for level in facts.warnings)
        if count >= condition.count:
            return [Evidence(condition, count)]
    return []


def check_other(person: str, *others: str) -> None:
    """Refuse a step by somebody who took an earlier one: a plan passes through as many hands as it has steps."""
    if person in others:
        raise SamePerson()


#: What a plan's content must hold, and what each part may.
KEYS: dict[str, tuple[set[str], set[str]]] = {
    "": (
        {"code", "version", "hazard", "area", "title", "level", "position", "card"},
        {"title_en", "approved_by", "approved_by_en", "source", "review_due"},
    ),
    "level": ({"level", "authority", "notice", "criterion"}, {"alternates", "notice_en", "reporting_hours"}),
    "criterion": ({"metric", "value", "description"}, {"hazard", "count", "station", "description_en", "source", "confidence"}),
    "position": ({"code", "title", "post"}, {"title_en", "order"}),
    "card": (
        {"code", "title", "from_level", "doer", "doer_value", "ack_minutes", "due_minutes"},
        {"title_en", "at", "phase", "steps", "steps_en", "resources", "resources_en", "evidence", "evidence_en"},
    ),
}


def digest_of(content: dict[str, Any]) -> str:
    """Return a digest of a plan's text, its version number left out: it tells whether anything else changed."""
    text = {key: value for key, value in content.items() if key != "version"}
    return hashlib.sha256(json.dumps(text, sort_keys=True, default=str).encode()).hexdigest()


def check_content(content: Any) -> None:
    """Refuse a plan's content that lacks a part, holds an unknown one, or names a card or level twice."""
    faults = _key_faults("", "", content)
    if not faults:
        for part in ("level", "position", "card"):
            if not isinstance(content[part], list) or not content[part]:
                faults.append(f"[[{part}]]")
                continue
            for number, each in enumerate(content[part], 1):
                faults += _key_faults(part, f"{part} {number}", each)
                for inner, one in enumerate(each.get("criterion", []) if part == "level" and isinstance(each, dict) else [], 1):
                    faults += _key_faults("criterion", f"level {number} criterion {inner}", one)
    if not faults:
        for part, key in (("level", "level"), ("card", "code"), ("position", "code")):
            names = [each[key] for each in content[part]]
            faults += [f"{part} {key} {name!r} ×{names.count(name)}" for name in dict.fromkeys(names) if names.count(name) > 1]
    if faults:
        raise Refusal(_("The plan's file is not complete: %(faults)s") % {"faults": "; ".join(faults[:10])}, field="file")


def _key_faults(part: str, where: str, each: Any) -> list[str]:
    must, may = KEYS[part]
    if not isinstance(each, dict):
        return [where or "file"]
    missing, unknown = sorted(must - each.keys()), sorted(each.keys() - must - may)
    return [f"{where} −{name}".strip() for name in missing] + [f"{where} ?{name}".strip() for name in unknown]


@dataclass(frozen=True)
class Change:
    """One difference between two versions: where, how it read and how it reads; "" for not there."""

    part: str
    key: str
    before: str
    after: str


def changes(old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]) -> list[Change]:
    """Return what differs between two versions, each given as (part, key) → text, in the order of the newer."""
    keys = list(dict.fromkeys([*new, *old]))
    return [Change(*key, old.get(key, ""), new.get(key, "")) for key in keys if old.get(key) != new.get(key)]
