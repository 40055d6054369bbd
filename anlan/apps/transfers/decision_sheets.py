"""What whoever orders a transfer, calls it off or declares it safe is shown before: whom it concerns, where they go, what may be wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.roads import api as roads
from anlan.apps.shelters import api as shelters
from anlan.apps.transfers import queries
from anlan.apps.transfers.models import Transfer
from anlan.apps.transfers.queries import Listed
from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.lib.decisions import Line, Sheet

#: So many villages are named one by one.
NAMED = 12
#: A deadline nearer than this leaves no time for people on foot.
SOON_MIN = 60

Goals = list[tuple[Listed, Any]]
#: A shelter, how many come to it, and what room it has.
Filled = list[tuple[Any, int, shelters.Room]]


def opening(_about: None, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of an action that is about to be ordered, as soon as a village is chosen."""
    lines, danger = given.get("villages") or [], given.get("danger") or ""
    if not lines or not danger:
        return None
    goals = goals_of(lines, str(danger))
    filled = list(_fill(goals, str(danger)))
    return Sheet(
        about=tuple(_about_it(goals, given)),
        effects=tuple(_effects(goals, filled)),
        doubts=tuple(_doubts(goals, filled, str(danger), given)),
        maps=tuple(_map(goals)),
    )


def goals_of(lines: list[Any], danger: str) -> Goals:
    """Return each village of the lines once with the shelter that its own line, or its town's, names."""
    goal: dict[str, Any] = {}
    for line in sorted(lines, key=lambda one: len(one.division.code)):  # a village's own line comes last and holds
        for one in queries.villages_in([line.division.code]):
            goal[one.code] = line.shelter
    return [(one, goal[one.code]) for one in queries.listed(goal, danger)]


def _about_it(goals: Goals, given: dict[str, Any]) -> Iterator[Line]:
    yield Line(_("Occasion"), given.get("title") or "")
    if given.get("due_at"):
        yield Line(_("In safety by"), at=given["due_at"])
    for one, shelter in [goal for goal in goals if goal[0].households][:NAMED]:
        heads = _("households: %(n)d, helpers missing: %(m)d") % {"n": len(one.households), "m": one.without_helper}
        goal = shelter or _("no shelter named")
        yield Line(one.name, one.persons, _("persons"), note=f"{heads} → {goal}")
    more = sum(1 for one, _s in goals if one.households) - NAMED
    if more > 0:
        yield Line(_("Further villages"), more)


def _effects(goals: Goals, filled: Filled) -> Iterator[Line]:
    homes = [home for one, _s in goals for home in one.households]
    yield Line(_("Households"), len(homes))
    yield Line(_("People to move"), sum(home.persons for home in homes), _("persons"))
    weak = sum(one.vulnerable.get(home.pk, 0) for one, _s in goals for home in one.households)
    yield Line(_("Vulnerable among them"), weak, _("persons"))
    posts = {home.helper_post.code for home in homes if home.helper_post}
    reached = people.first_contacts(posts)
    yield Line(_("Helpers told at once"), len(reached), note=_("by the addresses of their posts"))
    for shelter, coming, room in filled:
        state = _("open") if room.open else _("not open")
        yield Line(
            shelter,
            coming,
            _("persons"),
            note=_("places free: %(free)d, %(state)s") % {"free": room.free, "state": state},
            live=True,
        )


def _fill(goals: Goals, danger: str) -> Iterator[tuple[Any, int, shelters.Room]]:
    coming: dict[int, int] = defaultdict(int)
    for one, shelter in goals:
        if shelter is not None:
            coming[shelter.pk] += sum(home.persons for home in one.households if home.refuge == "shelter")
    for pk, room in shelters.rooms(coming, danger).items():
        yield room.shelter, coming[pk], room


def _doubts(goals: Goals, filled: Filled, danger: str, given: dict[str, Any]) -> Iterator[Line]:
    homes = [home for one, _s in goals for home in one.households]
    if not homes:
        yield Line(_("No household in this danger stands in the registers of these villages; it will be refused."), level=4)
        return
    if alone := sum(not home.helper.strip() for home in homes):
        yield Line(_("Households without a helper: nobody fetches them."), alone, url="/transfers/registers/")
    if silent := sum(bool(home.helper.strip()) and home.helper_post is None for home in homes):
        yield Line(_("Households whose helper has no post in this program: call them."), silent)
    if twice := queries.moved_already(home.pk for home in homes):
        words = _("Households that another action is moving already: their helpers are told again.")
        yield Line(words, twice, url="/transfers/transfers/?state=open", level=3)
    if lost := queries.misplaced([one.code for one, _s in goals], danger):
        yield Line(_("Households registered under a town instead of a village: they are not in this order."), lost, level=3)
    if empty := [one.name for one, _s in goals if not one.households]:
        more = _("and %(n)d more") % {"n": len(empty) - NAMED // 2} if len(empty) > NAMED // 2 else ""
        yield Line(_("Nobody stands in the register there for this danger."), listed(empty[: NAMED // 2]), note=more)
    for shelter, coming, room in filled:
        if not room.fit:
            yield Line(_("The shelter is out of use or does not serve against this danger."), str(shelter), level=3)
        if coming > room.free:
            yield Line(_("Too few places."), str(shelter), note=_("%(n)d too few") % {"n": coming - room.free}, level=3)
        if not room.open:
            yield Line(_("The shelter is not open yet."), str(shelter), url=shelter.open_url())
    without = [one.name for one, shelter in goals if shelter is None and any(home.refuge == "shelter" for home in one.households)]
    if without:
        yield Line(_("No shelter is named for people who are to go to one."), listed(without[:NAMED]))
    yield from _ways(goals)
    due = given.get("due_at")
    if due and (due - clock.now()).total_seconds() < SOON_MIN * 60:
        yield Line(_("Less than an hour is left until then."), at=due)


def _ways(goals: Goals) -> Iterator[Line]:
    """Name the villages from which no open road leads to their shelter, or only one that goes round a closure."""
    at = queries.marks({one.code for one, _s in goals})
    known = [(one, shelter) for one, shelter in goals if shelter is not None and one.households][:NAMED]
    for one, shelter in known:
        if one.code not in at:
            continue
        way = roads.way(at[one.code], (shelter.location.x, shelter.location.y))
        if way is None:
            yield Line(_("No open road leads to the shelter, as far as the program knows."), one.name, note=shelter, level=3)
        elif way.avoided:
            shown, _hidden = roads.named(way.avoided)
            where = listed(row.place for row in shown[:3]) or _("outside your jurisdiction")
            yield Line(_("A road to the shelter is closed; there is a way round."), one.name, note=f"{where} · {way.km:.1f} km")
    if unplaced := [one.name for one, _s in known if one.code not in at]:
        yield Line(_("Whether a road is closed is not known: no place on the map."), listed(unplaced[:3]), note=len(unplaced))


def _map(goals: Goals) -> Iterator[Any]:
    at = queries.marks({one.code for one, _s in goals if one.households})
    spots = [places.Spot(one.name, *at[one.code]) for one, _s in goals if one.code in at][:NAMED]
    goal = {shelter.pk: shelter for _one, shelter in goals if shelter is not None}
    spots += [places.Spot(str(one), one.location.x, one.location.y) for one in goal.values()]
    found = places.sketch(_("From where to where"), spots=spots) if spots else None
    if found is not None:
        yield found


def declaring_safe(transfer: Transfer, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of an action whose people may be told to go home."""
    heads = queries.heads(transfer)
    about = (Line(_("Occasion"), transfer.title), Line(_("Ordered at"), at=transfer.opened_at))
    effects = (
        Line(_("May go home"), heads.arrived, _("persons")),
        Line(_("Told at once"), _("the helpers and the villages")),
    )
    doubts = []
    if heads.in_danger:
        doubts.append(Line(_("Not yet in safety"), heads.in_danger, _("persons"), level=3))
    cause = transfer.warning
    if cause is not None and cause.state == "published":
        doubts.append(Line(_("The warning behind it is still in force."), str(cause), at=cause.expires_at, level=3))
    return Sheet(about=about, effects=effects, doubts=tuple(doubts))


def calling_off(transfer: Transfer, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of an action that is about to be called off."""
    heads = queries.heads(transfer)
    about = (Line(_("Occasion"), transfer.title), Line(_("People to move"), heads.persons, _("persons")))
    gone = heads.under_way + heads.arrived
    doubts = (Line(_("People have left home already; declare it safe instead."), gone, _("persons"), level=4),) if gone else ()
    return Sheet(about=about, effects=(Line(_("Told at once"), _("the helpers and the villages")),), doubts=doubts)
