"""Actions of dispatch: an order is given, rerouted, called back, climbs; its team acknowledges, sets out, arrives, carries it out or cannot."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from django.contrib.gis.geos import LineString, Point
from django.utils.translation import gettext_lazy as _

from anlan.apps.dispatch import decision_sheets, events, queries, rules
from anlan.apps.dispatch.choices import Because, OrderState, Rung
from anlan.apps.dispatch.models import Order, Route
from anlan.apps.incidents.api import Incident
from anlan.apps.law import api as law
from anlan.apps.response.api import Task
from anlan.apps.roads import api as roads
from anlan.apps.roads.api import Closure
from anlan.apps.teams import api as teams
from anlan.apps.teams.api import Team
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Geometry, Input, Reason, Ref
from anlan.kit.refusals import Refusal

#: The rule and ladder of the acknowledgement.
ACKNOWLEDGE = "dispatch.acknowledge"
SPOT = ("Point",)
of_order = partial(action, needs=queries.WORKS, record="dispatch.Order", offline=True)
steers = partial(action, needs=queries.STEERS, record="dispatch.Order")
Sent = Annotated[Ref[Team], Input(_("Rescue team"), needs=queries.STEERS)]
Told = Annotated[str, Input(_("Report of the team"), example="已转移 12 人 12 people taken out", rows=3)]


@action(
    "dispatch.issue",
    needs=queries.STEERS,
    label=_("Give an order"),
    icon="send",
    story=_("The team is told at once, with the quickest open way. What must be seen first stands beside the form."),
    sheet=decision_sheets.issuing,
)
def issue(
    deed: Deed,
    *,
    team: Sent,
    what: Annotated[str, Input(_("What the team is to do"), example="转移被困群众 Take out people cut off", rows=2)],
    place: Annotated[str, Input(_("Where to"), example="飞来峡镇江口村")],
    location: Annotated[Geometry, Input(_("Destination"), geometry_types=SPOT)],
    due_at: Annotated[datetime, Input(_("To be there by"))],
    task: Annotated[Ref[Task] | None, Input(_("Task"), _("The task that the order serves, if any."))] = None,
    incident: Annotated[Ref[Incident] | None, Input(_("Incident"), _("The incident that the order serves, if any."))] = None,
) -> Order:
    """Send a team somewhere by the quickest open way; an order without any open way is given all the same, and says so."""
    rules.check_due(deed.now, due_at)
    if team.state == teams.Readiness.UNFIT:
        raise Refusal(_("%(team)s is not fit for use.") % {"team": team}, field="team")
    made = deed.create(
        Order,
        area=team.area,
        team=team,
        what=what.strip(),
        place=place.strip(),
        location=location,
        due_at=due_at,
        task=task,
        incident=incident,
        given_at=deed.now,
        given_by=deed.actor,
        given_post=deed.scope.post,
    )
    _reckon(deed, made, Because.GIVEN)
    deed.emit(events.OrderIssued(order=made.pk, area=made.area))
    return made


@steers(
    "dispatch.recall",
    label=_("Call the team back"),
    moves=Order.life.recall,
    icon="arrow-back-up",
    danger=True,
    sheet=decision_sheets.recalling,
)
def recall(deed: Deed, *, order: Ref[Order], reason: Reason) -> None:
    """Call a team back that has not arrived."""
    if not reason.strip():
        raise Refusal(_("Say why, so that the team understands."), field="reason")
    _moved(deed, order)


@steers("dispatch.note", label=_("Noted"), moves=Order.life.note, icon="eye-check", when=lambda order: order.noted_at is None)
def note(deed: Deed, *, order: Ref[Order]) -> None:
    """Note that a team could not; it waits on nobody's desk any more."""


@steers("dispatch.ask_route", label=_("Reckon the route anew"), moves=Order.life.reroute, icon="route")
def ask_route(deed: Deed, *, order: Ref[Order]) -> None:
    """Reckon the way anew under what is closed now, such as after a road was reopened."""
    _replace(deed, order, Because.ASKED)


@action("dispatch.reroute", needs="dispatch.reroute_order", label=_("Other route"), record="dispatch.Order")
def reroute(deed: Deed, *, order: int, because: str, closure: int | None = None) -> Order:
    """Give an order whose team has not arrived another route because a road was closed or reopened; the old one is kept as superseded."""
    held = deed.lock(Order, order)
    if held.on_the_way:
        _replace(deed, held, Because(because), Closure.objects.filter(pk=closure).first() if closure else None)
    return held


@of_order("dispatch.acknowledge", label=_("Acknowledge"), moves=Order.life.acknowledge, icon="check")
def acknowledge(deed: Deed, *, order: Ref[Order]) -> None:
    """Say that the team has the order and goes."""
    _checked(deed, order)
    order.route_known, order.climbs_at, order.step = True, None, 0
    _moved(deed, order)


@of_order(
    "dispatch.confirm_route",
    label=_("New route received"),
    moves=Order.life.reroute,
    icon="route",
    when=lambda order: not order.route_known and order.state != OrderState.ISSUED,
)
def confirm_route(deed: Deed, *, order: Ref[Order]) -> None:
    """Say that the team has the route that holds now."""
    _checked(deed, order)
    order.route_known = True


@of_order("dispatch.set_out", label=_("Team sets out"), moves=Order.life.set_out, icon="truck")
def set_out(deed: Deed, *, order: Ref[Order]) -> None:
    """Say that the team has left; the arrival is reckoned from now."""
    _checked(deed, order)
    team = order.team
    if team.sendable:
        teams.send_out(team=team)
    order.arrives_at = deed.now + timedelta(minutes=order.minutes) if order.minutes is not None else None
    _moved(deed, order)


@of_order("dispatch.arrive", label=_("Arrived"), moves=Order.life.arrive, icon="map-pin-check")
def arrive(deed: Deed, *, order: Ref[Order]) -> None:
    """Say that the team is there."""
    _checked(deed, order)
    _moved(deed, order)


@of_order("dispatch.complete", label=_("Carried out"), moves=Order.life.complete, icon="circle-check")
def complete(deed: Deed, *, order: Ref[Order], report: Told) -> None:
    """Say what was done; the team stays sent out until it says that it is ready again."""
    _checked(deed, order)
    rules.check_report(report)
    order.report = report
    _moved(deed, order)


@action(
    "dispatch.fail",
    needs=queries.WORKS,
    label=_("Cannot be carried out"),
    record="dispatch.Order",
    moves=Order.life.fail,
    icon="alert-octagon",
    danger=True,
)
def fail(deed: Deed, *, order: Ref[Order], report: Told) -> None:
    """Give an order back with the reason; whoever gave it is told at once."""
    _checked(deed, order)
    rules.check_report(report)
    order.report, order.climbs_at = report, None
    _moved(deed, order)


@action("dispatch.climb", needs="dispatch.climb_order", label=_("Climb"))
def climb(deed: Deed, *, order: int) -> Order:
    """Take an order that nobody acknowledged as far up its ladder as its term says."""
    held = deed.lock(Order, order)
    if held.state != OrderState.ISSUED:
        return held
    due = law.due_of(Order._meta.label_lower, held.pk, ACKNOWLEDGE, held.climbs_at or deed.now)
    if due is None:  # paused
        return held
    ladder = law.ladder(ACKNOWLEDGE, due)
    step = 0 if due > deed.now else ladder.reached(due, deed.now)
    ahead = [rung.at for rung in ladder.rungs(due) if rung.number > step]
    held.climbs_at = ahead[0] if ahead else None
    if step > held.step:
        held.step = step
        deed.emit(events.OrderClimbed(order=held.pk, step=min(step, Rung.CITY), area=held.area))
    return held


def _checked(deed: Deed, order: Order) -> None:
    """Refuse whoever speaks for a team that is not theirs."""
    steering = deed.scope.system or deed.scope.may(queries.STEERS, order.area)
    rules.check_doer(deed.scope.post, order.team.leader.code if order.team.leader else "", steering)


def _moved(deed: Deed, order: Order) -> None:
    deed.emit(events.OrderMoved(order=order.pk, state=order.state, area=order.area))


def _replace(deed: Deed, order: Order, because: Because, closure: Closure | None = None) -> None:
    """Supersede the route that holds by one reckoned now, and tell if it is another way."""
    before = queries.present(order)
    made = _reckon(deed, order, because, closure)
    if before is not None and made.pieces == before.pieces and (made.course is None) == (before.course is None):
        order.route_known = order.route_known if order.state != OrderState.ISSUED else True
        return
    order.route_known = False
    late = order.arrives_at is None or order.arrives_at > order.due_at
    found = made.course is not None
    deed.emit(events.OrderRerouted(order=order.pk, number=made.number, found=found, late=late, area=order.area))


def _reckon(deed: Deed, order: Order, because: Because, closure: Closure | None = None) -> Route:
    """Reckon the way that holds from now on, keep it with what it was reckoned from, and note the arrival on the order."""
    start, estimated = queries.start_of(order, deed.now)
    before = queries.present(order)
    if before is not None:
        deed.lock(Route, before).superseded_at = deed.now
    way = roads.way(start, queries.spot(order.location))
    order.route_number += 1
    order.km, order.minutes = (way.km, way.minutes) if way else (None, None)
    order.arrives_at = deed.now + timedelta(minutes=way.minutes) if way else None
    values = (
        {}
        if way is None
        else {
            "course": LineString(way.course, srid=4326),
            "pieces": list(way.pieces),
            "avoided": list(way.avoided),
            **{name: getattr(way, name) for name in decision_sheets.TOLD},
        }
    )
    return deed.create(
        Route,
        area=order.area,
        order=order,
        number=order.route_number,
        because=because,
        closure=closure,
        start=Point(*start, srid=4326),
        start_estimated=estimated,
        speeds=queries.assumed(),
        reckoned_at=deed.now,
        **values,
    )
