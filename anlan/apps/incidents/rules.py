"""Pure decisions of incidents: which grade the figures call for, who owes which report, what a report may be, how timely reports are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from anlan.lib.spoken import DIGITS

Number = int | Decimal | None
Figures = Mapping[str, Number]

#: Figures that only rise; one that falls wants a reason (应急〔2020〕19号). Who is trapped is freed: that figure is as of now.
CUMULATIVE = ("dead", "missing", "serious", "transferred", "loss")
CASUALTIES = ("dead", "missing", "serious", "injured")


@dataclass(frozen=True)
class Bar:
    """From so much of a figure on an event is of this grade at least (生产安全事故报告和调查处理条例 第三条 for accidents)."""

    grade: int
    measure: str
    at_least: Decimal


@dataclass(frozen=True)
class Proposal:
    """The grade that figures call for, and the figure that does: the worst of all counts."""

    grade: int
    measure: str
    value: Decimal
    at_least: Decimal


def proposed(figures: Figures, bars: Iterable[Bar]) -> Proposal | None:
    """Return the gravest grade that any figure reaches, None where none does: the lower bound counts in, the upper does not."""
    found = [
        Proposal(bar.grade, bar.measure, Decimal(value), bar.at_least)
        for bar in bars
        if (value := figures.get(bar.measure)) is not None and Decimal(value) >= bar.at_least
    ]
    return min(found, key=lambda one: (one.grade, one.measure), default=None)


def if_missing_are_dead(figures: Figures) -> Figures:
    """Return the figures as they will be if nobody of the missing is found alive."""
    lost = [int(value) for name in ("dead", "missing") if (value := figures.get(name)) is not None]
    return {**figures, "dead": sum(lost) if lost else None}


def fallen(before: Figures, after: Figures) -> list[str]:
    """Return which cumulative figures fall; one that is not told stays as it was."""
    return [
        name
        for name in CUMULATIVE
        if (old := before.get(name)) is not None and (new := after.get(name)) is not None and new < old
    ]


def to_supplement(before: Figures, after: Figures, occurred_at: datetime, now: datetime, days: int) -> bool:
    """Return whether casualties that changed must be reported after the end: within so many days of the accident.

    生产安全事故报告和调查处理条例 第十三条: thirty days, seven for road traffic and fire; 0 where no rule asks for it.
    """
    changed = any(before.get(name) != after.get(name) for name in CASUALTIES)
    return changed and now < occurred_at + timedelta(days=days)


@dataclass(frozen=True)
class Duty:
    """One line of the reporting rules: which body owes which report on which events, and by which term."""

    code: str
    stage: str
    mode: str
    level: str
    event_class: str = ""
    least_grade: int | None = None
    sensitive: bool = False


def owed(duties: Iterable[Duty], level: str, stage: str, kind: str, grade: int | None, sensitive: bool) -> list[Duty]:
    """Return the duties of a level for one stage that an event of this kind and grade brings about."""

    def asks(duty: Duty) -> bool:
        grave = duty.least_grade is None or (grade is not None and grade <= duty.least_grade)
        return kind.startswith(duty.event_class) and (grave or (duty.sensitive and sensitive))

    return [duty for duty in duties if duty.level == level and duty.stage == stage and asks(duty)]


def answered(duties: Iterable[Duty], level: str, kind: str, mode: str) -> list[Duty]:
    """Return the duties that a report of a level meets: a written one also that to telephone, any report that to report at all."""

    def meets(duty: Duty) -> bool:
        if duty.level != level or (duty.mode == "written" and mode != "written"):
            return False
        later = {"follow_up": kind != "initial", "verified": kind == "verified", "supplement": kind == "supplement"}
        return duty.stage == "initial" or later[duty.stage]

    return [duty for duty in duties if meets(duty)]


def begins_with(kind: str, sent: Sequence[str], closed: bool) -> str:
    """Return what stands against writing a report of this kind next: "" or the name of the fault."""
    if kind == "initial":
        return "begun" if "initial" in sent else ""
    if "initial" not in sent:
        return "first"
    if kind == "supplement":
        return "" if closed else "follow"
    if "verified" in sent:
        return "ended"
    if kind == "follow_up" and "final" in sent:
        return "final"
    if kind == "final" and "final" in sent:
        return "final"
    return "goes_on" if kind == "verified" and not closed else ""


def next_kind(sent: Sequence[str], closed: bool) -> str:
    """Return which report comes next by itself."""
    if "initial" not in sent:
        return "initial"
    return "follow_up" if not closed else "final" if "final" not in sent else "verified"


def level_of(area: str) -> str:
    """Return the level of the body that answers for a division."""
    return "province" if len(area) < 4 else "city" if len(area) == 4 else "county"


def in_chinese_numerals(number: int) -> str:
    """Return a number of a series as papers write it: 一, 十, 二十一, up to ninety-nine."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Timeliness:
    """How timely first reports were: how many in time and late, and the median of minutes since the incident became known."""

    in_time: int
    late: int
    minutes: float | None

    @property
    def share(self) -> int | None:
        """Return how many of a hundred came in time."""
        count = self.in_time + self.late
        return round(100 * self.in_time / count) if count else None


def timeliness(reports: Iterable[tuple[bool, datetime, datetime]]) -> Timeliness:
    """Return how timely reports were, each given as (late, known at, sent at)."""
    rows = list(reports)
    late = sum(was_late for was_late, _known, _sent in rows)
    took = [(sent - known).total_seconds() / 60 for _late, known, sent in rows]
    return Timeliness(len(rows) - late, late, round(median(took), 1) if took else None)
