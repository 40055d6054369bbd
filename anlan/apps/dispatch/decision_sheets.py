"""What whoever gives an order or calls a team back is shown before: where, by which way, when it would be there, what may be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.dispatch import queries
from anlan.apps.dispatch.models import Order
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.roads import api as roads
from anlan.apps.teams import api as teams
from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.lib.decisions import Line, Sheet
from anlan.lib.sketches import Sketch

#: What a route keeps of a way as it stands.
TOLD = ("km", "minutes", "free_minutes", "first_km", "last_km", "derived_km", "km_by_class")
#: A closure within so many metres of the way is told: it may come to lie on it.
NEAR_M = 1000.0
#: So many closures are named.
NAMED = 4


def issuing(_about: None, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of an order that is about to be given, as soon as team and destination are chosen."""
    team, location, due = given.get("team"), given.get("location"), given.get("due_at")
    if location is None:
        return None
    quickest = queries.nearest(queries.spot(location))
    if not isinstance(team, teams.Team):
        return Sheet(about=tuple(_proposed(quickest)))
    way = roads.way(queries.spot(team.location), queries.spot(location))
    arrives = clock.now() + timedelta(minutes=way.minutes) if way else None
    about = [
        Line(_("Rescue team"), team, note=f"{team.get_state_display()} · {team.in_words}"),
        Line(_("Members"), team.people, note=_("vehicles: %(n)d") % {"n": team.vehicles}),
        Line(_("What the team is to do"), given.get("what", "")),
        Line(_("Where to"), given.get("place", ""), note=f"{location.x:.5f}, {location.y:.5f}"),
    ]
    if due:
        about.append(Line(_("To be there by"), at=due))
    return Sheet(
        about=tuple(about),
        effects=tuple(_effects(team, way, arrives)),
        doubts=(*_doubts(team, way, arrives, due), *_sooner(team, way, quickest)),
        maps=tuple(_map(str(team), queries.spot(team.location), given.get("place") or "", queries.spot(location), way)),
    )


def _proposed(quickest: list[tuple[teams.Team, int | None]]) -> Iterator[Line]:
    """Name the ready teams that would be there first, as long as none is chosen."""
    if quickest:
        yield Line(_("Ready teams, the quickest first"), note=_("est., over the trunk roads that the program knows"))
    for team, minutes in quickest[:NAMED]:
        yield Line(
            team,
            minutes if minutes is not None else _("no open road"),
            _("min") if minutes is not None else "",
            note=team.in_words,
            url=team.desk_url(),
        )
    if not quickest:
        yield Line(_("No team of your jurisdiction is ready."))


def _sooner(team: teams.Team, way: roads.Way | None, quickest: list[tuple[teams.Team, int | None]]) -> Iterator[Line]:
    """Name the ready team that can do the same and would be there sooner, if there is one."""
    for other, minutes in quickest:
        if minutes is not None and other.pk != team.pk and other.can >= team.can and (way is None or minutes < way.minutes):
            words = _("A ready team that can do the same would be there sooner.")
            yield Line(words, str(other), note=_("%(n)d min (est.)") % {"n": minutes}, url=other.desk_url(), live=True)
            return


def recalling(order: Order, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of a team that is about to be called back."""
    about = (
        Line(_("Rescue team"), order.team),
        Line(_("What the team is to do"), order.what, note=order.place),
        Line(_("State"), order.get_state_display()),
        Line(_("To be there by"), at=order.due_at),
    )
    others = list(order.task.orders.exclude(pk=order.pk)) if order.task else []
    doubts = [] if any(one.on_the_way for one in others) or not order.task else [_alone(order)]
    told = Line(_("Told at once"), listed(_names(order.team)))
    return Sheet(about=about, effects=(told,), doubts=tuple(doubts))


def _alone(order: Order) -> Line:
    return Line(_("No other team is on the way for this task."), order.task)


def _names(team: teams.Team) -> list[str]:
    return [str(team.leader or team.organisation)]


def _effects(team: teams.Team, way: roads.Way | None, arrives: datetime | None) -> Iterator[Line]:
    if way is None:
        yield Line(_("Route"), _("no open road leads there"))
    else:
        yield Line(_("Route"), way.km, "km", 1, note=_("est., over the trunk roads that the program knows"))
        delayed = _("%(n)d min if nothing were closed") % {"n": way.free_minutes} if way.avoided else _("est.")
        yield Line(_("Drive"), way.minutes, _("min"), note=delayed, live=True)
        yield Line(_("Arrival (est.)"), at=arrives, live=True)
        yield Line(_("Closures avoided"), len(way.avoided), note=_avoided(way))
        if way.first_km or way.last_km:
            words = _("first %(first)s km, last %(last)s km") % {"first": way.first_km, "last": way.last_km}
            yield Line(_("Off the known roads"), words, note=_("reckoned as the crow flies"))
    contacts = people.first_contacts(set(teams.recipients(team)))
    yield Line(_("Told at once"), listed(_names(team)), note=_("has an address") if contacts else _("has no address: call them"))


def _avoided(way: roads.Way) -> str:
    shown, hidden = roads.named(way.avoided)
    words = listed(row.place for row in shown[:NAMED])
    more = _("%(n)d outside your jurisdiction") % {"n": hidden} if hidden else ""
    return " · ".join(part for part in (words, more) if part)


def _doubts(team: teams.Team, way: roads.Way | None, arrives: datetime | None, due: datetime | None) -> Iterator[Line]:
    if team.state == teams.Readiness.UNFIT:
        yield Line(_("The team is not fit for use; it will be refused."), level=4)
    elif not team.sendable:
        yield Line(_("The team is not ready: %(state)s.") % {"state": team.get_state_display()}, url=team.desk_url())
    for order in queries.open_orders(team):
        yield Line(_("The team has an open order already."), str(order), at=order.due_at, url=order.desk_url())
    if way is None:
        yield Line(_("No open road leads there. Say in the order how the team gets there, or send it by boat or air."))
        return
    if due and arrives and arrives > due:
        late = round((arrives - due).total_seconds() / 60)
        yield Line(_("It would arrive after the deadline."), late, _("min"), live=True)
    for one in roads.near(way.course, NEAR_M)[:NAMED]:
        shown, _hidden = roads.named([one.id])
        where = shown[0].place if shown else _("outside your jurisdiction")
        yield Line(_("A road is closed less than a kilometre beside the way."), where, at=one.since)
    if way.last_km > 5 or way.first_km > 5:
        yield Line(
            _("More than 5 km of it lie off the known roads: the time there is a guess."), max(way.first_km, way.last_km), "km", 1
        )
    if way.derived_km:
        yield Line(_("Part of it follows joins that a program drew, no real roads."), way.derived_km, "km", 1)


def _map(team: str, start: tuple[float, float], place: str, end: tuple[float, float], way: roads.Way | None) -> Iterator[Sketch]:
    """Show the way, both its ends, and what it goes round."""
    shut = roads.named(way.avoided)[0] if way else []
    spots = [places.Spot(team, *start), places.Spot(place or _("Destination"), *end)]
    spots += [places.Spot(f"✕ {row.place}", *queries.spot(row.shape.point_on_surface)) for row in shut[:NAMED]]
    found = places.sketch(_("The way"), spots=spots, lines=[way.course] if way else [])
    if found is not None:
        yield found
