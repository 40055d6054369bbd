"""The desks of typhoons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.typhoons import actions, queries
from anlan.apps.typhoons.models import Advisory, Agency, Cyclone
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Linked, Panel, Range, Related, State, Unit
from anlan.kit.desk.places import Shape


def _map(row: Cyclone) -> dict[str, Any]:
    return {"url": reverse("typhoons:map", args=[row.pk]), "row": row, "wide": True}


def _agencies(row: Cyclone) -> dict[str, Any]:
    return {"words": queries.side_by_side(row), "row": row, "wide": True}


class CycloneDesk(Desk, record=Cyclone):
    slug = "storms"
    story = _("Storms as the agencies tell them: when their winds come to each town, how strong, and who lives there.")
    menu = ("monitoring", 42)
    icon = "storm"
    columns = (
        Column("__str__", _("Typhoon")),
        State("state"),
        Age("seen_at"),
        Column("force", _("Strongest wind class of a town")),
        Unit("strongest", unit="m/s", digits=1),
        Age("first_gale_at"),
        Unit("nearest_km", unit="km", digits=0),
        "blown_on",
    )
    filters = ("state", Range("seen_at"))
    search = ("number", "name", "name_zh")
    panels = (
        Panel("typhoons/map.html", _("Track, winds and forecasts"), _map),
        Panel("typhoons/agencies.html", _("Agencies side by side"), _agencies),
        Facts(
            "number",
            "name_zh",
            "name",
            State("state"),
            Age("seen_at"),
            "leading",
            Unit("strongest", unit="m/s", digits=1),
            Column("force", _("Strongest wind class of a town")),
            "first_gale_at",
            Unit("nearest_km", unit="km", digits=0),
            "nearest_at",
            "blown_on",
            "over_at",
            "over_by",
        ),
        Related(
            "towns",
            (
                Column("area", _("Town")),
                "force",
                Unit("wind", unit="m/s", digits=1),
                "strong_at",
                "gale_at",
                "storm_at",
                Unit("nearest_km", unit="km", digits=0),
                "residents",
            ),
            _("Towns, the strongest wind first (estimate)"),
            limit=40,
        ),
        Related(
            "advisories",
            (Linked("at"), "agency", Column("called", _("Grade")), Unit("wind", unit="m/s", digits=0), "pressure"),
            _("Advisories"),
            limit=40,
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.advise, actions.take_bulletins)
    actions = (actions.finish,)
    order = ("-seen_at", "-id")
    page_template = "typhoons/storm.html"
    empty = _("No storm is known. Advisories are taken in here, by the API, or by anlan typhoon FILE.")


class AdvisoryDesk(Desk, record=Advisory):
    slug = "advisories"
    story = _("What each agency said, bulletin by bulletin, as it came.")
    menu = ("monitoring", 92)
    icon = "broadcast"
    columns = (
        Column("cyclone", _("Typhoon")),
        Age("at"),
        "agency",
        Column("called", _("Grade")),
        Unit("wind", unit="m/s", digits=0),
        "pressure",
    )
    filters = ("agency", Range("at"))
    search = ("cyclone__number", "cyclone__name", "cyclone__name_zh")
    panels = (
        Facts(
            "cyclone",
            "agency",
            Age("at"),
            Shape("location"),
            Column("called", _("Grade")),
            Unit("wind", unit="m/s", digits=0),
            "pressure",
            "correction",
            "text",
        ),
        Panel("typhoons/positions.html", _("Positions"), lambda row: {"row": row, "fixes": queries.positions_of(row)}),
        JournalPanel(_("Journal")),
    )
    order = ("-at", "-id")


class AgencyDesk(Desk, record=Agency):
    slug = "agencies"
    story = _("Who sends advisories, over how many minutes its winds are means, and whose word counts first here.")
    menu = ("monitoring", 93)
    icon = "building-broadcast-tower"
    columns = ("code", Column("__str__", _("Name")), "wind_minutes", "rank", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "name", "name_en", "wind_minutes", "rank", "source", "confidence"), JournalPanel(_("Journal")))
    order = ("rank", "code")
