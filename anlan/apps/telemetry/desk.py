"""The desks of telemetry: stations, datastreams, thresholds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry.actions import equip
from anlan.apps.telemetry.display.cells import Hours, Newest, Spark, with_newest
from anlan.apps.telemetry.display.picture import mark_now, mark_then
from anlan.apps.telemetry.display.water import water
from anlan.apps.telemetry.models import Datastream, Station, Threshold
from anlan.apps.telemetry.queries.river import along
from anlan.kit.desk import Column, Desk, Facts, JournalPanel, Panel, Related, Unit, bilingual
from anlan.kit.desk.places import Shape
from anlan.kit.desk.telling import NOTED
from anlan.kit.figures import shown

NOTED |= {
    "counts": _("New + corrected / duplicate / rejected"),
}


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
        Panel("telemetry/water.html", _("Latest values"), water),
        Facts(
            "code",
            "name",
            "river",
            "kind",
            Shape("location"),
            "part_of",
            "area",
            "location_precision",
            "note",
            "source",
            title=_("Station"),
        ),
        Panel("telemetry/along.html", _("Along the river"), lambda row: shown(along(row)) | {"wide": True}),
        JournalPanel(_("Journal")),
    )
    form = ("code", "name", "name_en", "kind", "location", "river", "river_en", "part_of", "note", "source")
    actions = (equip,)
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


class ThresholdDesk(Desk, record=Threshold):
    slug = "thresholds"
    story = _("The values at which a level is reached, each with its source and how sure it is.")
    menu = ("monitoring", 30)
    icon = "ruler-measure"
    empty = _("Load a city pack, or set the level at which a station warns.")
    columns = (
        Column("datastream__station", _("Station")),
        "datastream",
        "hazard",
        "level",
        Hours("window_hours"),
        Unit("value", unit="@datastream__unit"),
        "confidence",
        "source",
    )
    filters = ("hazard", "level", "window_hours", "confidence")
    search = ("datastream__station__name",)
    panels = (
        Facts(
            Column("datastream__station", _("Station")),
            "datastream",
            "hazard",
            "level",
            Hours("window_hours"),
            Unit("value", unit="@datastream__unit"),
            "confidence",
            "source",
        ),
        JournalPanel(_("Journal")),
    )
    form = ("datastream", "hazard", "level", "window_hours", "value", "source", "confidence")


class DatastreamDesk(Desk, record=Datastream):
    slug = "datastreams"
    story = _("What a station measures, when its newest value is stale, and from when on it is not believed.")
    menu = ("monitoring", 25)
    icon = "activity"
    columns = ("station", "quantity", "stale_after", "step_limit", "stuck_after", "area")
    filters = ("quantity",)
    search = ("station__name", "station__name_en", "station__code")
    panels = (
        Facts("station", "quantity", "stale_after", "step_limit", "stuck_after", "first_span", "period", "area"),
        Related(
            "thresholds",
            ("hazard", "level", Hours("window_hours"), Unit("value", unit="@datastream__unit"), "confidence", "source"),
            _("Thresholds"),
        ),
        JournalPanel(_("Journal")),
    )
    form = ("station", "quantity", "stale_after", "step_limit", "stuck_after", "first_span", "period")
    order = ("station_id", "quantity")
    empty = _("Load a city pack, or say what a station measures.")

    @classmethod
    def found(cls, row: Datastream) -> str:
        return f"{row.station} · {row}"
