"""The paper of a shift: what is handed over, as it stood when the report was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.alarms.choices import AlarmState
from anlan.apps.alarms.models import ShiftReport
from anlan.apps.alarms.queries.standard import LABELS
from anlan.apps.telemetry.kinds import HAZARDS, Level
from anlan.kit.figures import Chart, Point, Series
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.papers import Content, Paper, Table

NONE = "—"


def raised_by_hour(row: ShiftReport) -> Chart:
    """Draw how many alarms each hour of a shift brought, as the report kept it."""
    hours = [(datetime.fromisoformat(at), count) for at, count in row.figures.get("hours", ())]
    return Chart(
        title=_("Alarms per hour"),
        axis=_("Hour"),
        labels=tuple(f"{timezone.localtime(at):%m-%d %H}" for at, _count in hours),
        series=(Series(_("Alarms raised"), tuple(Point(count) for _at, count in hours)),),
        why_empty=_("No alarm was raised in this shift."),
    )


def _shift(row: ShiftReport) -> Content:
    held = row.figures
    return Content(
        title=_("Shift report of alarms"),
        at=row.until,
        facts=(
            (_("Shift"), f"{_minute(row.since)} – {_minute(row.until)}"),
            (_("Jurisdiction"), name_of("area", row.area)),
            (_("Raised in this shift"), str(held["raised"])),
            (_("Standing now"), str(held["standing"])),
            (_("Of them unanswered"), str(held["unanswered"])),
            (_("Stations without data"), str(held["silent"])),
            (_("Remark"), row.remark or NONE),
        ),
        charts=(raised_by_hour(row),),
        tables=(*_alarms(held), *_counts(held)),
        lines=(_("Handed over by: "), _("Taken over by: ")),
    )


def _alarms(held: dict[str, Any]) -> Iterator[Table]:
    """Yield what is handed over: standing alarms, shelved ones, what is out of service."""
    yield Table(
        (_("Station"), _("Hazard"), _("Level"), _("State"), _("Raised"), _("Answered by")),
        _rows(
            (_named(a), _hazard(a["hazard"]), _level(a["level"]), _state(a["state"]), _at(a["raised"]), _by(a["by"]))
            for a in held["alarms"]
        ),
        _("Alarms handed over"),
    )
    yield Table(
        (_("Station"), _("Hazard"), _("Level"), _("Until"), _("Put aside by"), _("Reason")),
        _rows(
            (_named(a), _hazard(a["hazard"]), _level(a["level"]), _at(a["until"]), _by(a["by"]), a["reason"])
            for a in held["shelved"]
        ),
        _("Shelved"),
    )
    yield Table(
        (_("Station"), _("Until"), _("Reason"), _("What watches instead")),
        _rows((_named(o), _at(o["until"]), o["reason"], o["instead"]) for o in held["out"]),
        _("Out of service"),
    )


def _counts(held: dict[str, Any]) -> Iterator[Table]:
    """Yield what the shift had: floods, the busiest sources, the figures beside their targets."""
    yield Table(
        (_("Since"), _("Until"), _("Alarms"), _("Most in ten minutes")),
        _rows((_at(f["since"]), _at(f["until"]), str(f["alarms"]), str(f["peak"])) for f in held["floods"]),
        _("Alarm floods"),
    )
    yield Table(
        (_("Station"), _("Hazard"), _("Alarms"), _("Share")),
        _rows((t["station"], _hazard(t["hazard"]), str(t["count"]), f"{t['share']:g} %") for t in held["top"]),
        _("The ten busiest sources"),
    )
    yield Table(
        (_("Figure"), _("Value"), _("Target")),
        _rows(
            (str(LABELS[code][0]), f"{value:g}", NONE if target is None else f"{target:g}")
            for code, (value, target) in held["figures"].items()
        ),
        _("Against the standard"),
    )


def _rows(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(rows) or ((_("None"),),)


def _named(one: dict[str, Any]) -> str:
    return str(localised(one["station"], one["station_en"]))


def _hazard(code: str) -> str:
    return str(HAZARDS.get(code).name) if code in HAZARDS else _("No data")


def _level(level: int) -> str:
    return str(Level(level).label)


def _state(state: str) -> str:
    return str(AlarmState(state).label)


def _by(actor: str) -> str:
    return name_of("actor", actor) if actor else NONE


def _at(text: str) -> str:
    return _minute(datetime.fromisoformat(text)) if text else NONE


def _minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


SHIFT = Paper(
    "alarms.write_shift_paper",
    record="alarms.ShiftReport",
    needs="alarms.hand_over_shift",
    label=gettext_lazy("Write the shift report"),
    template="shift",
    fill=_shift,
    icon="file-text",
)
write_shift_paper = SHIFT.verb()
