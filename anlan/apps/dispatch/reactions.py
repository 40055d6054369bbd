"""What dispatch does when roads close or reopen, when an order is given, rerouted, goes on, or is not acknowledged."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.dispatch import actions, queries
from anlan.apps.dispatch.choices import Because, OrderState, Rung
from anlan.apps.dispatch.events import OrderClimbed, OrderIssued, OrderMoved, OrderRerouted
from anlan.apps.dispatch.models import Order
from anlan.apps.law.events import TermBreached
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.roads.api import Closure
from anlan.apps.roads.events import ClosureChanged, RoadClosed, RoadReopened
from anlan.apps.teams import api as teams
from anlan.kit.events import on

#: What whoever gave an order is told of.
TELLS = {
    OrderState.FAILED: _("Order cannot be carried out: %(team)s, %(place)s"),
    OrderState.ARRIVED: _("Arrived: %(team)s, %(place)s"),
    OrderState.DONE: _("Carried out: %(team)s, %(place)s"),
}


@on(RoadClosed)
@on(ClosureChanged)
def lead_round(event: RoadClosed | ClosureChanged) -> None:
    """Give every order whose team is on the way over a closed road another route."""
    closure = Closure.objects.get(pk=event.closure)
    for order in queries.over(closure.pieces):
        actions.reroute(order=order, because=Because.CLOSED, closure=closure.pk)


@on(RoadReopened)
def try_again(event: RoadReopened) -> None:
    """Look for a way again for orders that had none."""
    for order in queries.without_route():
        actions.reroute(order=order, because=Because.REOPENED, closure=event.closure)


@on(TermBreached)
def climb(event: TermBreached) -> None:
    """Take an order up its ladder as soon as the time to acknowledge has run out."""
    if event.rule == actions.ACKNOWLEDGE:
        actions.climb(order=int(event.record_id))


@on(OrderIssued)
def tell_team(event: OrderIssued) -> None:
    """Send a team its order with the way."""
    order = _order(event.order)
    subject = messages.in_both(_("Order: %(what)s"), what=order.what)
    _tell(order, "order", subject, [*_where(order), *_way(order)], teams.recipients(order.team))


@on(OrderRerouted)
def tell_new_way(event: OrderRerouted) -> None:
    """Send a team its new way; whoever gave the order is told where there is none, or where it comes too late."""
    order = _order(event.order)
    told = _("New route: %(place)s") if event.found else _("No open road any more: %(place)s")
    subject = messages.in_both(told, place=order.place)
    to = teams.recipients(order.team) + (_givers(order) if event.late else [])
    _tell(order, "order", subject, [*_where(order), *_way(order)], to)


@on(OrderMoved)
def tell_giver(event: OrderMoved) -> None:
    """Tell whoever gave an order that its team arrived, has done it or cannot; tell a team that is called back."""
    order = _order(event.order)
    names = {"team": (order.team.name, order.team.name_en or order.team.name), "place": order.place}
    if event.state == OrderState.RECALLED:
        subject = messages.in_both(_("Called back: %(place)s"), place=order.place)
        _tell(order, "order", subject, [messages.in_both(_("The order no longer stands."))], teams.recipients(order.team))
    elif event.state in TELLS:
        subject = messages.in_both(TELLS[OrderState(event.state)], **names)
        _tell(order, "order", subject, [(order.report or order.what, order.report or order.what)], _givers(order))


@on(OrderClimbed)
def tell_next_rung(event: OrderClimbed) -> None:
    """Remind the team, then tell who gave the order and the county's bureau, then the city's; never fewer than before."""
    order = _order(event.order)
    subject = messages.in_both(_("Not acknowledged: %(what)s"), what=order.what)
    to = teams.recipients(order.team)
    if event.step >= Rung.GIVER:
        to += [*_givers(order), *_bureau(order.area[:6])]
    if event.step >= Rung.CITY:
        to += _bureau(order.area[:4])
    _tell(order, "escalation", subject, _where(order), to)


def _order(pk: int) -> Order:
    return Order.objects.select_related("team__leader", "team__organisation").get(pk=pk)


def _givers(order: Order) -> list[str]:
    """Return who gave an order, or the bureau of the place where that post has no address."""
    own = [order.given_post] if order.given_post and people.contacts_of(order.given_post) else []
    return own or _bureau(order.area[:4])


def _bureau(area: str) -> list[str]:
    return [unit.code for unit in people.organisations_at([area], ["bureau"])]


def _where(order: Order) -> list[tuple[str, str]]:
    lon, lat = order.location.x, order.location.y
    due = f"{timezone.localtime(order.due_at):%m-%d %H:%M}"
    words = _("%(place)s (%(lon).5f, %(lat).5f), to be there by %(due)s.")
    return [messages.in_both(words, place=order.place, lon=lon, lat=lat, due=due)]


def _way(order: Order) -> list[tuple[str, str]]:
    route = queries.present(order)
    if route is None or route.course is None:
        return [messages.in_both(_("No open road leads there as far as the program knows. Ask who gave the order."))]
    words = [
        messages.in_both(
            _("Route %(number)d: %(km)s km, about %(minutes)d min; closures avoided: %(avoided)d."),
            number=route.number,
            km=route.km,
            minutes=route.minutes,
            avoided=len(route.avoided),
        )
    ]
    if route.last_km:
        words.append(messages.in_both(_("The last %(km)s km lie off the known roads."), km=route.last_km))
    return words


def _tell(order: Order, kind: str, subject: tuple[str, str], body: list[tuple[str, str]], to: list[str]) -> None:
    messages.tell(kind, f"order:{order.pk}", order.area, subject, body, to)
