"""What whoever decides on a response is shown before: what calls for it, whom it sets to work, what speaks against it, who may decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.plans import api as plans
from anlan.apps.response import facts, queries, rules
from anlan.apps.response.choices import Direction
from anlan.apps.response.models import Proposal, Response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warnings
from anlan.kit import clock
from anlan.kit.figures import Chart
from anlan.kit.languages import listed, localised
from anlan.kit.names import name_of
from anlan.kit.scope import current
from anlan.lib.decisions import Line, Sheet
from anlan.lib.hydrology import digits_of
from anlan.lib.sketches import Sketch

#: Evidence that is older is doubted.
OLD = timedelta(hours=1)
#: So many units are named of those that get tasks.
NAMED = 4
#: So many courses of values are shown.
COURSES = 2


@dataclass(frozen=True)
class Move:
    """A step of a response that somebody is about to decide: of which plan, from which level to which (None: none)."""

    plan: plans.PlanFact
    way: Direction
    before: int | None
    after: int | None
    proposal: Proposal | None = None
    response: Response | None = None


def deciding(proposal: Proposal, _given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a proposal that is about to be confirmed."""
    before = proposal.response.level if proposal.response else None
    after = None if proposal.direction == Direction.END else proposal.level
    return _sheet(proposal.plan_id, Direction(proposal.direction), before, after, proposal, proposal.response)


def declining(proposal: Proposal, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a proposal that is about to be declined: the same evidence, and what then stays as it is."""
    found = deciding(proposal, given)
    if found is None:
        return None
    stays = _named(proposal.response.level if proposal.response else None)
    effects = (
        Line(_("Response level"), stays, note=_("stays as it is")),
        Line(_("Tasks"), 0, note=_("no unit is set to work or told")),
    )
    called = Line(_("The facts call for it all the same: say in the reason why not."))
    doubts = [line for line in found.doubts if line.url or line.at or line.level]
    verdict = plans.evaluate(plans.conditions(proposal.plan_id), plans.facts_now(proposal.plan.area))
    after = None if proposal.direction == Direction.END else proposal.level
    return replace(found, effects=effects, doubts=(*([called] if verdict.level == after else []), *doubts))


def starting(_about: None, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a plan that is about to be activated by hand, as soon as plan and level are chosen."""
    if not given.get("plan") or not given.get("level"):
        return None
    found = _sheet(int(given["plan"]), Direction.START, None, int(given["level"]))
    if found is None or not given.get("incident"):
        return found
    return replace(found, about=(Line(_("Incident"), given["incident"], url=given["incident"].desk_url()), *found.about))


def raising(response: Response, _given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a response that is about to be raised by hand."""
    return _sheet(response.plan_id, Direction.RAISE, response.level, max(response.level - 1, 1), response=response)


def lowering(response: Response, _given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a response that is about to be lowered by hand."""
    return _sheet(response.plan_id, Direction.LOWER, response.level, min(response.level + 1, 4), response=response)


def ending(response: Response, _given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a response that is about to be ended by hand."""
    return _sheet(response.plan_id, Direction.END, response.level, None, response=response)


def _sheet(
    plan: int,
    way: Direction,
    before: int | None,
    after: int | None,
    proposal: Proposal | None = None,
    response: Response | None = None,
) -> Sheet | None:
    fact = plans.plan(plan)
    if fact is None:
        return None
    move = Move(fact, way, before, after, proposal, response)
    verdict = plans.evaluate(plans.conditions(plan), plans.facts_now(fact.area))
    return Sheet(
        about=tuple(_about(move, verdict)),
        effects=tuple(_effects(move)),
        doubts=tuple(_doubts(move, verdict)),
        others=tuple(_others(move)),
        maps=tuple(_map(verdict, fact)),
        courses=tuple(_courses(verdict)),
    )


def _map(verdict: plans.Verdict, plan: plans.PlanFact) -> Iterator[Sketch]:
    """Show where the conditions are met, and which warnings are in force."""
    reached = {e.station for e in verdict.evidence if e.station}
    standing = {a.station: a.level for a in alarms.alarms_open(plan.area)}
    spots = [places.Spot(s.name, s.lon, s.lat, standing.get(s.code, 0)) for s in telemetry.stations_at({*reached, *standing})]
    areas = [(area.name, area.level, area.outline) for area in warnings.areas_in_force(plan.area)]
    found = places.sketch(_("Alarms and warnings that stand"), areas=areas, spots=spots)
    if found is not None:
        yield found


def _courses(verdict: plans.Verdict) -> Iterator[Chart]:
    """Show how the values went that call for it."""
    behind = (alarms.alarm_now(e.alarm) if e.alarm else None for e in verdict.evidence)
    named = [e.datastream for e in verdict.evidence if e.datastream] + [a.datastream for a in behind if a]
    for stream in list(dict.fromkeys(named))[:COURSES]:
        course = telemetry.course(stream)
        if course is not None:
            yield course


def _named(level: int | None) -> str:
    return str(plans.ResponseLevel(level).label) if level else _("none")


def _about(move: Move, verdict: plans.Verdict) -> Iterator[Line]:
    yield Line(_("Plan"), move.plan.name, note=name_of("area", move.plan.area))
    way = move.way.label
    yield Line(_("Step"), way, note=_("%(before)s → %(after)s") % {"before": _named(move.before), "after": _named(move.after)})
    yield Line(_("The facts call for"), _named(verdict.level))
    for e in verdict.evidence:
        where = name_of("station", e.station) if e.station else ""
        told = localised(e.condition.text, e.condition.text_en)
        if e.unit:
            yield Line(told, f"{where} {e.value:,.{digits_of(e.unit)}f}", e.unit, at=e.at, live=True)
        else:
            yield Line(told, int(e.value), note=where, at=e.at)


def _effects(move: Move) -> Iterator[Line]:
    upward = move.way in (Direction.START, Direction.RAISE) and move.after
    given = facts.assignments(move.plan.id, move.after, move.plan.area, move.before) if upward and move.after else []
    if move.response is not None and given:
        known = queries.assigned(move.response)
        given = [(card, unit) for card, unit in given if (card.code, unit.id) not in known]
    units = {unit.code: str(unit) for _card, unit in given}
    if upward:
        yield Line(_("Tasks"), len(given), note=_("to %(n)d units") % {"n": len(units)})
        if units:
            named = sorted(units.values())
            more = _(" and %(n)d more") % {"n": len(named) - NAMED} if len(named) > NAMED else ""
            yield Line(_("Set to work"), listed(named[:NAMED]) + more)
            yield Line(_("First to be accepted within"), min(card.ack_minutes for card, _unit in given), _("min"))
    if move.way == Direction.END and move.response is not None:
        yield Line(_("Open tasks cancelled"), queries.count_tasks(move.response.pk, whole=True).open)
    told = {*units, *facts.members(move.plan.area, *facts.MEMBERS)}
    reachable = people.first_contacts(told)
    yield Line(_("Bodies told at once"), len(told), note=_("%(n)d of them by an address of their own") % {"n": len(reachable)})
    if move.way == Direction.START:
        seats = plans.seats(move.plan.id)
        yield Line(_("Seats of the command filled"), len(seats))
    level = plans.level(move.plan.id, move.after or move.before or 4)
    if level is not None and move.way != Direction.END and level.reporting_hours:
        hours = listed([f"{hour:02d}:00" for hour in level.reporting_hours])
        yield Line(_("Reports to be given at"), hours)


def _doubts(move: Move, verdict: plans.Verdict) -> Iterator[Line]:
    if verdict.level != move.after:
        words = _("The facts call for another level: %(level)s.") % {"level": _named(verdict.level)}
        yield Line(words)
    old = [e for e in verdict.evidence if e.at is not None and clock.now() - e.at > OLD]
    for e in old:
        yield Line(_("What was measured is older than an hour."), name_of("station", e.station) if e.station else "", at=e.at)
    if move.proposal is None:
        waits = queries.proposal_waiting(move.plan.id)
        if waits is not None and (waits.direction, waits.level) != (move.way, move.after):
            yield Line(_("Another proposal waits; this takes it back."), str(waits), url=waits.desk_url())
    if move.way == Direction.START and queries.runs(move.plan.code):
        yield Line(_("This plan is in operation already."), level=4)
    deciders = _deciders(move)
    if deciders and current().post not in deciders:
        yield Line(_("The plan gives this decision to another post; it will be refused."), level=4)


def _deciders(move: Move) -> tuple[str, ...]:
    """Return the posts that the plan lets decide this step."""
    level = plans.level(move.plan.id, rules.deciding_level(move.way, move.after, move.before))
    return (level.authority, *level.alternates) if level else ()


def _others(move: Move) -> Iterator[Line]:
    names = [name_of("post", code) for code in _deciders(move)]
    if names:
        yield Line(_("The plan lets decide"), listed(names), note=_("one of them is enough"))
    if move.proposal is not None:
        yield Line(_("Proposed"), _("by the program from the facts"), at=move.proposal.proposed_at)
