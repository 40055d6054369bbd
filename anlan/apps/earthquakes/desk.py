"""The desks of earthquakes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.earthquakes import actions, queries
from anlan.apps.earthquakes.models import AttenuationSet, Earthquake
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, Related, State, Unit
from anlan.kit.desk.places import Shape


def _map(row: Earthquake) -> dict[str, Any]:
    return {"url": reverse("earthquakes:map", args=[row.pk]), "row": row, "wide": True}


def _measured(row: Earthquake) -> dict[str, Any]:
    return {"rows": queries.measured(row), "minutes": queries.MEASURED_FOR // timedelta(minutes=1), "wide": True}


class EarthquakeDesk(Desk, record=Earthquake):
    story = _("Shocks as agencies report them: how strongly each town feels them, and who lives there.")
    menu = ("monitoring", 40)
    icon = "activity"
    columns = (
        Column("__str__", _("Shock")),
        Age("at"),
        State("state"),
        Column("degree", _("Strongest in the city")),
        "shaken",
        "agency",
    )
    filters = ("state", Range("at"), "reviewed")
    search = ("place", "code", "agency")
    panels = (
        Panel("earthquakes/map.html", _("Rings of intensity"), _map),
        Facts(
            "magnitude",
            "depth_km",
            Shape("location"),
            Age("at"),
            "epicentral",
            Column("degree", _("Strongest in the city")),
            "shaken",
            State("state"),
            Age("answered_at"),
            "answered_by",
            "agency",
            "code",
            "reviewed",
            "reports",
            "attenuation",
        ),
        Panel("earthquakes/measured.html", _("Measured by instruments"), _measured),
        Related(
            "towns",
            (
                Column("area", _("Town")),
                Column("degree", _("Intensity")),
                Unit("km", unit="km", digits=1),
                "residents",
                "villages",
            ),
            _("Towns, the strongest shaken first (estimate)"),
            limit=40,
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.report,)
    actions = (actions.answer, actions.withdraw)
    order = ("-at", "-id")
    page_template = "earthquakes/earthquake.html"
    empty = _("No shock is reported. A report is taken in here, by the API, or by anlan quake --feed.")


class AttenuationSetDesk(Desk, record=AttenuationSet):
    slug = "attenuation"
    story = _("How shaking falls with distance: the sets that may be reckoned with, and the one that is.")
    menu = ("monitoring", 90)
    icon = "chart-arrows"
    columns = (Column("__str__", _("Name")), "preferred", "sigma", "strike", "confidence")
    search = ("code", "name", "name_en")
    panels = (
        Facts("code", "name", "name_en", "preferred", "sigma", "strike", "source", "confidence"),
        JournalPanel(_("Journal")),
    )
    order = ("code",)
