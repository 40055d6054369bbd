"""Desk of geofences: the fences, and who breaks each now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.geofences import actions, queries
from anlan.apps.geofences.models import Fence
from anlan.kit.desk import Desk, Facts, JournalPanel, Panel, Unit
from anlan.kit.desk.places import Shape


def _breaking(row: Fence) -> dict[str, Any]:
    return {"rows": queries.breaking(row), "row": row}


class FenceDesk(Desk, record=Fence):
    slug = "fences"
    story = _(
        "Areas that vehicles and vessels may not enter, must not leave, or must drive slowly in. Whoever breaks one raises an alarm "
        "of its station, from the next place that it tells."
    )
    menu = ("monitoring", 49)
    icon = "fence"
    columns = (
        "code",
        "__str__",
        "kind",
        "concerns",
        Unit("limit_kmh", unit="km/h", digits=0),
        "since",
        "until",
        "active",
        "area",
    )
    filters = ("kind", "active")
    search = ("code", "name", "name_en")
    form = ("code", "name", "name_en", "kind", "concerns", "limit_kmh", "since", "until", "active", "source", "outline")
    panels = (
        Facts(
            "code",
            "kind",
            "concerns",
            Unit("limit_kmh", unit="km/h", digits=0),
            "since",
            "until",
            "active",
            Shape("outline"),
            "area",
            "source",
        ),
        Panel("geofences/breaking.html", _("Who breaks it now"), _breaking),
        JournalPanel(_("Journal")),
    )
    outline = "outline"
    order = ("code",)
    empty = _("Draw the first fence.")


FenceDesk.create = FenceDesk._verb("create", "add", _("New"), "plus", actions.create)
FenceDesk.create_rows = FenceDesk._verb("import", "add", _("Import"), "upload", actions.create_rows)
FenceDesk.change = FenceDesk._verb("change", "change", _("Edit"), "pencil", actions.change, Fence._meta.label)
