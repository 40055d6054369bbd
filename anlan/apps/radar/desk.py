"""The desk of grids of rain."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.radar import actions, queries
from anlan.apps.radar.models import RainGrid
from anlan.apps.telemetry import api as telemetry
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, State, Unit

#: With less of its ground known to the grid a mean is marked.
FEW = 0.5


def _over(grid: RainGrid) -> dict[str, Any]:
    counties, towns = queries.by_area(grid)
    drawn = telemetry.rain_map({row.code: (row.mean, row.known < FEW) for row in towns})
    return {
        "wide": True,
        "map": drawn,
        "shades": telemetry.RAIN_SHADES,
        "counties": counties,
        "towns": towns,
        "catchments": queries.by_catchment(grid),
        "gauges": any(r.gauges is not None for r in towns),
    }


class RainGridDesk(Desk, record=RainGrid):
    slug = "grids"
    icon = "radar"
    story = _("Rain as radar, satellites or analyses saw it, over counties and towns, beside what gauges say.")
    menu = ("monitoring", 24)
    empty = _("Take in the first file of a radar, a satellite or an analysis, or have it sent by the API.")
    columns = (
        Column("__str__", _("Rain grid")),
        State("state"),
        "origin",
        "source",
        Unit("mean", unit="mm", digits=1),
        Unit("highest", unit="mm", digits=1),
        Age("ended_at"),
    )
    filters = ("origin", "state", Range("ended_at"))
    search = ("source", "file")
    panels = (
        Panel("radar/over.html", _("Over counties and towns"), _over),
        Facts(
            *("origin", "source", "began_at", "ended_at", State("state"), "file", "cells", Unit("cell_km", unit="km", digits=1)),
            *(Unit("mean", unit="mm", digits=1), Unit("highest", unit="mm", digits=1), "withdrawn_at", "withdrawn_by"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.take_in,)
    actions = (actions.withdraw,)
