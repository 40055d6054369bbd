"""Desks of upkeep: works on stations, how often each is due, the norms of the network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.upkeep.actions import begin_work, finish_work, set_days, set_norm
from anlan.apps.upkeep.models import Norm, ServiceRule, Work
from anlan.kit.desk import Age, Column, Desk, Facts, Files, JournalPanel, Range, State, Unit


class WorkDesk(Desk, record=Work):
    slug = "works"
    story = _(
        "Who works on which station: meanwhile its readings are marked and raise nothing; what calibrations found, which sensor came."
    )
    menu = ("monitoring", 31)
    icon = "tool"
    columns = (
        Column("__str__", _("Work"), needs=("station", "kind", "since")),
        State("state"),
        "kind",
        "datastream",
        Age("since"),
        Age("until"),
        "reason",
        "area",
    )
    filters = ("state", "kind", Range("since"))
    search = ("station__name", "station__name_en", "station__code", "reason", "result")
    panels = (
        Facts("station", "datastream", "kind", State("state"), Age("since"), Age("until"), "reason", "begun_by", "marked"),
        Facts(
            Age("ended_at", _("Finished at")),
            Column("ended_by", _("Finished by")),
            Column("result", _("Work done")),
            Unit("standard", unit="@datastream__unit"),
            Unit("found", unit="@datastream__unit"),
            Unit("left", unit="@datastream__unit"),
            Unit("was_off", _("Was off by"), unit="@datastream__unit"),
            Unit("is_off", _("Is off by"), unit="@datastream__unit"),
            "old_serial",
            "new_serial",
            title=_("Work done"),
        ),
        Files(_("Papers")),
        JournalPanel(_("Journal")),
    )
    actions = (finish_work,)
    begins = (begin_work,)
    order = ("-since", "-id")
    empty = _("Nobody has worked on a station yet.")


class ServiceRuleDesk(Desk, record=ServiceRule):
    slug = "service_rules"
    story = _("How many days may pass between two works of a kind; what is overdue stands on the page of the network.")
    icon = "calendar-repeat"
    pack = "upkeep/service.csv"
    columns = ("kind", "station_kind", "days", "source", "confidence")
    filters = ("kind",)
    search = ("source",)
    panels = (Facts("kind", "station_kind", "days", "source", "confidence"), JournalPanel(_("Journal")))
    actions = (set_days,)
    order = ("station_kind", "kind")


class NormDesk(Desk, record=Norm):
    slug = "norms"
    story = _("The numbers by which the network is judged, each with its source.")
    icon = "target"
    pack = "upkeep/norms.csv"
    columns = ("__str__", "code", "value", "unit", "source", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "value", "unit", "source", "confidence"), JournalPanel(_("Journal")))
    actions = (set_norm,)
    order = ("code",)
