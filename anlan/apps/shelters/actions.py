"""Actions of shelters: order, open, let in, count, let out, close."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.places.api import Division
from anlan.apps.shelters import queries, rules
from anlan.apps.shelters.choices import Step, Whence, Whither
from anlan.apps.shelters.events import ShelterClosed, ShelterOpened
from anlan.apps.shelters.models import Opening, OpeningOrder, Shelter, Whereabouts
from anlan.kit.actions import Deed, action
from anlan.kit.documents import posting, voiding
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.refusals import Refusal

Persons = Annotated[int, Input(_("Persons"), example=12)]
Village = Annotated[Ref[Division], Input(_("Village"), among=queries.villages)]
HeadCount = Annotated[int, Input(_("Head count"), example=120)]
of_shelter = partial(action, needs="shelters.change_shelter", record="shelters.Shelter")
of_opening = partial(action, needs="shelters.work_opening", record="shelters.Opening")


@of_shelter("shelters.withdraw", label=_("Take out of use"), moves=Shelter.life.withdraw, icon="ban")
def withdraw(deed: Deed, *, shelter: Ref[Shelter], reason: Reason) -> None:
    """Take a shelter out of use, with the reason."""


@of_shelter("shelters.restore", label=_("Put back into use"), moves=Shelter.life.restore, icon="rotate")
def restore(deed: Deed, *, shelter: Ref[Shelter], reason: Reason = "") -> None:
    """Put a shelter back into use."""


@posting(OpeningOrder)
def give_the_order(deed: Deed, order: OpeningOrder) -> None:
    """Order each shelter of the lines open; refused where one is not ready, not fit, or too small."""
    for at, line in enumerate(order.lines.select_related("shelter__keeper")):
        site = line.shelter
        field, words = rules.cannot_open(site.state, site.unfit_for, site.capacity, order.danger, line.expected)
        if words:
            raise Refusal(words % {"shelter": site, "capacity": site.capacity}, field=f"lines.{at}.{field}")
        deed.create(Opening, area=site.area, shelter=site, order=order, expected=line.expected, ordered_at=deed.now)


@of_opening("shelters.open", label=_("Open the shelter"), moves=Opening.life.open, icon="door-enter", offline=True)
def open_shelter(deed: Deed, *, opening: Ref[Opening]) -> None:
    """Say that the shelter is open and ready; from now on heads are counted."""
    deed.move(deed.lock(Shelter, opening.shelter_id), Shelter.life.open)
    deed.emit(ShelterOpened(opening=opening.pk, shelter=opening.shelter_id))


@of_opening("shelters.admit", label=_("Let in"), moves=Opening.life.admit, icon="login", offline=True)
def admit(
    deed: Deed, *, opening: Ref[Opening], village: Village, persons: Persons, whence: Annotated[Whence, Input(_("Whence"))]
) -> None:
    """Let people of a village in; refused beyond the capacity and beyond who can still come."""
    Whereabouts.hold(deed, opening.shelter)
    _check_room(opening, persons)
    source = Whereabouts.register if whence == Whence.REGISTER else getattr(Whereabouts, whence).at(village.code)
    Whereabouts.move(deed, village, persons, source, opening.shelter, because=opening)


@of_opening("shelters.let_out", label=_("Let out"), moves=Opening.life.work, icon="logout", offline=True)
def let_out(
    deed: Deed, *, opening: Ref[Opening], village: Village, persons: Persons, whither: Annotated[Whither, Input(_("Whither"))]
) -> None:
    """Write down that people of a village leave."""
    Whereabouts.move(deed, village, persons, opening.shelter, getattr(Whereabouts, whither).at(village.code), because=opening)


@of_opening("shelters.count", label=_("Count heads"), moves=Opening.life.work, icon="users", offline=True)
def count(deed: Deed, *, opening: Ref[Opening], counted: HeadCount) -> None:
    """Write down how many are really there; the next count falls due anew."""
    opening.counted, opening.counted_at = counted, deed.now


@of_opening("shelters.register", label=_("Register residents"), moves=Opening.life.send, icon="list-numbers")
def register(deed: Deed, *, opening: Ref[Opening], village: Village, persons: Persons) -> None:
    """Enter residents of a village who are at home, so that it can be told who has not come yet."""
    Whereabouts.move(deed, village, persons, Whereabouts.register, Whereabouts.home.at(village.code), because=opening)


@of_opening("shelters.set_out", label=_("Set out"), moves=Opening.life.send, icon="walk", offline=True)
def set_out(deed: Deed, *, opening: Ref[Opening], village: Village, persons: Persons) -> None:
    """Write down that residents have left home for this shelter."""
    home, road = Whereabouts.home.at(village.code), Whereabouts.on_the_way.at(village.code)
    Whereabouts.move(deed, village, persons, home, road, because=opening)


@of_opening("shelters.wind_down", label=_("Begin to close"), moves=Opening.life.wind_down, icon="door-exit")
def wind_down(deed: Deed, *, opening: Ref[Opening], reason: Reason = "") -> None:
    """Let nobody in any more."""


@of_opening("shelters.close", label=_("Close the shelter"), moves=Opening.life.close, icon="circle-check")
def close(deed: Deed, *, opening: Ref[Opening], reason: Reason = "") -> None:
    """Close the shelter; refused while anybody is in it."""
    if left := queries.inside(opening.shelter):
        raise Refusal(_("%(left)d people are still here.") % {"left": left})
    deed.move(deed.lock(Shelter, opening.shelter_id), Shelter.life.shut)
    deed.emit(ShelterClosed(opening=opening.pk, shelter=opening.shelter_id))


@of_opening("shelters.cancel", label=_("Call the opening off"), moves=Opening.life.cancel, icon="x")
def cancel(deed: Deed, *, opening: Ref[Opening], reason: Reason) -> None:
    """Call an opening off that has not begun."""


@voiding(OpeningOrder, _("The shelters that it ordered and that have not opened yet are called off with it."))
def call_off(deed: Deed, order: OpeningOrder, reason: str) -> None:
    """Call off what the order began; refused while one of its shelters is in operation."""
    for opening in order.openings.exclude(state__in=(Opening.State.CLOSED, Opening.State.CANCELLED)):
        cancel(opening=opening, reason=reason)


@action("shelters.follow", needs="shelters.work_opening", label=_("Follow people on the move"))
def follow(deed: Deed, *, village: Village, persons: Persons, step: Step, opening: Ref[Opening] | None = None) -> int:
    """Take one step with people of a village whom a neighbour follows; returns how many it moved.

    Never more than stand where they come from: whom the shelter's keeper has let in already is not counted again. Refused where the
    shelter takes nobody in, or has no room.
    """
    home, road, elsewhere = (getattr(Whereabouts, name).at(village.code) for name in ("home", "on_the_way", "elsewhere"))
    if step == Step.LEAVE:
        known = min(persons, int(Whereabouts.balance(home, village)))
        if known:
            Whereabouts.move(deed, village, known, home, road, because=opening)
        if persons > known:
            Whereabouts.move(deed, village, persons - known, Whereabouts.register, road, because=opening)
        return persons
    shelter = opening.shelter if opening else None
    if step in (Step.ENTER, Step.GO_HOME) and shelter is None:
        raise Refusal(_("Say which shelter."), field="opening")
    ends = {
        Step.ENTER: (road, shelter),
        Step.TO_KIN: (road, elsewhere),
        Step.TURN_BACK: (road, home),
        Step.GO_HOME: (shelter, home),
        Step.FROM_KIN: (elsewhere, home),
    }
    source, target = ends[step]
    if shelter is not None:
        Whereabouts.hold(deed, shelter)
    moving = min(persons, int(Whereabouts.balance(source, village)))
    if step == Step.ENTER and opening is not None:
        _check_room(opening, moving)
    if moving > 0:
        Whereabouts.move(deed, village, moving, source, target, because=opening)
    return max(moving, 0)


def _check_room(opening: Opening, persons: int) -> None:
    """Refuse people where the shelter is not open, or where there is no room for them."""
    if not Opening.life.admit.possible(opening):
        raise Refusal(_("%(shelter)s is not open.") % {"shelter": opening.shelter}, field="opening")
    room = rules.room(opening.shelter.capacity, queries.inside(opening.shelter))
    if persons > room:
        raise Refusal(_("There is room for %(room)d more.") % {"room": room}, field="persons")
