"""Actions of shelters: order, open, let in, count, let out, close."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.places.api import Division
from anlan.apps.shelters import queries, rules
from anlan.apps.shelters.choices import Whence, Whither
from anlan.apps.shelters.events import ShelterClosed, ShelterOpened
from anlan.apps.shelters.models import Opening, OpeningOrder, Shelter, ShelterClass, Whereabouts
from anlan.kit.actions import Deed, action
from anlan.kit.documents import posting
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal

Persons = Annotated[int, Input(_("Persons"), example=12)]
Village = Annotated[Ref[Division], Input(_("Village"), among=queries.villages)]
HeadCount = Annotated[int, Input(_("Head count"), example=120)]
of_shelter = partial(action, needs="shelters.change_shelter", record="shelters.Shelter")
of_opening = partial(action, needs="shelters.work_opening", record="shelters.Opening")


@of_shelter("shelters.withdraw", label=_("Take out of use"), moves=Shelter.life.withdraw, icon="ban")
def withdraw(deed: Deed, *, shelter: int, reason: Reason) -> Shelter:
    """Take a shelter out of use, with the reason."""
    return deed.lock(Shelter, shelter)


@of_shelter("shelters.restore", label=_("Put back into use"), moves=Shelter.life.restore, icon="rotate")
def restore(deed: Deed, *, shelter: int, reason: Reason = "") -> Shelter:
    """Put a shelter back into use."""
    return deed.lock(Shelter, shelter)


@posting(OpeningOrder)
def give_the_order(deed: Deed, order: OpeningOrder) -> None:
    """Order each shelter of the lines open; refused where one is not ready, not fit, or too small."""
    for at, line in enumerate(order.lines.select_related("shelter__keeper")):
        site = line.shelter
        field, words = rules.cannot_open(site.state, site.unfit_for, site.capacity, order.danger, line.expected)
        if words:
            raise Refusal(words % {"shelter": site, "capacity": site.capacity}, field=f"lines.{at}.{field}")
        made = deed.create(Opening, area=site.area, shelter=site, order=order, expected=line.expected, ordered_at=deed.now)
        law.start(starts=[law.Start("shelters.ready", of=made, since=deed.now, duty_of=str(site.keeper or ""))])


@of_opening("shelters.open", label=_("Open the shelter"), moves=Opening.life.open, icon="door-enter", offline=True)
def open_shelter(deed: Deed, *, opening: int) -> Opening:
    """Say that the shelter is open and ready; from now on heads are counted."""
    held = deed.lock(Opening, opening)
    deed.move(deed.lock(Shelter, held.shelter_id), Shelter.life.open)
    deed.emit(ShelterOpened(opening=held.pk, shelter=held.shelter_id))
    return _count_anew(deed, held)


@of_opening("shelters.admit", label=_("Let in"), moves=Opening.life.admit, icon="login", offline=True)
def admit(
    deed: Deed, *, opening: int, village: Village, persons: Persons, whence: Annotated[Whence, Input(_("Whence"))]
) -> Opening:
    """Let people of a village in; refused beyond the capacity and beyond who can still come."""
    held = deed.lock(Opening, opening)
    Whereabouts.hold(deed, held.shelter)
    room = rules.room(held.shelter.capacity, queries.inside(held.shelter))
    if persons > room:
        raise Refusal(_("There is room for %(room)d more.") % {"room": room}, field="persons")
    source = Whereabouts.register if whence == Whence.REGISTER else getattr(Whereabouts, whence).at(village.code)
    Whereabouts.move(deed, village, persons, source, held.shelter, because=held)
    return held


@of_opening("shelters.let_out", label=_("Let out"), moves=Opening.life.work, icon="logout", offline=True)
def let_out(
    deed: Deed, *, opening: int, village: Village, persons: Persons, whither: Annotated[Whither, Input(_("Whither"))]
) -> Opening:
    """Write down that people of a village leave."""
    held = deed.lock(Opening, opening)
    Whereabouts.move(deed, village, persons, held.shelter, getattr(Whereabouts, whither).at(village.code), because=held)
    return held


@of_opening("shelters.count", label=_("Count heads"), moves=Opening.life.work, icon="users", offline=True)
def count(deed: Deed, *, opening: int, counted: HeadCount) -> Opening:
    """Write down how many are really there; the next count falls due anew."""
    held = deed.lock(Opening, opening)
    held.counted, held.counted_at = counted, deed.now
    return _count_anew(deed, held)


@of_opening("shelters.register", label=_("Register residents"), moves=Opening.life.send, icon="list-numbers")
def register(deed: Deed, *, opening: int, village: Village, persons: Persons) -> Opening:
    """Enter residents of a village who are at home, so that it can be told who has not come yet."""
    held = deed.lock(Opening, opening)
    Whereabouts.move(deed, village, persons, Whereabouts.register, Whereabouts.home.at(village.code), because=held)
    return held


@of_opening("shelters.set_out", label=_("Set out"), moves=Opening.life.send, icon="walk", offline=True)
def set_out(deed: Deed, *, opening: int, village: Village, persons: Persons) -> Opening:
    """Write down that residents have left home for this shelter."""
    held = deed.lock(Opening, opening)
    home, road = Whereabouts.home.at(village.code), Whereabouts.on_the_way.at(village.code)
    Whereabouts.move(deed, village, persons, home, road, because=held)
    return held


@of_opening("shelters.wind_down", label=_("Begin to close"), moves=Opening.life.wind_down, icon="door-exit")
def wind_down(deed: Deed, *, opening: int, reason: Reason = "") -> Opening:
    """Let nobody in any more."""
    return deed.lock(Opening, opening)


@of_opening("shelters.close", label=_("Close the shelter"), moves=Opening.life.close, icon="circle-check")
def close(deed: Deed, *, opening: int, reason: Reason = "") -> Opening:
    """Close the shelter; refused while anybody is in it."""
    held = deed.lock(Opening, opening)
    if left := queries.inside(held.shelter):
        raise Refusal(_("%(left)d people are still here.") % {"left": left})
    deed.move(deed.lock(Shelter, held.shelter_id), Shelter.life.shut)
    deed.emit(ShelterClosed(opening=held.pk, shelter=held.shelter_id))
    law.stop(of=held)
    return held


@of_opening("shelters.cancel", label=_("Call the opening off"), moves=Opening.life.cancel, icon="x")
def cancel(deed: Deed, *, opening: int, reason: Reason) -> Opening:
    """Call an opening off that has not begun."""
    held = deed.lock(Opening, opening)
    law.drop(of=held)
    return held


@action("shelters.load", needs="shelters.load_shelters", label=_("Load the pack's shelters"))
def load(deed: Deed, *, classes: list[ShelterClass], shelters: list[Shelter]) -> None:
    """Take in the classes and the shelters of a pack."""
    take_in(deed, ShelterClass, classes, ("code",), "name", "name_en", "days", "area_each", "walk_km", "source", "confidence")
    take_in(
        deed, Shelter, shelters, ("code",), "name", "name_en", "grade", "area_m2", "capacity", "address", "location", "source"
    )


def _count_anew(deed: Deed, held: Opening) -> Opening:
    """End the terms that run; the next head count is due from now."""
    law.stop(of=held)
    law.start(starts=[law.Start("shelters.head_count", of=held, since=deed.now, duty_of=str(held.shelter.keeper or ""))])
    return held
