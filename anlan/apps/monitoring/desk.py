"""The desks of monitoring: stations, alarms, thresholds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.monitoring import actions
from anlan.apps.monitoring.cells import Crossed, Grade, Hours, Newest, Spark, with_newest
from anlan.apps.monitoring.choices import AlarmState, Basis
from anlan.apps.monitoring.models import Alarm, Datastream, Station, Threshold
from anlan.apps.monitoring.picture import mark_now, mark_then
from anlan.apps.monitoring.queries.alarms import limits_of, next_up
from anlan.apps.monitoring.queries.courses import outlook, window_sums
from anlan.apps.monitoring.queries.newest import latest_values
from anlan.apps.monitoring.rules import ANSWER_WITHIN, ladder
from anlan.apps.people import api as people
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, Related, State, Unit, bilingual, worded
from anlan.kit.desk.parts import label_of
from anlan.lib.levels import COLOURS


def _water(row: Any) -> dict[str, Any]:
    station = row if isinstance(row, Station) else row.station
    stream = None if isinstance(row, Station) else row.datastream_id
    chart = reverse("monitoring:series", args=[station.pk])
    return {
        "chart": f"{chart}?datastream={stream}" if stream else chart,
        "values": latest_values([station.pk]),
        "sums": window_sums(station),
        "outlook": outlook(station),
    }


def _limits(alarm: Alarm) -> dict[str, Any]:
    """Return the thresholds that the alarm's hazard grades by, each with its source and how sure it is."""
    return {"limits": limits_of(alarm), "unit": alarm.datastream.unit, "alarm": alarm}


def _ladder(alarm: Alarm) -> dict[str, Any]:
    """Return who must act by when, and who is told next if nobody does."""
    waits = alarm.state == AlarmState.RAISED and alarm.basis == Basis.OBSERVED
    steps = ladder(alarm.raised_at, alarm.escalated_at, alarm.escalation) if waits or alarm.escalation else []
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
        return {"headers": [], "rows": []}
    shown = (Column("__str__", _("Alarm")), Column("first_out"), State("state"), Age("created_at"), Age("returned_at"))
    rows = list(Alarm.objects.readable().filter(group=alarm.group).select_related("station").order_by("created_at", "id")[:50])
    return {"headers": [label_of(Alarm, c) for c in shown], "rows": [[c.show(r) for c in shown] for r in rows], "wide": True}


class StationDesk(Desk, record=Station):
    slug = "stations"
    story = _("A place where water or rain is measured, with its newest values and its warning ladder.")
    menu = ("monitoring", 20)
    icon = "antenna"
    columns = (
        Column("__str__", _("Name")),
        Newest("newest", _("Newest value")),
        Spark("course", _("Last two days")),
        "code",
        "river",
        "kind",
        "area",
    )
    filters = ("kind", "river")
    search = ("name", "name_en", "code", "river", "river_en")
    panels = (
        Panel("monitoring/water.html", _("Latest values"), _water),
        Facts("code", "name", "river", "kind", "area", "location_precision", "note", "source", title=_("Station")),
        Related(
            "alarms", (Grade("level"), State("state"), Unit("peak_value"), Age("raised_at"), Age("returned_at")), _("Alarms")
        ),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "kind", "river", "river_en", "note", "source")
    importable = True
    point = "location"
    tile = {
        "label": bilingual("name", "name_en"),
        "code": "code",
        "kind": "kind",
        "mark": mark_now,
    }
    named_first = ("mark", "weight")

    @staticmethod
    def tile_then(at: datetime) -> dict[str, Any]:
        """Return what a station's mark said at an instant."""
        return {"mark": mark_then(at)}

    order = ("code",)
    empty = _("Load a city pack, or add the first station.")

    @classmethod
    def rows(cls) -> Any:
        """Return the stations that the viewer may see, with their newest values."""
        return with_newest(super().rows())


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
        Unit("value", unit="@datastream__unit"),
        Crossed("threshold", unit="@datastream__unit"),
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
            Unit("value", unit="@datastream__unit"),
            Crossed("threshold", unit="@datastream__unit"),
            Unit("peak_value", unit="@datastream__unit"),
            Age("reading_at"),
            title=_("Alarm"),
        ),
        Panel("monitoring/ladder.html", _("Who must act by when"), _ladder),
        Panel("monitoring/water.html", _("Water situation"), _water),
        Panel("monitoring/limits.html", _("Thresholds and where they come from"), _limits),
        Facts(
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
        ),
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
    empty = _("No station has crossed a threshold.")


class ThresholdDesk(Desk, record=Threshold):
    slug = "thresholds"
    story = _("The values at which a level is reached, each with its source and how sure it is.")
    menu = ("monitoring", 30)
    icon = "ruler-measure"
    empty = _("Load a city pack, or set the level at which a station warns.")
    columns = (
        Column("datastream__station", _("Station")),
        "datastream",
        "level",
        Hours("window_hours"),
        Unit("value", unit="@datastream__unit"),
        "confidence",
        "source",
    )
    filters = ("level", "window_hours", "confidence")
    search = ("datastream__station__name",)
    panels = (
        Facts(
            Column("datastream__station", _("Station")),
            "datastream",
            "level",
            Hours("window_hours"),
            Unit("value", unit="@datastream__unit"),
            "confidence",
            "source",
        ),
        JournalPanel(_("Journal")),
    )
    form = ("datastream", "level", "window_hours", "value", "source", "confidence")


class DatastreamDesk(Desk, record=Datastream):
    slug = "datastreams"
    story = _("What a station measures, when its newest value is stale, and from when on it is not believed.")
    menu = ("monitoring", 25)
    icon = "activity"
    columns = ("station", "quantity", "stale_after", "step_limit", "stuck_after", "area")
    filters = ("quantity",)
    search = ("station__name", "station__name_en", "station__code")
    panels = (
        Facts("station", "quantity", "stale_after", "step_limit", "stuck_after", "area"),
        Related(
            "thresholds",
            ("level", Hours("window_hours"), Unit("value", unit="@datastream__unit"), "confidence", "source"),
            _("Thresholds"),
        ),
        JournalPanel(_("Journal")),
    )
    form = ("station", "quantity", "stale_after", "step_limit", "stuck_after")
    order = ("station_id", "quantity")
    empty = _("Load a city pack, or say what a station measures.")

    @classmethod
    def found(cls, row: Datastream) -> str:
        return f"{row.station} · {row}"
