"""Writers of duty: a rota is planned, shifts are taken over and handed on, the log is kept, rooms are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.duty import decision_sheets, queries, rules
from anlan.apps.duty.choices import EntryKind, RollState, ShiftState
from anlan.apps.duty.events import RollCalled, RollMissed, ShiftUnmanned
from anlan.apps.duty.models import LogEntry, RollCall, Shift, brief
from anlan.apps.people.api import Organisation, Person
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Lines, Reason, Ref
from anlan.kit.refusals import Conflict, Refusal

Room = Annotated[Ref[Organisation], Input(_("Duty room"))]
Leader = Annotated[Ref[Person], Input(_("Duty leader"))]
Officer = Annotated[Ref[Person], Input(_("First officer"))]
Second = Annotated[Ref[Person] | None, Input(_("Second officer"))]
#: As the columns hold it.
MOST_TEXT, MOST_PARTY = 1000, 100
of_shift = partial(action, record="duty.Shift")


@dataclass(frozen=True)
class Turn:
    """Who sits on one shift of the rota."""

    leader: Leader
    officer: Officer
    second: Second = None


def _hours(_row: Any) -> list[tuple[int, Any]]:
    return [(24, _("24 hours")), (12, _("12 hours")), (8, _("8 hours"))]  # rules.LENGTHS


@action(
    "duty.plan",
    needs="duty.plan_shift",
    label=_("Plan the rota"),
    icon="calendar-plus",
    story=_("The turns follow each other from the first shift on and begin again at the end, until the days are filled."),
)
def plan(
    deed: Deed,
    *,
    organisation: Room,
    first: Annotated[datetime, Input(_("First shift begins"), example="2026-12-01T08:30:00+08:00")],
    days: Annotated[int, Input(_("For days"), example=7)] = 7,
    hours: Annotated[int, Input(_("Length of a shift"), choices=_hours)] = 24,
    turns: Annotated[Lines[Turn], Input(_("Turns, in their order"))],
) -> Shift:
    """Plan the shifts of a duty room for some days; refused where one would overlap a shift that is planned already."""
    if hours not in rules.LENGTHS:
        raise Refusal(_("A shift lasts 8, 12 or 24 hours."), field="hours")
    if not 1 <= days <= rules.MOST_DAYS:
        raise Refusal(_("Plan for 1 to %(most)d days at once.") % {"most": rules.MOST_DAYS}, field="days")
    if not turns:
        raise Refusal(_("Say who sits on the first shift."), field="turns")
    wanted = rules.spans(first, days, hours)
    if wanted[0][1] <= deed.now or first > deed.now + rules.FARTHEST:
        raise Refusal(_("The first shift may not be over already, and begins within a year."), field="first")
    for number, turn in enumerate(turns):
        if turn.second is not None and turn.second.pk == turn.officer.pk:
            raise Refusal(_("The second officer is somebody else than the first."), field=f"turns.{number}.second")
    deed.lock(Organisation, organisation.pk)
    if held := rules.clash(wanted, queries.taken(organisation, wanted[0][0], wanted[-1][1])):
        words = _("A shift from %(begins)s to %(ends)s is planned already. Begin after it, or call it off first.")
        raise Conflict(words % {"begins": brief(held[0]), "ends": brief(held[1])})
    rows = []
    for number, (begins, ends) in enumerate(wanted):
        turn = turns[number % len(turns)]
        people = {"leader": turn.leader, "officer": turn.officer, "second": turn.second}
        rows.append(
            deed.create(Shift, area=organisation.area, organisation=organisation, begins_at=begins, ends_at=ends, **people)
        )
    return rows[0]


@of_shift(
    "duty.take_over",
    needs="duty.work_shift",
    label=_("Go on duty"),
    icon="login",
    moves=Shift.life.take_over,
    sheet=decision_sheets.taking,
)
def take_over(deed: Deed, *, shift: Ref[Shift]) -> None:
    """Take a shift over; the one before ends with it, if it has not handed on itself, and those that nobody took are given up."""
    _of_the_room(deed, shift)
    if shift.begins_at - rules.EARLIEST > deed.now:
        raise Conflict(_("This shift begins only at %(at)s.") % {"at": brief(shift.begins_at)})
    if shift.ends_at <= deed.now:
        raise Conflict(_("This shift was over at %(at)s.") % {"at": brief(shift.ends_at)})
    deed.lock(Organisation, shift.organisation_id)
    if before := queries.predecessor(shift):
        if before.begins_at > shift.begins_at:
            raise Conflict(_("A later shift of this room is on duty already."))
        deed.move(deed.lock(Shift, before.pk), Shift.life.end)
    for one in queries.skipped(shift):
        deed.move(deed.lock(Shift, one.pk), Shift.life.miss)


@of_shift(
    "duty.hand_over",
    needs="duty.work_shift",
    label=_("Hand the duty on"),
    icon="logout",
    moves=Shift.life.end,
    sheet=decision_sheets.handing,
)
def hand_over(deed: Deed, *, shift: Ref[Shift], handed: Annotated[str, Input(_("Left to the next shift"), rows=6)]) -> None:
    """End a shift with what it leaves to the next one: matters that go on, instructions, what to watch."""
    _of_the_room(deed, shift)
    if not handed.strip():
        raise Refusal(_("Write down what goes on; “nothing” is an answer too."), field="handed")
    shift.handed = handed.strip()[:4000]


@of_shift(
    "duty.write", needs="duty.work_shift", label=_("Write into the log"), icon="pencil", moves=Shift.life.write, offline=True
)
def write(
    deed: Deed,
    *,
    shift: Ref[Shift],
    kind: Annotated[EntryKind, Input(_("Matter"))],
    text: Annotated[str, Input(_("Log text"), rows=3)],
    party: Annotated[str, Input(_("From or to whom"))] = "",
) -> None:
    """Write an entry into the log of a shift, up to a day after its end; what is written stays."""
    _of_the_room(deed, shift)
    if shift.ended_at and shift.ended_at + rules.LATEST < deed.now:
        raise Conflict(_("The log of this shift is closed: it takes entries up to a day after the end."))
    words = {"text": text.strip(), "party": party.strip()}
    if not 0 < len(words["text"]) <= MOST_TEXT:
        raise Refusal(_("Say what it is about, in up to %(most)d characters.") % {"most": MOST_TEXT}, field="text")
    if len(words["party"]) > MOST_PARTY:
        raise Refusal(_("At most %(most)d characters.") % {"most": MOST_PARTY}, field="party")
    deed.create(LogEntry, area=shift.area, shift=shift, kind=kind, at=deed.now, written_by=deed.actor, **words)


@of_shift("duty.swap", needs="duty.plan_shift", label=_("Change who sits"), icon="users", moves=Shift.life.swap)
def swap(deed: Deed, *, shift: Ref[Shift], leader: Leader, officer: Officer, second: Second = None, reason: Reason) -> None:
    """Put others on a shift than the rota had planned, with the reason."""
    if shift.ends_at <= deed.now:
        raise Conflict(_("This shift was over at %(at)s.") % {"at": brief(shift.ends_at)})
    shift.leader, shift.officer, shift.second = leader, officer, second


@of_shift("duty.cancel", needs="duty.plan_shift", label=_("Call the shift off"), icon="x", moves=Shift.life.cancel, bulk=200)
def cancel(deed: Deed, *, shift: Ref[Shift], reason: Reason) -> None:
    """Call a planned shift off, with the reason."""


@of_shift("duty.call_roll", needs="duty.call_roll", label=_("Call the roll"), icon="bell-ringing", moves=Shift.life.work)
def call_roll(deed: Deed, *, shift: Ref[Shift]) -> RollCall:
    """Call a duty room, to see whether somebody is there; refused while an earlier call waits for its answer."""
    if shift.roll_calls.filter(state=RollState.CALLED).exists():
        raise Conflict(_("The room was called already and has still time to answer."))
    due = deed.now + queries.answer_within(deed.now)
    call = deed.create(RollCall, area=shift.area, shift=shift, called_at=deed.now, called_by=deed.actor, due_at=due)
    deed.emit(RollCalled(call=call.pk))
    return call


@action(
    "duty.answer_roll",
    needs="duty.work_shift",
    label=_("We are here"),
    icon="hand-stop",
    record="duty.RollCall",
    moves=RollCall.life.answer,
)
def answer_roll(deed: Deed, *, call: Ref[RollCall]) -> None:
    """Answer a roll call; by somebody of the room, and not by who called."""
    if deed.actor == call.called_by:
        raise Refusal(_("Whoever called the roll cannot answer it for the room."))
    _of_the_room(deed, call.shift)


@of_shift("duty.tell_unmanned", needs="duty.watch", label=_("Nobody has taken over"))
def tell_unmanned(deed: Deed, *, shift: int) -> Shift:
    """Note that nobody has taken a shift over, and tell it one step further up; give the shift up when it is over."""
    held = deed.lock(Shift, shift)
    if held.state != ShiftState.PLANNED:
        return held
    if held.ends_at <= deed.now:
        deed.move(held, Shift.life.miss)
    elif queries.ladder(held.begins_at).climbs(held.escalation, held.escalated_at or held.begins_at, deed.now):
        held.escalated_at, held.escalation = deed.now, held.escalation + 1
        deed.emit(ShiftUnmanned(shift=held.pk, step=held.escalation))
    return held


@action("duty.miss_roll", needs="duty.watch", label=_("Roll call not answered"), record="duty.RollCall")
def miss_roll(deed: Deed, *, call: int) -> RollCall:
    """Note that a roll call was not answered in time."""
    held = deed.lock(RollCall, call)
    if held.state == RollState.CALLED and held.due_at <= deed.now:
        deed.move(held, RollCall.life.miss)
        deed.emit(RollMissed(call=held.pk))
    return held


def _of_the_room(deed: Deed, shift: Shift) -> None:
    """Refuse what only those of a duty room do, to anybody who belongs to another."""
    if not deed.scope.system and not queries.is_of_the_room(shift, deed.actor):
        raise Refusal(_("This is for the people of %(room)s, and for who sits on the shift.") % {"room": shift.organisation})
