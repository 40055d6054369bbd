"""Desks of roads: closures, classes with their speeds, pieces of road."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.roads import actions
from anlan.apps.roads.models import Closure, RoadClass, RoadPiece
from anlan.kit.desk import Age, Column, Desk, Facts, Range, State, Unit
from anlan.kit.desk.places import Shape


class ClosureDesk(Desk, record=Closure):
    slug = "closures"
    icon = "barrier-block"
    story = _(
        "Where roads are closed, since when, why and on whose word. No route goes over them. The program knows trunk roads only, "
        "at a scale of 1:10 million, until the city has loaded its own."
    )
    menu = ("response", 44)
    columns = (
        "place",
        State("state"),
        "cause",
        Age("since"),
        Age("until"),
        "informant",
        Column("count", _("Pieces closed")),
        "area",
    )
    filters = ("state", "cause", Range("since"))
    search = ("place", "informant", "remark")
    panels = (
        Facts(
            *(State("state"), "place", "cause", Shape("shape"), "reach_m", Column("count", _("Pieces closed")), Age("since")),
            *("until", "informant", "remark", "lifted_at", "lifted_by", "area"),
        ),
    )
    begins = (actions.close_road,)
    actions = (actions.lift, actions.change)
    order = ("-since", "-id")
    empty = _("No road is known to be closed. That does not say that all are open.")


class RoadClassDesk(Desk, record=RoadClass):
    slug = "classes"
    icon = "gauge"
    story = _("How fast a rescue vehicle is assumed to drive on each class of roads: what every time of a route rests on.")
    menu = ("response", 80)
    columns = ("code", "__str__", Unit("speed_kmh", unit="km/h", digits=0), "source", "confidence")
    search = ("code", "name", "name_en")
    panels = (Facts("code", "name", "name_en", Unit("speed_kmh", unit="km/h", digits=0), "source", "confidence"),)
    pack = "roads/classes.csv"
    order = ("-speed_kmh", "code")


class RoadPieceDesk(Desk, record=RoadPiece):
    slug = "pieces"
    icon = "road"
    story = _(
        "The roads over which routes are reckoned. From Natural Earth, 1:10 million: trunk roads only, and where two cross they meet. "
        "What a program drew to close a gap is no real road."
    )
    menu = ("response", 81)
    columns = ("code", "road_class", "derived")
    filters = ("road_class", "derived")
    search = ("code",)
    panels = (Facts("code", "road_class", "derived", Shape("course")),)
    order = ("code",)
