"""What dispatch puts on the workbench and the command map: orders to bend over, orders to act upon, the ways of open orders."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from anlan.apps.dispatch import queries
from anlan.apps.dispatch.choices import OrderState
from anlan.kit.board import Layer, Rank, Waiting, add_layer, step, waiting

add_layer(
    Layer(
        id="orders",
        order=31,
        title=_("Orders and their routes"),
        group=_("Who acts?"),
        role="route",
        needs="dispatch.view_order",
        live="dispatch.order",
        page="dispatch:layer",
    )
)

#: What a team's leader does next, by the state of the order.
NEXT = {
    OrderState.ISSUED: ("acknowledge", _("Acknowledge")),
    OrderState.ACKNOWLEDGED: ("set_out", _("Team sets out")),
    OrderState.UNDER_WAY: ("arrive", _("Arrived")),
    OrderState.ARRIVED: ("complete", _("Carried out")),
}


@waiting(needs=queries.STEERS, about="dispatch.order")
def orders_to_watch() -> Iterator[Waiting]:
    """Yield the orders that go wrong: nobody acknowledges, no way, too late, given back."""
    for one in queries.to_watch():
        failed = one.state == OrderState.FAILED
        verb = ("note", _("Noted")) if failed else ("ask_route", _("Reckon the route anew"))
        doing = step(queries.STEERS, one.area, verb[0], str(verb[1]))
        text = one.report if failed else one.trouble or str(_("Not acknowledged"))
        title = f"{one.team} → {one.place}"
        yield Waiting(Rank.DANGER, "order", "send", "", title, text, one.desk_url(), one.acts_by, at_once=failed, **doing)


@waiting(needs=queries.WORKS, about="dispatch.order")
def own_orders() -> Iterator[Waiting]:
    """Yield the open orders of the team that the viewer leads, each with its next step."""
    for one in queries.led():
        verb, label = NEXT[OrderState(one.state)]
        if not one.route_known and one.state != OrderState.ISSUED:
            verb, label = "confirm_route", _("New route received")
        doing = step(queries.WORKS, one.area, verb, str(label))
        yield Waiting(Rank.WORK, "order", "send", "", one.what, one.place, one.desk_url(), one.acts_by, **doing)
