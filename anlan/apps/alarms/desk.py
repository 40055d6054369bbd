"""The desk of alarms, and the panel that every station's page gets of its alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import actions, keeping
from anlan.apps.alarms.choices import AlarmState, Basis, Restraint
from anlan.apps.alarms.letters import raised_by_hour, write_shift_paper
from anlan.apps.alarms.models import Alarm, AlarmCard, AlarmTarget, OutOfService, ShiftReport, StateRule, gravity
from anlan.apps.alarms.queries.alarms import answer_by, ladder, limits_of, next_up, with_newest
from anlan.apps.alarms.queries.cards import card_of
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS
from anlan.kit.desk import Age, Column, Desk, Facts, Files, JournalPanel, Linked, Panel, Range, State, bilingual, worded
from anlan.kit.desk.columns import table_of
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.figures import ChartPanel
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.ui.templatetags.ui import level
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
        value, unit, digits = telemetry.told(row.datastream.quantity, getattr(row, self.name))
        if isinstance(value, str):
            return value
        return format_html(
            '<span class="number">{}</span> <small class="text-secondary">{}</small>', f"{value:,.{digits}f}", unit
        )


@dataclass(frozen=True)
class Crossed(Measured):
    """Show the threshold that an alarm went over; silence goes over none."""

    def show(self, row: Model) -> Any:
        assert isinstance(row, Alarm)
        return NOT_THERE if row.basis == Basis.SILENCE else super().show(row)


class Kept(Column):
    """Show why an alarm is kept back; an enterprise by its name in the reader's language."""

    def show(self, row: Model) -> Any:
        assert isinstance(row, Alarm)
        return name_of("area", row.area) if row.restraint == Restraint.OWNER else row.restraint_reason or NOT_THERE


#: What is measured now, of when, and the highest so far: see `with_newest`.
VALUE, MEASURED_AT, PEAK = Measured("newest", _("Value")), Age("newest_at", _("Time of the reading")), Measured("top", _("Peak"))


def _water(alarm: Alarm) -> dict[str, Any]:
    return telemetry.water(alarm.station, alarm.datastream_id)


def _limits(alarm: Alarm) -> dict[str, Any]:
    """Return the thresholds that the alarm's hazard grades by, each with its source and how sure it is."""
    return {"limits": limits_of(alarm), "alarm": alarm}


def _ladder(alarm: Alarm) -> dict[str, Any]:
    """Return who must act by when, and who is told next if nobody does."""
    waits = alarm.state == AlarmState.RAISED and alarm.basis == Basis.OBSERVED
    steps = (
        ladder(alarm.raised_at).rungs(alarm.raised_at, alarm.escalation, alarm.escalated_at) if waits or alarm.escalation else []
    )
    told = next_up(alarm.area, [step.number for step in steps]) if steps else {}
    became = _became_of_messages(alarm) if alarm.escalation else {}
    shown = [
        (step, [_name_with_state(o, became.get(step.number, {}).get(o.code, "")) for o in told[step.number]]) for step in steps
    ]
    return {"alarm": alarm, "waits": waits, "by": answer_by(alarm.raised_at), "steps": shown}


def _name_with_state(body: people.OrganisationFact, state: str) -> str:
    return gettext("%(name)s (%(state)s)") % {"name": body, "state": state} if state else str(body)


def _became_of_messages(alarm: Alarm) -> dict[int, dict[str, str]]:
    """Return by step what became of its message for each body; what the viewer may not see, or is not written yet, is not there."""
    sent: dict[int, dict[str, str]] = {}
    for r in sorted(messages.recipients(f"alarm:{alarm.pk}"), key=lambda r: r.message):
        if r.queued_at >= alarm.raised_at:
            sent.setdefault(r.message, {})[r.code] = r.state_label
    return dict(enumerate(sent.values(), 1))


def _card(alarm: Alarm) -> dict[str, Any]:
    """Return the card of an alarm: why it is there, who acts, within when."""
    card = card_of(alarm.hazard, alarm.level)
    return {"alarm": alarm, "card": card, "minutes": int(card.within.total_seconds() // 60) if card else 0}


def _together(alarm: Alarm) -> dict[str, Any]:
    """Return the alarms that came with this one, the first first."""
    if alarm.group is None:
        return {"heads": [], "rows": []}
    shown = (Linked("__str__", _("Alarm")), Column("first_out"), State("state"), Age("created_at"), Age("returned_at"))
    rows = Alarm.objects.readable().filter(group=alarm.group).select_related("station").order_by("created_at", "id")[:50]
    return {**table_of(Alarm, rows, shown), "wide": True}


COURSE = Facts(
    State("state"),
    Age("raised_at", _("Raised at")),
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
    "restraint",
    Kept("restraint_reason"),
    Age("restrained_at"),
    Age("owner_answered_at"),
    "owner_answered_by",
    "owner_measure",
    Age("calm_since"),
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
        Age("raised_at", _("Raised at")),
        "priority",
        "first_out",
        "acknowledged_by",
    )
    filters = ("state", "level", "priority", "basis", "hazard", "origin", "first_out", "cause", Range("raised_at"))
    search = ("station__name", "station__name_en", "station__code")
    panels = (
        Facts(
            "station",
            Column("measure", _("Quantity")),
            "basis",
            Grade("level"),
            "priority",
            "origin",
            Grade("peak_level"),
            VALUE,
            MEASURED_AT,
            Crossed("threshold"),
            PEAK,
            telemetry.Picture("picture", _("Picture or recording")),
            title=_("Alarm"),
        ),
        Panel("alarms/card.html", _("What this alarm is for"), _card),
        Panel("alarms/ladder.html", _("Who must act by when"), _ladder),
        Panel("telemetry/water.html", _("What is measured"), _water),
        Panel("alarms/limits.html", _("Thresholds and where they come from"), _limits),
        COURSE,
        Panel("desk/related.html", _("Alarms of its group"), _together),
        JournalPanel(_("Journal")),
    )
    actions = (actions.acknowledge, actions.answer_own, actions.shelve, actions.shelve_red, actions.unshelve, actions.close)
    point = "station__location"
    tile = {
        "label": bilingual("station__name", "station__name_en"),
        "level": worded("level", COLOURS, "normal"),
        "state": "state",
        "raised_at": "raised_at",
    }
    order = ("-raised_at", "-id")
    order_first = ("-gravity",)

    @classmethod
    def rows(cls) -> Any:
        """Return the alarms that the viewer may see, each with what is measured now and how grave it is."""
        return with_newest(super().rows()).annotate(gravity=gravity())

    empty = _("No station has crossed a threshold.")


def _of_station(station: Any) -> dict[str, Any]:
    """Return the newest alarms of a station."""
    shown = (
        Linked("hazard", _("Hazard")),
        Grade("level"),
        State("state"),
        VALUE,
        PEAK,
        Age("raised_at", _("Raised at")),
        Age("returned_at"),
    )
    rows = with_newest(Alarm.objects.readable("alarms.view_alarm").filter(station=station)).select_related("datastream")[:50]
    return {**table_of(Alarm, rows, shown), "wide": True}


add_panel("telemetry.Station", Panel("desk/related.html", _("Alarms"), _of_station))


class AlarmCardDesk(Desk, record=AlarmCard):
    slug = "cards"
    story = _("Why there is such an alarm, what happens if nobody acts, who acts and within when; looked at again by a day.")
    menu = ("monitoring", 31)
    icon = "id"
    columns = (
        Column("__str__", _("Alarm"), needs=("hazard", "level")),
        "consequence",
        Column("answerer", _("Who acts"), needs=("who", "who_en")),
        "within",
        Column("task", _("What is to be done"), needs=("deed", "deed_en")),
        "since",
        "review_on",
    )
    filters = ("hazard", "level", "consequence", Range("review_on"))
    search = ("why", "why_en", "who", "deed", "deed_en")
    panels = (
        Facts(
            "hazard",
            "level",
            "consequence",
            Column("purpose", _("Why it is there"), needs=("why", "why_en")),
            Column("answerer", _("Who acts"), needs=("who", "who_en")),
            "within",
            Column("task", _("What is to be done"), needs=("deed", "deed_en")),
            "shelf_hours",
            "since",
            "review_on",
            Column("overdue", _("Review is due")),
            "source",
            "confidence",
        ),
        JournalPanel(_("Journal")),
    )
    begins = (keeping.write_card,)
    order = ("hazard", "level", "-since")
    empty = _("Load a city pack, or write down why an alarm is there and who acts.")


class AlarmTargetDesk(Desk, record=AlarmTarget):
    slug = "targets"
    story = _("What the figures of alarms should be, by the standard.")
    icon = "target"
    columns = ("code", "value", "source", "confidence")
    search = ("code",)
    panels = (Facts("code", "value", "source", "confidence"), JournalPanel(_("Journal")))
    actions = (keeping.set_target,)
    order = ("code",)


class OutOfServiceDesk(Desk, record=OutOfService):
    slug = "out_of_service"
    story = _("Stations that are worked on: their alarms are kept back, recorded, and told afterwards.")
    menu = ("monitoring", 32)
    icon = "plug-off"
    columns = (
        Column("__str__", _("What"), needs=("station", "datastream")),
        State("state"),
        Age("since"),
        Age("until"),
        "reason",
        "instead",
    )
    filters = ("state", Range("since"))
    search = ("station__name", "station__name_en", "station__code", "reason")
    panels = (
        Facts(
            "station",
            "datastream",
            State("state"),
            Age("since"),
            Age("until"),
            "reason",
            "instead",
            "taken_by",
            Age("ended_at"),
            "ended_by",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (keeping.put_back,)
    begins = (keeping.take_out_of_service,)
    order = ("-since", "-id")
    empty = _("Every station is in service.")


class StateRuleDesk(Desk, record=StateRule):
    slug = "state_rules"
    story = _("While a plant or a station is in a state, some alarms mean nothing: they are kept back, unless they are red.")
    menu = ("monitoring", 33)
    icon = "filter-off"
    columns = ("name", "hazard", Column("state_of__station", _("Station")), "state_of", "sign", "value", "in_use")
    filters = ("hazard", "in_use")
    search = ("name", "reason")
    panels = (
        Facts("name", "hazard", Column("state_of__station", _("Station")), "state_of", "sign", "value", "reason", "in_use"),
        JournalPanel(_("Journal")),
    )
    form = ("name", "hazard", "state_of", "sign", "value", "reason", "in_use")
    order = ("name", "id")
    empty = _("No alarm is kept back by a state.")


def _shift(row: ShiftReport) -> dict[str, Any]:
    """Return what a shift handed over, names in the reader's language."""
    told = [
        {
            **a,
            "name": localised(a["station"], a["station_en"]),
            "what": HAZARDS.get(a["hazard"]).name if a["hazard"] in HAZARDS else "",
            "since": datetime.fromisoformat(a["raised"]),
        }
        for a in row.figures.get("alarms", ())
    ]
    return {"held": row.figures, "row": row, "alarms": told, "wide": True}


class ShiftReportDesk(Desk, record=ShiftReport):
    slug = "shiftreports"
    story = _("What one shift hands over to the next: alarms, shelved ones, what is out of service, floods, busiest sources.")
    menu = ("monitoring", 45)
    icon = "clipboard-text"
    columns = (Column("__str__", _("Shift"), needs=("since", "until")), State("state"), "written_by", "taken_by", "area")
    filters = ("state", Range("until"))
    search = ("remark",)
    panels = (
        Panel("alarms/shift.html", _("Handed over"), _shift),
        ChartPanel(raised_by_hour, _("Alarms per hour")),
        Facts("since", "until", State("state"), "remark", "written_by", Age("taken_at"), "taken_by"),
        Files(_("Papers"), offers=False),
        JournalPanel(_("Journal")),
    )
    actions = (keeping.take_shift_over, write_shift_paper)
    begins = (keeping.write_shift,)
    order = ("-until", "-id")
    empty = _("No shift has been handed over yet.")
