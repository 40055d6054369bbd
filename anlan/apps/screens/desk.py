"""Desks of screens: the screens, and what each showed of which warning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.screens import actions, queries
from anlan.apps.screens.models import Screen, Showing
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Linked, Panel, Range, Related, State
from anlan.kit.scope import current


def _address(row: Screen) -> dict[str, Any]:
    own = queries.address_of(row)
    may = current().may(actions.CHANGES, row.area)
    key = f"?key={queries.key_of(row)}" if may else ""
    return {"screen": row, "own": own, "key": key, "may": may, "now": queries.shown_on(row)["warnings"]}


class ScreenDesk(Desk, record=Screen):
    slug = "screens"
    icon = "device-tv"
    story = _("Public screens, LED panels and broadcasters' crawls: where they stand, what they show, and which are silent.")
    menu = ("warning", 60)
    columns = (
        "code",
        "__str__",
        State("state"),
        "kind",
        "language",
        Age("contact__at", _("Last heard of")),
        "area",
    )
    filters = ("state", "kind", "language")
    search = ("code", "name", "name_en", "address")
    form = ("code", "name", "name_en", "kind", "language", "width", "height", "silent_after", "address", "location")
    panels = (
        Panel("screens/address.html", _("What it shows now"), _address),
        Facts(),
        Related(
            "showings",
            (Linked("warning"), State("state"), Age("ordered_at"), Age("shown_at"), Age("ended_at")),
            _("Shown here"),
            20,
        ),
    )
    actions = (actions.withdraw, actions.restore, actions.renew_key)
    point, layer, pack = "location", (_("Who is warned?"), 40), "screens/screens.csv"
    order = ("code",)
    empty = _("Add a screen with its place, then open its address in the browser that stands behind it.")


class ShowingDesk(Desk, record=Showing):
    slug = "showings"
    icon = "device-tv"
    story = _("Which warning each screen was to show, when it said that it shows it, and when that was over.")
    columns = (
        "screen",
        Column("warning", _("Warning")),
        State("state"),
        Age("ordered_at"),
        Age("shown_at"),
        Age("ended_at"),
        "area",
    )
    filters = ("state", "warning", Range("ordered_at"))
    search = ("identifier", "screen__name", "screen__code")
    panels = (
        Facts(Linked("screen"), Linked("warning"), State("state"), Age("ordered_at"), Age("shown_at"), Age("ended_at")),
        JournalPanel(_("Journal")),
    )
    order = ("-ordered_at", "-id")
