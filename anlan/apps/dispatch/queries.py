"""Readers of dispatch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import F, Q

from anlan.apps.dispatch import rules
from anlan.apps.dispatch.choices import ON_THE_WAY, OPEN, OrderState
from anlan.apps.dispatch.models import Order, Route
from anlan.apps.roads import api as roads
from anlan.apps.teams import api as teams
from anlan.kit import clock
from anlan.kit.records import may_anywhere, readable
from anlan.kit.scope import current
from anlan.lib.road_graph import Spot

#: Whoever may do this sees all orders of the jurisdiction; whoever only works on them, those of the own team.
STEERS = "dispatch.issue_order"
WORKS = "dispatch.work_order"


def own(rows: Any) -> Any:
    """Narrow orders to those of the viewer's own team, where the viewer is nothing but a team's leader."""
    scope = current()
    leads_only = not scope.system and may_anywhere(scope, WORKS) and not may_anywhere(scope, STEERS)
    return rows.filter(team__leader__code=scope.post) if leads_only else rows


def spot(point: Point) -> Spot:
    """Return a point as degrees (longitude, latitude)."""
    return point.x, point.y


def present(order: Order) -> Route | None:
    """Return the route of an order that holds."""
    found: Route | None = order.routes.filter(superseded_at=None).first()
    return found


def start_of(order: Order, now: datetime) -> tuple[Spot, bool]:
    """Return from where a team drives on: its station, or on the way where it should be by now, which is an estimate."""
    last = present(order)
    if order.state != OrderState.UNDER_WAY or last is None:
        return spot(order.team.location), False
    if last.course is None:
        return spot(last.start), last.start_estimated
    since = max(one for one in (order.set_out_at, last.reckoned_at) if one is not None)
    course = [(x, y) for x, y, *_z in last.course.coords]
    return rules.part_way(course, rules.share(last.minutes, since, now)), True


def over(pieces: Iterable[str]) -> list[int]:
    """Return the orders whose team is on the way over any of these pieces of road."""
    rows = Route.objects.filter(superseded_at=None, order__state__in=ON_THE_WAY, pieces__overlap=list(pieces))
    return list(rows.order_by("order_id").values_list("order_id", flat=True))


def without_route() -> list[int]:
    """Return the orders on the way for which no open road was found."""
    rows = Order.objects.filter(state__in=ON_THE_WAY, arrives_at=None).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def open_orders(team: teams.Team) -> list[Order]:
    """Return the orders that a team is bound by."""
    return list(readable(Order).filter(team=team, state__in=OPEN).order_by("due_at"))


def shown() -> Any:
    """Return the open orders that the viewer may see, the next to be there first."""
    return own(readable(Order)).filter(state__in=OPEN).select_related("team").order_by("due_at", "pk")


def drawn() -> list[tuple[Order, Route | None]]:
    """Return the open orders that the viewer may see, each with the route that holds."""
    rows = list(shown())
    routes = {one.order_id: one for one in Route.objects.filter(order__in=rows, superseded_at=None)}
    return [(row, routes.get(row.pk)) for row in rows]


def nearest(target: Spot) -> list[tuple[teams.Team, int | None]]:
    """Return the viewer's teams that may be sent at once, each with its minutes to a place under what is closed, the quickest first."""
    known = teams.sendable()
    seconds = roads.seconds_between([spot(team.location) for team in known], [target])[:, 0] if known else []
    times = [None if far == float("inf") else roads.minutes(float(far)) for far in seconds]
    found = list(zip(known, times, strict=True))
    return sorted(found, key=lambda one: (one[1] is None, one[1] or 0, one[0].code))


def to_watch() -> list[Order]:
    """Return the orders over which whoever gives orders must bend: not acknowledged in time, no way, too late, not able."""
    now = clock.now()
    waits = Q(state=OrderState.ISSUED, step__gte=1)
    lost = Q(state__in=ON_THE_WAY) & (
        Q(arrives_at=None) | Q(due_at__lt=now) | Q(arrives_at__gt=F("due_at")) | Q(route_known=False)
    )
    rows = readable(Order).filter(waits | lost | Q(state=OrderState.FAILED, noted_at=None))
    return list(rows.select_related("team").order_by("due_at", "pk"))


def led() -> list[Order]:
    """Return the open orders of the team that the viewer leads."""
    post = current().post
    rows = readable(Order).filter(state__in=OPEN, team__leader__code=post) if post else Order.objects.none()
    return list(rows.select_related("team").order_by("due_at", "pk"))


def climbing() -> list[int]:
    """Return the orders that may have climbed."""
    rows = Order.objects.filter(state=OrderState.ISSUED, climbs_at__lte=clock.now()).order_by("climbs_at", "pk")
    return list(rows.values_list("pk", flat=True))


def assumed() -> dict[str, float]:
    """Return the speed that is assumed on each class of roads."""
    return {row.code: speed for row, speed in roads.assumed()}
