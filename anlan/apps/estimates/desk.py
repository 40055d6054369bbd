"""The desks of estimates and of the reference data of their models; the way to an estimate from an alarm."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.estimates import actions, queries
from anlan.apps.estimates.kinds import of_alarm
from anlan.apps.estimates.models import Doubt, Estimate, Fuel, Substance
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, State, Unit
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.places import Shape
from anlan.kit.scope import current

ADD = "estimates.add_estimate"


def _map(row: Estimate) -> dict[str, Any]:
    return {"url": reverse("estimates:map", args=[row.pk]), "wide": True}


def _found(row: Estimate) -> dict[str, Any]:
    may_warn = current().may("warning.draft_warning", row.area)
    return {"row": row, "steps": queries.steps_of(row), "limits": queries.limits_of(row), "may_warn": may_warn, "wide": True}


def _given(row: Estimate) -> dict[str, Any]:
    return {"facts": queries.given_of(row), "alarm": queries.alarm_of(row)}


class EstimateDesk(Desk, record=Estimate):
    slug = "estimates"
    story = _(
        "Where a forest fire may spread to, how far a leaked gas may drift: reckoned, with its range, and never an observation."
    )
    menu = ("monitoring", 44)
    icon = "chart-arrows-vertical"
    columns = (
        Column("__str__", _("Estimate")),
        State("state"),
        "people_likely",
        "people_most",
        Unit("furthest_km", unit="km", digits=1),
        Age("made_at"),
        "made_by",
        "area",
    )
    filters = ("kind", "state", Range("made_at"))
    search = ("place", "remark", "made_by")
    panels = (
        Panel("estimates/map.html", _("Outlines"), _map),
        Panel("estimates/found.html", _("What is reached (estimate)"), _found),
        Panel("estimates/given.html", _("Reckoned from"), _given),
        Facts(
            *("kind", State("state"), "place", Shape("location"), "began_at", "remark", Age("made_at"), "made_by", "area"),
            *("withdrawn_at", "withdrawn_by"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.spread, actions.drift)
    actions = (actions.withdraw,)
    order = ("-made_at", "-id")
    page_template = "estimates/estimate.html"
    empty = _("Nothing is estimated. Begin with a fire or a leak: the button stands above, and on the page of its alarm.")


class FuelDesk(Desk, record=Fuel):
    story = _("What burns in a forest, and by how much faster or slower than the model's pine.")
    menu = ("monitoring", 94)
    icon = "trees"
    columns = ("code", "__str__", "factor", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "name", "name_en", "factor", "source", "confidence"),)
    pack = "estimates/fuels.csv"
    order = ("factor", "code")


class SubstanceDesk(Desk, record=Substance):
    story = _("Toxic gases, and from which concentrations they kill or harm whoever breathes them for an hour.")
    menu = ("monitoring", 95)
    icon = "flask"
    columns = ("code", "__str__", "cas", "lethal", "harmful", "idlh", "heavy", "confidence")
    filters = ("heavy",)
    search = ("code", "name", "name_en", "cas")
    panels = (Facts("code", "name", "name_en", "cas", "lethal", "harmful", "idlh", "heavy", "source", "confidence"),)
    pack = "estimates/substances.csv"
    order = ("code",)


class DoubtDesk(Desk, record=Doubt):
    slug = "doubts"
    story = _("How far off the wind, the slope, the leak and the models themselves may be: what makes an estimate a range.")
    menu = ("monitoring", 96)
    icon = "arrows-horizontal"
    columns = ("code", "__str__", "low", "high", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "name", "name_en", "low", "high", "source", "confidence"),)
    pack = "estimates/doubts.csv"
    order = ("code",)


def _from_alarm(alarm: Any) -> dict[str, Any]:
    """Return the way to an estimate of what an alarm may become, where its hazard has a model and the viewer may reckon."""
    model = of_alarm(alarm.hazard)
    if model is None or not current().may(ADD, alarm.area):
        return {"absent": True}
    where = {"location": f"{at.x:.6f}, {at.y:.6f}"} if (at := alarm.station.location) else {}
    url = reverse("desk:estimates_estimates_begin", args=[model.verb])
    return {"url": f"{url}?{urlencode({'alarm': alarm.pk, 'place': str(alarm.station), **where})}", "name": model.name}


add_panel("alarms.Alarm", Panel("estimates/from_alarm.html", _("Estimate"), _from_alarm))
