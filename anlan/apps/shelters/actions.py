"""Actions of shelters: order, open, let in, count, let out, close."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.places.api import Division
from anlan.apps.shelters import queries, rules
from anlan.apps.shelters.choices import Whence, Whither
from anlan.apps.shelters.models import Opening, OpeningOrder, Shelter, ShelterClass, Whereabouts
from anlan.kit.actions import Deed, action
from anlan.kit.documents import posting
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.ledger import Spot
from anlan.kit.reference import take_in
from anlan.kit.refusals import Refusal

Persons = Annotated[int, Input(_("Persons"), example=12)]
Village = Annotated[Ref[Division], Input(_("Village"), among=lambda rows: rows.filter(level="village"))]


@action(
    "shelters.withdraw",
    needs="shelters.change_shelter",
    label=_("Take out of use"),
    record="shelters.Shelter",
    moves=Shelter.life.withdraw,
)
def withdraw(deed: Deed, *, shelter: int, reason: Reason) -> Shelter:
    """Take a shelter out of use, with the reason."""
    return deed.lock(Shelter, shelter)


@action(
    "shelters.restore",
    needs="shelters.change_shelter",
    label=_("Put back into use"),
    record="shelters.Shelter",
    moves=Shelter.life.restore,
)
def restore(deed: Deed, *, shelter: int, reason: Reason = "") -> Shelter:
    """Put a shelter back into use."""
    return deed.lock(Shelter, shelter)


@posting(OpeningOrder)
def give_the_order(deed: Deed, order: OpeningOrder) -> None:
    """Order each shelter of the lines open; refused where one is not ready, not fit, or too small."""
    for at, line in enumerate(order.lines.select_related("shelter")):
        where, shelter = f"lines.{at}.shelter", line.shelter
        if shelter.state != Shelter.State.READY:
            raise Refusal(_("%(shelter)s is not ready to be opened.") % {"shelter": shelter}, field=where)
        if shelter.unfit_for == order.danger:
            raise Refusal(_("%(shelter)s does not serve against this danger.") % {"shelter": shelter}, field=where)
        if line.expected > shelter.capacity:
            words = _("%(shelter)s holds %(capacity)d.") % {"shelter": shelter, "capacity": shelter.capacity}
            raise Refusal(words, field=f"lines.{at}.expected")
        made = deed.create(Opening, area=shelter.area, shelter=shelter, order=order, expected=line.expected, ordered_at=deed.now)
        law.start(starts=[law.Start("shelters.ready", of=made, since=deed.now, duty_of=str(shelter.keeper or ""))])


@action(
    "shelters.open",
    needs="shelters.work_opening",
    label=_("Open"),
    record="shelters.Opening",
    icon="door",
    moves=Opening.life.open,
    offline=True,
)
def open_shelter(deed: Deed, *, opening: int) -> Opening:
    """Say that the shelter is open and ready; from now on heads are counted."""
    held = deed.lock(Opening, opening)
    deed.move(deed.lock(Shelter, held.shelter_id), Shelter.life.open)
    law.stop(of=held)
    law.start(starts=[law.Start("shelters.head_count", of=held, since=deed.now)])
    return held


@action(
    "shelters.admit",
    needs="shelters.work_opening",
    label=_("Let in"),
    record="shelters.Opening",
    icon="login",
    moves=Opening.life.admit,
    offline=True,
)
def admit(
    deed: Deed, *, opening: int, village: Village, persons: Persons, whence: Annotated[Whence, Input(_("Whence"))]
) -> Opening:
    """Let people of a village in; refused beyond the capacity and beyond who can still come."""
    held = deed.lock(Opening, opening)
    Whereabouts.hold(deed, held.shelter)
    room = rules.room(held.shelter.capacity, queries.inside(held.shelter))
    if persons > room:
        raise Refusal(_("There is room for %(room)d more.") % {"room": room}, field="persons")
    source = Whereabouts.register if whence == Whence.REGISTER else _named(whence, village)
    Whereabouts.move(deed, village, persons, source, held.shelter, because=held)
    return held


@action(
    "shelters.let_out",
    needs="shelters.work_opening",
    label=_("Let out"),
    record="shelters.Opening",
    icon="logout",
    moves=Opening.life.work,
    offline=True,
)
def let_out(
    deed: Deed, *, opening: int, village: Village, persons: Persons, whither: Annotated[Whither, Input(_("Whither"))]
) -> Opening:
    """Write down that people of a village leave."""
    held = deed.lock(Opening, opening)
    Whereabouts.move(deed, village, persons, held.shelter, _named(whither, village), because=held)
    return held


@action(
    "shelters.count",
    needs="shelters.work_opening",
    label=_("Count heads"),
    record="shelters.Opening",
    icon="users",
    moves=Opening.life.work,
    offline=True,
)
def count(
    deed: Deed, *, opening: int, counted: Annotated[int, Input(_("Head count"), example=120)], remark: Reason = ""
) -> Opening:
    """Write down how many are really there; the next count falls due anew."""
    held = deed.lock(Opening, opening)
    if counted < 0:
        raise Refusal(_("A head count is not negative."), field="counted")
    held.counted, held.counted_at = counted, deed.now
    law.stop(of=held)
    law.start(starts=[law.Start("shelters.head_count", of=held, since=deed.now)])
    return held


@action(
    "shelters.wind_down",
    needs="shelters.work_opening",
    label=_("Begin to close"),
    record="shelters.Opening",
    moves=Opening.life.wind_down,
)
def wind_down(deed: Deed, *, opening: int, reason: Reason = "") -> Opening:
    """Let nobody in any more."""
    return deed.lock(Opening, opening)


@action(
    "shelters.close",
    needs="shelters.work_opening",
    label=_("Close"),
    record="shelters.Opening",
    icon="circle-check",
    moves=Opening.life.close,
)
def close(deed: Deed, *, opening: int, reason: Reason = "") -> Opening:
    """Close the shelter; refused while anybody is in it."""
    held = deed.lock(Opening, opening)
    if left := queries.inside(held.shelter):
        raise Refusal(_("%(left)d people are still here.") % {"left": left})
    deed.move(deed.lock(Shelter, held.shelter_id), Shelter.life.shut)
    law.stop(of=held)
    return held


@action(
    "shelters.cancel", needs="shelters.cancel_opening", label=_("Cancel"), record="shelters.Opening", moves=Opening.life.cancel
)
def cancel(deed: Deed, *, opening: int, reason: Reason) -> Opening:
    """Call an opening off that has not begun."""
    held = deed.lock(Opening, opening)
    law.drop(of=held)
    return held


@action(
    "shelters.register",
    needs="shelters.register_residents",
    label=_("Register residents"),
    record="shelters.Opening",
    moves=Opening.life.work,
)
def register(deed: Deed, *, opening: int, village: Village, persons: Persons) -> Opening:
    """Enter residents of a village who are at home, so that it can be told who has not come yet."""
    held = deed.lock(Opening, opening)
    Whereabouts.move(deed, village, persons, Whereabouts.register, _named("home", village), because=held)
    return held


@action("shelters.load", needs="shelters.load_shelters", label=_("Load the pack's shelters"))
def load(deed: Deed, *, classes: list[ShelterClass], shelters: list[Shelter]) -> int:
    """Take in the classes and the shelters of a pack."""
    take_in(deed, ShelterClass, classes, ("code",), "name", "name_en", "days", "area_each", "walk_km", "source", "confidence")
    return len(
        take_in(
            deed, Shelter, shelters, ("code",), "name", "name_en", "grade", "area_m2", "capacity", "address", "location", "source"
        )
    )


def _named(place: str, village: Division) -> Spot:
    """Return a named place of a village's own jurisdiction."""
    return getattr(Whereabouts, place).at(village.code)  # type: ignore[no-any-return]
