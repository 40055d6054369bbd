"""The desks of telemetry: stations, datastreams, thresholds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.telemetry import mapping, proposing
from anlan.apps.telemetry.actions import equip
from anlan.apps.telemetry.display.catchments import catchment
from anlan.apps.telemetry.display.columns import Hours, Newest, Picture, Spark, with_newest
from anlan.apps.telemetry.display.marks import mark_now, mark_then
from anlan.apps.telemetry.display.water import water
from anlan.apps.telemetry.models import ControlSystem, Datastream, PolledFeed, Station, Tag, Threshold, ThresholdChange
from anlan.apps.telemetry.queries.control import asked
from anlan.apps.telemetry.queries.river import along
from anlan.apps.telemetry.queries.thresholds import doubts_of, reach_of
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Linked, Panel, Related, State, Unit, bilingual
from anlan.kit.desk.columns import table_of
from anlan.kit.desk.places import Shape
from anlan.kit.desk.telling import NOTED
from anlan.kit.figures import shown

NOTED |= {
    "counts": _("New + corrected / duplicate / rejected"),
}

#: By what a station is known.
KNOWN_BY = ("code", "address", "name", "name_en")
TAG = ("node", "device", "table", "register")


def _along(row: Station) -> dict[str, Any]:
    """Return the chart of a station's river; a detector in a plant lies on none."""
    return shown(along(row)) | {"wide": True} if row.river else {"absent": True}


def _parts(row: Station) -> dict[str, Any]:
    """Return the stations that are part of one, each with its newest value."""
    parts = with_newest(Station.objects.readable("telemetry.view_station").filter(part_of=row))
    made = table_of(Station, parts, (Linked("__str__", _("Name")), "code", Newest("newest", _("Newest value"))))
    return {**made, "wide": True, "absent": not made["rows"]}


class StationDesk(Desk, record=Station):
    slug = "stations"
    story = _("A place where water or rain is measured, with its newest values and its warning ladder.")
    menu = ("monitoring", 20)
    icon = "antenna"
    columns = (
        Column("__str__", _("Name")),
        Newest("newest", _("Newest value")),
        Spark("course", _("Last two days")),
        *("code", "river", "kind", "area"),
    )
    filters = ("kind", "river")
    search = ("name", "name_en", "code", "river", "river_en")
    panels = (
        Panel("telemetry/water.html", _("Latest values"), water),
        Facts(
            "code",
            "address",
            "name",
            "river",
            "kind",
            "owner",
            Shape("location"),
            "part_of",
            "area",
            "location_precision",
            Picture("picture"),
            "note",
            "source",
            title=_("Station"),
        ),
        Panel("telemetry/along.html", _("Along the river"), _along),
        Panel("telemetry/catchment.html", _("What drains to it"), catchment),
        Panel("desk/related.html", _("Its parts"), _parts),
        JournalPanel(_("Journal")),
    )
    form = (*KNOWN_BY, "kind", "owner", "location", "river", "river_en", "part_of", "picture", "note", "source")
    actions = (equip,)
    importable = True
    example = {
        "code": "QY-X01",
        "name": "示例水位站",
        "name_en": "Example gauge",
        "kind": "river",
        "owner": "水文",
        "location": "113.05, 23.70",
        "river": "北江干流",
        "river_en": "Beijiang River (main stem)",
        "source": "示例 example",
        "area": "441802107",
    }
    point = "location"
    tile = {"label": bilingual("name", "name_en"), "code": "code", "kind": "kind", "mark": mark_now}
    named_first = ("mark", "weight")

    @staticmethod
    def tile_then(at: datetime) -> dict[str, Any]:
        """Return what a station's mark said at an instant."""
        return {"mark": mark_then(at)}

    order_first, order = ("reckoned",), ("code",)
    empty = _("Load a city pack, or add the first station.")

    @classmethod
    def rows(cls) -> Any:
        """Return the stations that the viewer may see, with their newest values; what is reckoned for a whole county comes after them."""
        whole = models.When(code__startswith="AREA-", then=1)
        return with_newest(super().rows()).annotate(reckoned=models.Case(whole, default=0, output_field=models.IntegerField()))


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
    search = ("datastream__station__name", "datastream__station__name_en", "datastream__station__code")
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
        Related(
            "changes",
            (
                Linked("state"),
                Unit("old_value", unit="@threshold__datastream__unit"),
                Unit("new_value", unit="@threshold__datastream__unit"),
                Age("effective_at"),
                "proposed_by",
                "signed_by",
                "source",
            ),
            _("Changes of thresholds"),
        ),
        JournalPanel(_("Journal")),
    )
    form = ("datastream", "hazard", "level", "window_hours", "value", "source", "confidence")
    importable = True
    example = {
        "datastream": "QY-H03/water_level",
        "hazard": "river_flood",
        "level": "historical_max",
        "window_hours": "0",
        "value": "16.88",
        "source": "示例 example",
        "confidence": "K-",
        "area": "441802006",
    }
    actions = (proposing.propose_threshold,)


#: Whoever edits a threshold does not change its value: that takes a proposal and a second person.
ThresholdDesk.change = ThresholdDesk._verb(
    "change", "change", _("Edit"), "pencil", proposing.edit_threshold, "telemetry.Threshold"
)


def _effect(row: ThresholdChange) -> dict[str, Any]:
    """Return what the change would have meant, counted when it was proposed."""
    found = row.effect
    counts = [(label, found["old"][name], found["new"][name]) for name, label in proposing.COUNTS] if found else []
    return {"row": row, "found": found, "counts": counts, "doubts": doubts_of(row), "reach": reach_of(row)}


class ThresholdChangeDesk(Desk, record=ThresholdChange):
    slug = "threshold_changes"
    story = _(
        "A threshold is changed by a proposal with its effect on history; a second person signs, and it holds from an instant on."
    )
    menu = ("monitoring", 34)
    icon = "ruler-2"
    columns = (
        Column("threshold__datastream__station", _("Station")),
        "threshold__hazard",
        Hours("threshold__window_hours"),
        "threshold",
        State("state"),
        Unit("old_value", unit="@threshold__datastream__unit"),
        Unit("new_value", unit="@threshold__datastream__unit"),
        Age("effective_at"),
        "proposed_by",
        "signed_by",
    )
    filters = ("state",)
    search = ("reason", "source", "threshold__datastream__station__name", "threshold__datastream__station__code")
    panels = (
        Facts(
            Column("threshold__datastream__station", _("Station")),
            "threshold__hazard",
            "threshold__datastream",
            Hours("threshold__window_hours"),
            "threshold",
            State("state"),
            Unit("old_value", unit="@threshold__datastream__unit"),
            Unit("new_value", unit="@threshold__datastream__unit"),
            Age("effective_at"),
            "reason",
            "source",
            "proposed_by",
            "signed_by",
            Age("signed_at"),
            Age("entered_at"),
        ),
        Panel("telemetry/effect.html", _("Effect on history"), _effect),
        JournalPanel(_("Journal")),
    )
    actions = (proposing.sign_threshold, proposing.decline_threshold)
    order = ("-id",)
    empty = _("No change of a threshold was proposed.")


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
            (Linked("hazard"), "level", Hours("window_hours"), Unit("value", unit="@datastream__unit"), "confidence", "source"),
            _("Thresholds"),
        ),
        JournalPanel(_("Journal")),
    )
    form = ("station", "quantity", "stale_after", "step_limit", "stuck_after", "first_span", "period")
    importable = True
    example = {"station": "QY-H03", "quantity": "flow", "stale_after": "06:00:00", "step_limit": "20000", "area": "441802006"}
    order = ("station_id", "quantity")
    empty = _("Load a city pack, or say what a station measures.")

    @classmethod
    def found(cls, row: Datastream) -> str:
        return f"{row.station} · {row}"


class ControlSystemDesk(Desk, record=ControlSystem):
    slug = "control_systems"
    story = _(
        "PLCs, SCADA systems and gateways that are asked for values by OPC UA or Modbus TCP, each at an address in a network that "
        "the deployment allows (ANLAN_CONTROL_NETWORKS)."
    )
    menu = ("monitoring", 71)
    icon = "cpu"
    columns = ("code", "__str__", "protocol", "url", "every_seconds", "active", "area")
    filters = ("protocol", "active")
    search = ("code", "name", "name_en", "url")
    form = ("code", "name", "name_en", "protocol", "url", "every_seconds", "active", "source")
    panels = (
        Facts(),
        Panel("telemetry/asked.html", _("How it answers"), asked),
        Related(
            "tags",
            (
                Column("datastream__station", _("Station")),
                "datastream",
                Column("__str__", _("Tag"), needs=TAG),
                "factor",
                "offset",
            ),
            _("Tags"),
            50,
        ),
        JournalPanel(_("Journal")),
    )
    importable = True
    example = {
        "code": "shuichang-plc",
        "name": "水厂一号控制器",
        "name_en": "Waterworks controller 1",
        "protocol": "modbus",
        "url": "modbus://10.20.0.6:502",
        "every_seconds": "60",
        "area": "441802",
    }
    order = ("code",)
    empty = _("Enter the first control system, then its tags.")


class PolledFeedDesk(Desk, record=PolledFeed):
    slug = "polled_feeds"
    story = _(
        "Addresses outside that are asked every so often for air quality, earthquakes, typhoon tracks or hotspots: only for what is "
        "new (ETag), more and more rarely while they fail. Addresses inside the house are refused."
    )
    menu = ("monitoring", 70)
    icon = "rss"
    columns = ("code", "__str__", "connector", "url", "active")
    filters = ("connector", "active")
    search = ("code", "name", "name_en", "url")
    form = ("code", "name", "name_en", "connector", "url", "active", "source")
    panels = (Facts(), Panel("telemetry/asked.html", _("How it answers"), asked), JournalPanel(_("Journal")))
    importable = True
    example = {
        "code": "kongqi",
        "name": "空气质量实时发布",
        "name_en": "Air quality, hourly",
        "connector": "air_feed",
        "url": "https://example.org/hourly.csv",
        "area": "441802",
    }
    order = ("code",)
    empty = _("Enter the first feed; those of ANLAN_POLL are shown under Connectors.")


class TagDesk(Desk, record=Tag):
    slug = "tags"
    story = _(
        "Where in a control system the values of a datastream stand: a node of OPC UA, or a register of Modbus with its type and "
        "byte order; the raw value times the factor, plus the offset, is the reading."
    )
    menu = ("monitoring", 72)
    icon = "tags"
    columns = (
        Column("__str__", _("Tag"), needs=TAG),
        "system",
        Column("datastream__station", _("Station")),
        "datastream",
        "factor",
        "offset",
        "area",
    )
    filters = ("system",)
    search = ("node", "system__code", "datastream__station__code", "datastream__station__name")
    panels = (
        Facts(
            "system",
            Column("datastream__station", _("Station")),
            "datastream",
            "node",
            "device",
            "table",
            "register",
            "type",
            "order",
            "factor",
            "offset",
            "area",
        ),
        JournalPanel(_("Journal")),
    )
    form = ("system", "datastream", "node", "device", "table", "register", "type", "order", "factor", "offset")
    importable = True
    example = {
        "system": "shuichang-plc",
        "datastream": "QY-H03/water_level",
        "device": "1",
        "table": "holding",
        "register": "0",
        "type": "float32",
        "order": "CDAB",
        "factor": "1",
        "offset": "0",
        "area": "441802",
    }
    order = ("system_id", "id")
    empty = _("Say where a control system holds the values of a station.")


for _desk in (ControlSystemDesk, PolledFeedDesk, TagDesk):
    _desk.create = _desk._verb("create", "add", _("New"), "plus", mapping.creator(_desk.record))
    _desk.create_rows = _desk._verb("import", "add", _("Import"), "upload", mapping.importer(_desk.record))
    _desk.change = _desk._verb("change", "change", _("Edit"), "pencil", mapping.changer(_desk.record), _desk.record._meta.label)
