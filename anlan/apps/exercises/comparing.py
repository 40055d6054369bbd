"""Two runs side by side: each fact of either report as both tell it, and by how much the second differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.exercises.report import RENEWAL, instant_of
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.kit.languages import localised
from anlan.kit.names import name_of

NOTHING = "—"
READINGS = {
    "accepted": gettext_lazy("accepted"),
    "duplicate": gettext_lazy("duplicate"),
    "rejected": gettext_lazy("rejected"),
    "corrected": gettext_lazy("corrected"),
    "suspect": gettext_lazy("suspect"),
    "left_out": gettext_lazy("not sent"),
}


@dataclass(frozen=True)
class Fact:
    """What one report says of something: a number or an instant to reckon with, and how it is read."""

    title: str
    label: str
    value: int | datetime | timedelta | None
    text: str
    level: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.title, self.label, self.level


@dataclass(frozen=True)
class Row:
    """A fact of two runs."""

    title: str
    label: str
    level: str
    a: str
    b: str
    change: str
    differs: bool


def compared(a: dict[str, Any], b: dict[str, Any]) -> list[Row]:
    """Put two reports side by side, one row a fact, in the order of the chain."""
    told = [list(facts(content)) for content in (a, b)]
    left, right = ({fact.key: fact for fact in reversed(found)} for found in told)
    keys = dict.fromkeys(fact.key for found in told for fact in found)
    titles = list(dict.fromkeys(title for title, _label, _level in keys))
    return [_row(key, left.get(key), right.get(key)) for key in sorted(keys, key=lambda key: titles.index(key[0]))]


def _row(key: tuple[str, str, str], a: Fact | None, b: Fact | None) -> Row:
    left, right = (fact.text if fact else NOTHING for fact in (a, b))
    change = _change(a.value, b.value) if a and b else ""
    title, label, level = key
    return Row(title, label, level, left, right, change, differs=left != right)


def _change(a: Any, b: Any) -> str:
    """Say how much more or later the second is; nothing where there is nothing to reckon with."""
    if a is None or b is None or a == b:
        return ""
    more = b - a
    if isinstance(more, timedelta):
        return _("%(minutes)s min") % {"minutes": _signed(round(more.total_seconds() / 60))}
    return _signed(more)


def _signed(number: int) -> str:
    return f"{number:+,}".replace("-", "−")


def facts(content: dict[str, Any]) -> Iterator[Fact]:
    """Yield a report as flat facts, in the order of the chain."""
    for name, count in content["readings"].items():
        yield _number(_("Readings"), READINGS[name], count)
    for alarm in content["alarms"]:
        name = localised(alarm["station_name"], alarm.get("station_name_en", ""))
        digits = telemetry.digits_of(alarm.get("quantity", ""))
        reached = f"{alarm.get('value', alarm['peak']):.{digits}f} {alarm.get('unit', '')}".strip()
        at = instant_of(alarm["at"])
        yield Fact(_("Alarms"), str(name), at, f"{_when(at)} · {reached}", alarm["level"])
    yield from _warnings(content["warnings"])
    yield from _responses(content)
    words = {"issued": _("Issued"), "accepted": _("Accepted"), "done": _("Done"), "overdue": _("Overdue")}
    for name, count in content["tasks"].items():
        yield _number(_("Tasks"), words[name], count)
    for channel, counts in content["messages"].items():
        told = f"{counts['delivered']:,} / {counts['sent']:,}"
        yield Fact(_("Messages delivered and sent"), str(name_of("channel", channel)), counts["sent"], told)
    yield _number(_("Journal"), _("Entries"), content["journal"]["entries"])


def _warnings(rows: list[dict[str, Any]]) -> Iterator[Fact]:
    yield _number(_("Warnings"), _("How many"), len(rows))
    for row in rows:
        if row["lead_time_reason"] != RENEWAL:
            at = instant_of(row["published_at"])
            yield Fact(_("Warnings"), str(name_of("area", row["area"])), at, _when(at), row["level"])
    for row in rows:
        if (lead := row["lead_time_minutes"]) is not None:
            told = _("%(minutes)s min") % {"minutes": f"{lead:,.0f}"}
            yield Fact(
                _("Lead time before the peak"), str(name_of("area", row["area"])), timedelta(minutes=lead), told, row["level"]
            )


def _responses(content: dict[str, Any]) -> Iterator[Fact]:
    directions = dict(response.Direction.choices)
    ends = [{**e, "direction": response.Direction.END, "activated_at": e["ended_at"]} for e in content.get("endings", [])]
    for row in [*content["responses"], *ends]:
        name = f"{directions[row['direction']]} {row['level']}"
        for word, at in ((_("proposed"), row.get("proposed_at")), (_("decided"), row["activated_at"])):
            instant = instant_of(at)
            yield Fact(_("Responses"), f"{name} · {word}", instant, _when(instant))


def _number(title: str, label: Any, count: int) -> Fact:
    return Fact(title, str(label), count, f"{count:,}")


def _when(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else NOTHING
