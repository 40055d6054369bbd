"""Desks of dispatch: orders; the way to an order from a task and from an incident."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.apps.dispatch import actions, queries
from anlan.apps.dispatch.models import Order
from anlan.apps.law import api as law
from anlan.apps.response import api as response
from anlan.apps.roads import api as roads
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, Range, Related, State, Unit
from anlan.kit.desk.declaration import add_panel
from anlan.kit.desk.places import Shape
from anlan.kit.scope import current

#: What is wrong with an order's way, if anything.
TROUBLE = Column("trouble", _("Needs attention"), needs=("state", "arrives_at", "due_at", "route_known"))
KM, MINUTES = Unit("km", unit="km", digits=1), Unit("minutes", unit=_("min"), digits=0)


def _route(row: Order) -> dict[str, Any]:
    """Collect what the way rests on: its length by class with the speed assumed, what it goes round, what lies off the roads."""
    route = queries.present(row)
    shown, hidden = roads.named(route.avoided) if route else ([], 0)
    classes = {one.code: str(one) for one, _speed in roads.assumed()} if route else {}
    parts = [(classes.get(code, code), km, route.speeds.get(code)) for code, km in (route.km_by_class if route else {}).items()]
    return {"row": row, "route": route, "closures": shown, "hidden": hidden, "parts": parts, "wide": True}


def _map(row: Order) -> dict[str, Any]:
    return {"url": reverse("dispatch:map", args=[row.pk]), "wide": True}


def _chain(row: Order) -> dict[str, Any]:
    """Follow an order back to the readings where it serves a task, and on to what became of it."""
    links = [response.Link(f"{row.team} → {row.place}", row.given_at, note=row.what)]
    steps = (
        (_now("Acknowledged"), row.acknowledged_at),
        (_now("Team sets out"), row.set_out_at),
        (_now("Arrived"), row.arrived_at),
        (row.get_state_display(), row.finished_at),
    )
    links += [response.Link(str(said), at) for said, at in steps if at]
    task = row.task if row.task and current().may("response.view_task", row.task.area) else None
    stages = response.chain_of_task(task) if task else []
    return {"stages": [*stages, response.Stage(_now("Dispatch order"), "send", tuple(links))], "wide": True}


class OrderDesk(Desk, record=Order):
    slug = "orders"
    icon = "send"
    story = _("Who was sent where, by which way, and how far they are. Times of a route are estimates, over trunk roads only.")
    menu = ("response", 40)
    columns = (
        *("team", "place", "what", State("state"), TROUBLE, Age("due_at"), Age("arrives_at"), MINUTES),
        "area",
    )
    filters = ("state", "team", Range("given_at"))
    search = ("place", "what", "team__name", "team__name_en")
    panels = (
        Panel("dispatch/map.html", _("The way"), _map),
        Panel("dispatch/route.html", _("Route"), _route),
        Facts(
            *("team", "what", "place", Shape("location"), State("state"), TROUBLE, "due_at", "task", "incident"),
            *(Age("given_at"), "given_by", Age("acknowledged_at"), "acknowledged_by", Age("set_out_at"), Age("arrived_at")),
            *(Age("finished_at"), "finished_by", "report", Column("rung", _("Climbed to"), needs=("step",)), "area"),
            title=_("Dispatch order"),
        ),
        Panel("response/chain.html", _("From the reading to this order"), _chain),
        law.DEADLINES,
        Related(
            "routes",
            ("number", "because", "closure", MINUTES, KM, Age("reckoned_at"), Age("superseded_at")),
            _("Routes, the newest first"),
        ),
        JournalPanel(_("Journal")),
    )
    begins = (actions.issue,)
    actions = (
        *(actions.acknowledge, actions.confirm_route, actions.set_out, actions.arrive, actions.complete, actions.ask_route),
        *(actions.fail, actions.recall, actions.note),
    )
    order = ("-given_at", "-id")
    page_template = "dispatch/order.html"
    empty = _("No team has been sent anywhere. Begin with the button above, or on the page of a task or an incident.")

    @classmethod
    def rows(cls) -> Any:
        """Return the orders that the viewer may see; whoever only leads a team, those of that team."""
        return queries.own(super().rows())


def _begin(**known: Any) -> str:
    return f"{reverse('desk:dispatch_orders_begin', args=['issue'])}?{urlencode(known)}"


def _from_task(task: Any) -> dict[str, Any]:
    """Return the way to an order for a task, and those that it has."""
    return _from(task, "task", _begin(task=task.pk, what=str(task)[:200]), task.state in ("issued", "accepted"))


def _from_incident(incident: Any) -> dict[str, Any]:
    """Return the way to an order for an incident, and those that it has."""
    at = getattr(incident, "location", None)
    where = {"location": f"{at.x:.6f}, {at.y:.6f}"} if at else {}
    return _from(incident, "incident", _begin(incident=incident.pk, **where), True)


def _from(about: Any, name: str, url: str, open_still: bool) -> dict[str, Any]:
    may = open_still and bool(current().areas_for(queries.STEERS))
    looks = bool(current().areas_for("dispatch.view_order"))
    orders = list(queries.own(OrderDesk.rows()).filter(**{name: about})[:20]) if looks else []
    return {"absent": not may and not orders, "url": url if may else "", "orders": orders}


add_panel("response.Task", Panel("dispatch/from.html", _("Teams sent"), _from_task))
add_panel("incidents.Incident", Panel("dispatch/from.html", _("Teams sent"), _from_incident))
