"""Desks of rivers: the reaches with what was fitted, and what would have been foretold in a flood of the past."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.rivers.actions import set_in_use
from anlan.apps.rivers.models import Hindcast, Reach
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Unit


class ReachDesk(Desk, record=Reach):
    slug = "reaches"
    story = _("Reaches between gauges: the travel time and the line fitted between their stages, on what, and how sure it is.")
    icon = "arrow-narrow-right"
    pack = "hydro/reaches.csv"
    columns = (
        "up",
        "down",
        Unit("hours", unit="h", digits=1),
        Unit("slope", digits=3),
        Unit("intercept", unit="m", digits=2),
        Unit("error", unit="m", digits=2),
        "pairs",
        "in_use",
        "confidence",
    )
    filters = ("in_use",)
    search = ("up__name", "up__name_en", "down__name", "down__name_en")
    panels = (
        Facts(
            "up",
            "down",
            "quantity",
            Unit("hours", unit="h", digits=1),
            Unit("slope", digits=4),
            Unit("intercept", unit="m", digits=3),
            Unit("error", unit="m", digits=2),
            "pairs",
            Unit("left_out", unit="m", digits=2),
            Unit("valid_from", unit="m"),
            Unit("valid_to", unit="m"),
            "in_use",
            Column("told", _("Note"), needs=("note", "note_en")),
            "source",
            "confidence",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (set_in_use,)
    order = ("id",)
    empty = _("Load a city pack: it says which gauges lie along which river.")


class HindcastDesk(Desk, record=Hindcast):
    slug = "hindcasts"
    story = _("What would have been foretold in a flood of the past, from what was known then, beside what was observed.")
    icon = "history"
    pack = "hydro/hindcasts.csv"
    columns = (
        "station",
        Age("issued_at"),
        Age("at"),
        Column("lead", _("Lead")),
        Unit("foretold", unit="m"),
        Unit("observed", unit="m"),
        Column("off", _("Error")),
        "event",
    )
    filters = ("event",)
    search = ("station__name", "station__name_en")
    panels = (
        Facts(
            "event",
            "station",
            "issued_at",
            "at",
            Unit("foretold", unit="m"),
            Unit("deviation", unit="m"),
            Unit("observed", unit="m"),
            Column("off", _("Error")),
            "source",
        ),
        JournalPanel(_("Journal")),
    )
    order = ("event", "station_id", "issued_at", "at")
