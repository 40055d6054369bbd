"""Actions of transfers: the register kept, an action ordered and ended, and what a household's helper says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms.api import Alarm
from anlan.apps.incidents.api import Incident
from anlan.apps.places.api import Division
from anlan.apps.response.api import Task
from anlan.apps.shelters import api as shelters
from anlan.apps.shelters.api import Danger, Shelter, Step
from anlan.apps.transfers import decision_sheets, events, queries, rules
from anlan.apps.transfers.choices import JourneyState, Lack, Refuge, Stand, Urgency
from anlan.apps.transfers.models import HeadCount, Household, Journey, Transfer, Village
from anlan.apps.warning.api import Warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason, Ref
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current

#: The rule of a village's head count.
HEAD_COUNT = "transfers.head_count"
keeps = partial(action, needs="transfers.change_household", record="transfers.Household")
of_journey = partial(action, needs=queries.WORKS, record="transfers.Journey")
steers = partial(action, needs=queries.OPENS, record="transfers.Transfer")
Persons = Annotated[int, Input(_("Persons"), _("How many of the household."), example=4)]
Place = Annotated[Ref[Division], Input(_("Village or town"), among=queries.offered)]
Says = Annotated[str, Input(_("What the household says"), example="要守家里的猪 They want to stay with their pigs", rows=2)]


@dataclass(frozen=True)
class Whence:
    """A village, or all villages of a town, and the shelter that its people go to."""

    division: Place
    shelter: Annotated[Ref[Shelter] | None, Input(_("Shelter that its people go to"))] = None


# The register ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@keeps("transfers.visit", label=_("Visited"), moves=Household.life.visit, icon="walk", offline=True)
def visit(
    deed: Deed,
    *,
    household: Ref[Household],
    way: Annotated[str, Input(_("Way and means"), _("As it was agreed at the visit; empty for no change."))] = "",
    drilled: Annotated[bool, Input(_("The household took part in a drill today"))] = False,
) -> None:
    """Write down that the helper was there today and went through the way with the household."""
    household.visited_on = deed.today
    household.way = way.strip() or household.way
    household.drilled_on = deed.today if drilled else household.drilled_on


@keeps("transfers.strike", label=_("Strike off"), moves=Household.life.strike, icon="ban")
def strike(deed: Deed, *, household: Ref[Household], reason: Reason) -> None:
    """Take a household off the register: it is in no danger any more, or has moved away."""
    rules.check_words(reason, "reason")


@keeps("transfers.restore", label=_("Put back into the register"), moves=Household.life.restore, icon="rotate")
def restore(deed: Deed, *, household: Ref[Household], reason: Reason = "") -> None:
    """Put a household back into the register."""


# The action ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@action(
    "transfers.open",
    needs=queries.OPENS,
    label=_("Order a transfer"),
    icon="walk",
    story=_("All households in this danger that stand in the registers of these villages; their helpers are told at once."),
    sheet=decision_sheets.opening,
)
def open_transfer(
    deed: Deed,
    *,
    title: Annotated[str, Input(_("Occasion"), example="北江洪水逼近堤顶 The Beijiang nears the top of the dyke")],
    danger: Annotated[Danger, Input(_("Danger"))],
    urgency: Annotated[Urgency, Input(_("Word to the people"))],
    due_at: Annotated[datetime, Input(_("In safety by"))],
    villages: Annotated[Lines[Whence], Input(_("Villages"))],
    warning: Annotated[Ref[Warning] | None, Input(_("Warning"), _("What gave rise to it, if it stands here."))] = None,
    task: Annotated[Ref[Task] | None, Input(_("Task"))] = None,
    incident: Annotated[Ref[Incident] | None, Input(_("Incident"))] = None,
    alarm: Annotated[Ref[Alarm] | None, Input(_("Alarm"))] = None,
) -> Transfer:
    """Order the households of villages away from a danger; refused where nobody of them stands in a register for it."""
    rules.check_due(deed.now, due_at)
    rules.check_words(title, "title")
    goals = [(one, shelter) for one, shelter in decision_sheets.goals_of(villages, danger) if one.households]
    if not goals:
        raise Refusal(_("No household in this danger stands in the registers of these villages."), field="villages")
    made = deed.create(
        Transfer,
        area=_whose([one.code for one, _shelter in goals]),
        title=title.strip(),
        danger=danger,
        urgency=urgency,
        due_at=due_at,
        warning=warning,
        task=task,
        incident=incident,
        alarm=alarm,
        villages=len(goals),
        households=sum(len(one.households) for one, _shelter in goals),
        persons=sum(one.persons for one, _shelter in goals),
        opened_at=deed.now,
        opened_by=deed.actor,
        opened_post=deed.scope.post,
    )
    for one, shelter in goals:
        _take_in(deed, made, one, shelter)
    deed.emit(events.TransferOpened(transfer=made.pk, area=made.area))
    return made


def _whose(codes: list[str]) -> str:
    """Return the jurisdiction of an action: that of whoever orders it, which holds all its villages."""
    scope = current()
    held = [area for area in scope.areas_for(queries.OPENS, "") if all(code.startswith(area) for code in codes)]
    if not held:
        raise NotAuthorised(_("Not all of these villages lie in your jurisdiction."))
    return held[0] or codes[0][:4]


def _take_in(deed: Deed, transfer: Transfer, one: queries.Listed, shelter: Shelter | None) -> None:
    """Make a village's part of an action and a line for each household."""
    part = deed.create(
        Village,
        area=one.code,
        transfer=transfer,
        shelter=shelter,
        destination=shelter.name if shelter else "",
        households=len(one.households),
        persons=one.persons,
    )
    rows = [
        Journey(
            area=one.code,
            transfer=transfer,
            part=part,
            household=home,
            persons=home.persons,
            vulnerable=one.vulnerable.get(home.pk, 0),
            helper_post=home.helper_post.code if home.helper_post else "",
            due_at=transfer.due_at,
            refuge=home.refuge,
            shelter=shelter if home.refuge == Refuge.SHELTER else None,
            place=part.destination if home.refuge == Refuge.SHELTER else home.kin,
        )
        for home in one.households
    ]
    deed.create_many(Journey, rows, each=True)


@steers(
    "transfers.urge",
    label=_("Move now"),
    moves=Transfer.life.urge,
    icon="alert-triangle",
    when=lambda transfer: transfer.urgency == Urgency.PREPARE,
)
def urge(deed: Deed, *, transfer: Ref[Transfer]) -> None:
    """Tell those who were to get ready to go now."""
    transfer.urgency = Urgency.NOW
    deed.emit(events.TransferUrged(transfer=transfer.pk, area=transfer.area))


@steers(
    "transfers.declare_safe",
    label=_("Declare safe to return"),
    moves=Transfer.life.declare_safe,
    icon="home-check",
    sheet=decision_sheets.declaring_safe,
)
def declare_safe(deed: Deed, *, transfer: Ref[Transfer], reason: Reason) -> None:
    """Say that people may go home; the helpers are told, and heads are counted no more."""
    rules.check_words(reason, "reason")
    for part in deed.lock_all(Village.objects.filter(transfer=transfer, state=Village.State.COUNTING)):
        deed.move(part, Village.life.finish)
    deed.emit(events.TransferSafe(transfer=transfer.pk, area=transfer.area))


@steers("transfers.close", label=_("End the action"), moves=Transfer.life.close, icon="circle-check")
def close(deed: Deed, *, transfer: Ref[Transfer], reason: Reason = "") -> None:
    """End an action: each household is home again or its end is known; if not, it is said why."""
    rules.check_end(list(Journey.objects.filter(transfer=transfer).values_list("state", flat=True)), reason)
    transfer.ended_why = reason.strip()


@steers(
    "transfers.call_off",
    label=_("Call the transfer off"),
    moves=Transfer.life.call_off,
    icon="x",
    danger=True,
    sheet=decision_sheets.calling_off,
)
def call_off(deed: Deed, *, transfer: Ref[Transfer], reason: Reason) -> None:
    """Call an action off before anybody has left; refused afterwards, since who is away must be told when it is safe."""
    rules.check_words(reason, "reason")
    gone = Journey.objects.filter(transfer=transfer, state__in=[JourneyState.UNDER_WAY, JourneyState.ARRIVED])
    if count := gone.count():
        raise Refusal(_("%(count)d households have left already. Declare it safe instead.") % {"count": count})
    transfer.ended_why = reason.strip()
    for part in deed.lock_all(Village.objects.filter(transfer=transfer, state=Village.State.COUNTING)):
        deed.move(part, Village.life.drop)
    deed.emit(events.TransferSafe(transfer=transfer.pk, area=transfer.area))


@action(
    "transfers.count",
    needs="transfers.count_village",
    label=_("Count heads"),
    record="transfers.Village",
    moves=Village.life.count,
    icon="users",
    offline=True,
)
def count(
    deed: Deed,
    *,
    village: Ref[Village],
    counted: Annotated[int, Input(_("Persons in safety, counted by hand"), example=120)],
    remark: Annotated[str, Input(_("Remark"))] = "",
) -> None:
    """Write down how many of the village are in safety by a count of heads; the next one falls due anew."""
    if counted < 0:
        raise Refusal(_("Give a number, nought or more."), field="counted")
    heads = queries.tallies(village.transfer).get(village.area, rules.Tally())
    village.counted = counted
    deed.create(
        HeadCount,
        area=village.area,
        part=village,
        at=deed.now,
        by=deed.actor,
        counted=counted,
        known=heads.arrived,
        in_danger=heads.in_danger,
        remark=remark.strip(),
    )


# A household on the move ──────────────────────────────────────────────────────────────────────────────────────────────
@of_journey("transfers.notify", label=_("Notified"), moves=Journey.life.notify, icon="bell", offline=True)
def notify(deed: Deed, *, journey: Ref[Journey]) -> None:
    """Say that the household has been told and knows where to go."""
    _went(deed, journey)


@of_journey("transfers.depart", label=_("Departed"), moves=Journey.life.depart, icon="walk", offline=True)
def depart(deed: Deed, *, journey: Ref[Journey]) -> None:
    """Say that the household has left home."""
    _went(deed, journey)


@of_journey("transfers.arrive", label=_("In safety as planned"), moves=Journey.life.arrive, icon="home-check", offline=True)
def arrive(deed: Deed, *, journey: Ref[Journey], moved: Persons) -> None:
    """Say how many of the household have come to where they were to go."""
    rules.check_persons(moved, journey.persons)
    journey.moved = moved
    _went(deed, journey)


@of_journey("transfers.arrive_elsewhere", label=_("In safety elsewhere"), moves=Journey.life.arrive, icon="map-pin", offline=True)
def arrive_elsewhere(
    deed: Deed,
    *,
    journey: Ref[Journey],
    moved: Persons,
    place: Annotated[str, Input(_("Where they are"), example="县城女儿家 at the daughter's in town")],
    shelter: Annotated[Ref[Shelter] | None, Input(_("Another shelter"), _("Only if they went to a shelter."))] = None,
) -> None:
    """Say how many have come to another place than was planned: another shelter, relatives, friends."""
    rules.check_persons(moved, journey.persons)
    rules.check_words(place, "place")
    journey.moved, journey.shelter = moved, shelter
    journey.refuge = Refuge.SHELTER if shelter else Refuge.OTHER
    journey.place = shelter.name if shelter else place.strip()
    _went(deed, journey)


@of_journey("transfers.refuse", label=_("Refuses to move"), moves=Journey.life.refuse, icon="hand-stop", offline=True)
def refuse(deed: Deed, *, journey: Ref[Journey], why: Says) -> None:
    """Say that the household will not go, and why; the town and whoever ordered the action are told at once."""
    rules.check_words(why, "why")
    journey.why = why.strip()
    _went(deed, journey)


@of_journey("transfers.away", label=_("Nobody at home"), moves=Journey.life.away, icon="home-off", offline=True)
def away(
    deed: Deed, *, journey: Ref[Journey], why: Annotated[str, Input(_("How it is known"), example="邻居说外出务工")]
) -> None:
    """Say that nobody of the household is there, and from whom it is known."""
    rules.check_words(why, "why")
    journey.why = why.strip()
    _went(deed, journey)


@of_journey(
    "transfers.come_home",
    label=_("Returned home"),
    moves=Journey.life.come_home,
    icon="home",
    offline=True,
    when=lambda journey: journey.transfer.state != Transfer.State.OPEN,
)
def come_home(deed: Deed, *, journey: Ref[Journey]) -> None:
    """Say that the household is home again; refused before it is declared safe."""
    if journey.transfer.state == Transfer.State.OPEN:
        raise Refusal(_("It has not been declared safe to return."))
    _went(deed, journey)


def _went(deed: Deed, journey: Journey) -> None:
    """Stamp the last word and announce how far the household is; refused once the action has ended."""
    if journey.transfer.state in (Transfer.State.CLOSED, Transfer.State.CALLED_OFF):
        raise Refusal(_("The action has ended."))
    journey.last_word_at = deed.now
    deed.emit(events.JourneyMoved(journey=journey.pk, state=journey.state, area=journey.area))


@action("transfers.enter_books", needs="transfers.follow_journey", label=_("Shelters' books follow"), record="transfers.Journey")
def enter_books(deed: Deed, *, journey: Ref[Journey]) -> None:
    """Let the shelters' books follow how far a household is: on the way, in a shelter, elsewhere, home.

    Where the shelter takes nobody in or is full, the household is in safety all the same: it is noted that its count lacks them.
    Two actions may move one household: the books follow it in the one that moved it first.
    """
    if journey.stand == Stand.NOWHERE and queries.followed_elsewhere(journey):
        return
    wanted, opening = rules.stand_of(journey.state, journey.refuge), None
    if journey.opening:
        opening = shelters.Opening.objects.filter(pk=journey.opening).first()
    journey.uncounted = Lack.NONE
    if wanted == Stand.SHELTER and journey.stand != Stand.SHELTER:
        opening = shelters.open_opening(journey.shelter_id) if journey.shelter_id else None
        if opening is None:
            wanted, journey.uncounted = Stand.ROAD, Lack.CLOSED
    for name in rules.steps(journey.stand, wanted):
        if not _step(journey, Step(name), opening):
            journey.uncounted = Lack.FULL
            return
    journey.stand = wanted
    journey.opening = opening.pk if wanted == Stand.SHELTER and opening else None


def _step(journey: Journey, step: Step, opening: shelters.Opening | None) -> bool:
    """Take one step in the shelters' books; False where the shelter has no room."""
    persons = journey.moved
    if step in (Step.LEAVE, Step.TURN_BACK):
        persons = rules.on_the_road(journey.stand, journey.persons, journey.moved) or (
            journey.persons if step == Step.LEAVE else 0
        )
    elif step in (Step.ENTER, Step.TO_KIN):
        persons = rules.to_let_in(persons, queries.on_the_road(journey.area), shelters.on_the_road(journey.area))
    try:
        if persons:
            inside = opening if step in (Step.ENTER, Step.GO_HOME) else None
            shelters.follow(village=journey.area, persons=persons, step=step, opening=inside)
    except Refusal:
        return False
    journey.stand = Stand.ROAD if step == Step.LEAVE else journey.stand
    return True
