"""Desks of lookouts: towers and cameras, and the forests to be watched."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.lookouts.actions import put_back, take_out
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.kit.desk import Age, Desk, Facts, JournalPanel, State, Unit
from anlan.kit.desk.places import Shape


class LookoutDesk(Desk, record=Lookout):
    slug = "posts"
    story = _(
        "Towers and cameras that look out for smoke: how high, how far, between which bearings, and whether they watch now."
    )
    menu = ("monitoring", 46)
    icon = "eye"
    columns = (
        "code",
        "__str__",
        State("state"),
        "kind",
        Unit("height_m", unit="m", digits=0),
        Unit("reach_km", unit="km", digits=0),
        "area",
    )
    filters = ("state", "kind")
    search = ("code", "name", "name_en")
    form = (*("code", "name", "name_en", "kind", "height_m", "reach_km", "bearing_from", "bearing_to", "source", "location"),)
    panels = (
        Facts(
            "code",
            "kind",
            State("state"),
            Age("changed_state_at"),
            "height_m",
            "reach_km",
            "bearing_from",
            "bearing_to",
            Shape("location"),
            "area",
            "source",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (take_out, put_back)
    point, layer = "location", (_("What is there?"), 40)
    tile = {"state": "state"}
    order = ("code",)
    empty = _("Load a city pack, or add the first lookout.")


class KeyForestDesk(Desk, record=KeyForest):
    slug = "forests"
    story = _("Forests that are to be watched; how much of them lookouts see stands on the page of coverage.")
    menu = ("monitoring", 47)
    icon = "trees"
    columns = ("code", "__str__", "area", "source")
    search = ("code", "name", "name_en")
    form = ("code", "name", "name_en", "source", "outline")
    panels = (Facts("code", Shape("outline"), "area", "source"), JournalPanel(_("Journal")))
    outline = "outline"
    order = ("code",)
    empty = _("Load a city pack, or draw the first forest.")
