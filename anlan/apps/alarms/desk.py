"""The desk of alarms, and the panel that every station's page gets of its alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import actions
from anlan.apps.alarms.choices import AlarmState, Basis
from anlan.apps.alarms.models import Alarm
from anlan.apps.alarms.queries.alarms import limits_of, next_up, with_newest
from anlan.apps.alarms.rules import ANSWER_WITHIN, LADDER
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.telemetry import api as telemetry
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, State, bilingual, worded
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.parts import table_of
from anlan.kit.desk.words import NOT_THERE
from anlan.kit.ui.templatetags.ui import level
from anlan.lib.hydrology import figure
from anlan.lib.levels import COLOURS


class Grade(Column):
    """Show an alarm's level; what rests on a forecast says so, and silence is never shown as normal."""

    def show(self, row: Model) -> Any:
        assert isinstance(row, Alarm)
        if row.basis == Basis.SILENCE:
            return format_html(
                '<span class="badge bg-secondary-lt"><i class="ti ti-plug-connected-x me-1" aria-hidden="true"></i>{}</span>',
                row.get_basis_display(),
            )
        shown = level(getattr(row, self.name))
        if row.basis == Basis.FORECAST:
            return format_html('{} <span class="badge bg-purple-lt">{}</span>', shown, row.get_basis_display())
        return shown


@dataclass(frozen=True)
class Measured(Column):
    """Show a value of an alarm with its unit, told as everywhere."""

    def paths(self) -> tuple[str, ...]:
        return (self.name, "datastream")

    def show(self, row: Model) -> Any:
        assert isinstance(row, Alarm)
        value, _space, unit = figure(getattr(row, self.name), row.datastream.unit).partition(" ")
        return format_html('<span class="number">{}</span> <small class="text-secondary">{}</small>', value, unit)


@dataclass(frozen=True)
class Crossed(Measured):
    """Show the threshold that an alarm went over; silence goes over none."""

    def show(self, row: Model) -> Any:
        assert isinstance(row, Alarm)
        return NOT_THERE if row.basis == Basis.SILENCE else super().show(row)


#: What is measured now, of when, and the highest so far: see `with_newest`.
VALUE, MEASURED_AT, PEAK = Measured("newest", _("Value")), Age("newest_at", _("Time of the reading")), Measured("top", _("Peak"))


def _water(alarm: Alarm) -> dict[str, Any]:
    return telemetry.water(alarm.station, alarm.datastream_id)


def _limits(alarm: Alarm) -> dict[str, Any]:
    """Return the thresholds that the alarm's hazard grades by, each with its source and how sure it is."""
    return {"limits": limits_of(alarm), "unit": alarm.datastream.unit, "alarm": alarm}


def _ladder(alarm: Alarm) -> dict[str, Any]:
    """Return who must act by when, and who is told next if nobody does."""
    waits = alarm.state == AlarmState.RAISED and alarm.basis == Basis.OBSERVED
    steps = LADDER.rungs(alarm.raised_at, alarm.escalation, alarm.escalated_at) if waits or alarm.escalation else []
    told = next_up(alarm.area, [step.number for step in steps]) if steps else {}
    became = _became_of_messages(alarm) if alarm.escalation else {}
    shown = [(step, [_told(o, became.get(step.number, {}).get(o.code, "")) for o in told[step.number]]) for step in steps]
    return {"alarm": alarm, "waits": waits, "by": alarm.raised_at + ANSWER_WITHIN, "steps": shown}


def _told(body: people.OrganisationFact, state: str) -> str:
    return gettext("%(name)s (%(state)s)") % {"name": body, "state": state} if state else str(body)


def _became_of_messages(alarm: Alarm) -> dict[int, dict[str, str]]:
    """Return by step what became of its message for each body; what the viewer may not see, or is not written yet, is not there."""
    sent: dict[int, dict[str, str]] = {}
    for r in sorted(messages.recipients(f"alarm:{alarm.pk}"), key=lambda r: r.message):
        if r.queued_at >= alarm.raised_at:
            sent.setdefault(r.message, {})[r.code] = r.state_label
    return dict(enumerate(sent.values(), 1))


def _together(alarm: Alarm) -> dict[str, Any]:
    """Return the alarms that came with this one, the first first."""
    if alarm.group is None:
        return {"heads": [], "rows": []}
    shown = (Column("__str__", _("Alarm")), Column("first_out"), State("state"), Age("created_at"), Age("returned_at"))
    rows = Alarm.objects.readable().filter(group=alarm.group).select_related("station").order_by("created_at", "id")[:50]
    return {**table_of(Alarm, rows, shown), "wide": True}


COURSE = Facts(
    State("state"),
    Age("raised_at"),
    Age("acknowledged_at"),
    "acknowledged_by",
    "answered_after",
    Age("shelved_until"),
    "shelved_by",
    "shelved_reason",
    Age("escalated_at"),
    "escalation",
    "reopened",
    Column("flapping", _("Flapping")),
    Age("returned_at"),
    Age("closed_at"),
    "closed_by",
    "cause",
    "closing_remark",
    title=_("Course"),
)


class AlarmDesk(Desk, record=Alarm):
    slug = "alarms"
    story = _("A condition that someone must answer: acknowledge it, follow it, close it once it has returned to normal.")
    menu = ("monitoring", 10)
    icon = "bell-ringing"
    columns = (
        "station",
        Grade("level"),
        State("state"),
        Column("measure", _("Quantity")),
        VALUE,
        Crossed("threshold"),
        Age("raised_at"),
        "first_out",
        "acknowledged_by",
    )
    filters = ("state", "level", "basis", "hazard", "first_out", "cause", Range("raised_at"))
    search = ("station__name", "station__name_en", "station__code")
    panels = (
        Facts(
            "station",
            Column("measure", _("Quantity")),
            "basis",
            Grade("level"),
            Grade("peak_level"),
            VALUE,
            MEASURED_AT,
            Crossed("threshold"),
            PEAK,
            title=_("Alarm"),
        ),
        Panel("alarms/ladder.html", _("Who must act by when"), _ladder),
        Panel("telemetry/water.html", _("Water situation"), _water),
        Panel("alarms/limits.html", _("Thresholds and where they come from"), _limits),
        COURSE,
        Panel("desk/related.html", _("Alarms of its group"), _together),
        JournalPanel(_("Journal")),
    )
    actions = (actions.acknowledge, actions.shelve, actions.unshelve, actions.close)
    point = "station__location"
    tile = {
        "label": bilingual("station__name", "station__name_en"),
        "level": worded("level", COLOURS, "normal"),
        "state": "state",
        "raised_at": "raised_at",
    }
    order = ("-raised_at", "-id")

    @classmethod
    def rows(cls) -> Any:
        """Return the alarms that the viewer may see, each with what is measured now."""
        return with_newest(super().rows())

    empty = _("No station has crossed a threshold.")


def _of_station(station: Any) -> dict[str, Any]:
    """Return the newest alarms of a station."""
    shown = (Grade("level"), State("state"), VALUE, PEAK, Age("raised_at"), Age("returned_at"))
    rows = with_newest(Alarm.objects.readable("alarms.view_alarm").filter(station=station)).select_related("datastream")[:50]
    return {**table_of(Alarm, rows, shown), "wide": True}


add_panel("telemetry.Station", Panel("desk/related.html", _("Alarms"), _of_station))
