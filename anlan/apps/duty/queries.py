"""Readers of duty: who is on duty now, who comes next, for whom nobody is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Length

from anlan.apps.duty import rules
from anlan.apps.duty.choices import RollState, ShiftState
from anlan.apps.duty.models import RollCall, Shift
from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.kit import clock
from anlan.kit.records import readable
from anlan.lib.divisions import ancestors
from anlan.lib.ladders import Ladder

PEOPLE = ("organisation", "leader", "officer", "second")
#: A rota is looked at so far ahead, and counts as kept where a shift was planned so lately.
AHEAD, LATELY = timedelta(days=7), timedelta(days=7)


@dataclass(frozen=True)
class Room:
    """How the duty room of a body stands: its shift now (None: nobody has taken over), the one that should be, the next, where the rota ends."""

    body: Any
    now: Shift | None
    due: Shift | None
    next: Shift | None
    gap_from: datetime | None

    @property
    def shift(self) -> Shift | None:
        """Return the shift to speak of: the one on duty, else the one that should be."""
        return self.now or self.due


def rooms(bodies: Q | None = None) -> list[Room]:
    """Return how each duty room that keeps a rota stands, the highest body first."""
    now = clock.now()
    rows = readable(Shift).filter(Q(state=ShiftState.ON) | Q(ends_at__gt=now - LATELY)).exclude(state=ShiftState.CANCELLED)
    found: dict[int, list[Shift]] = {}
    rows = rows.filter(bodies) if bodies is not None else rows
    for row in rows.select_related(*PEOPLE).order_by(
        Length("organisation__area"), "organisation__area", "organisation_id", "begins_at"
    ):
        found.setdefault(row.organisation_id, []).append(row)
    return [_room(shifts, now) for shifts in found.values()]


def _room(shifts: list[Shift], now: datetime) -> Room:
    planned = [s for s in shifts if s.state == ShiftState.PLANNED]
    holes = rules.gaps([(s.begins_at, s.ended_at or s.ends_at) for s in shifts if s.state != ShiftState.MISSED], now, now + AHEAD)
    return Room(
        body=shifts[0].organisation,
        now=next((s for s in reversed(shifts) if s.state == ShiftState.ON), None),
        due=next((s for s in planned if s.begins_at <= now < s.ends_at), None),
        next=next((s for s in planned if s.begins_at > now), None),
        gap_from=holes[0][0] if holes else None,
    )


def room_over(area: str) -> Room | None:
    """Return how the room of a division's own body stands, else of the nearest body above that the viewer may read."""
    found = rooms(Q(organisation__area__in=[*ancestors(area), area], organisation__kind=people.OrganisationKind.BUREAU))
    return max(found, key=lambda room: len(room.body.area), default=None)


def on_duty(body: str) -> Shift | None:
    """Return the shift that is on duty in the room of a body, None where nobody is."""
    rows = Shift.objects.filter(organisation__code=body, state=ShiftState.ON).select_related(*PEOPLE)
    return rows.order_by("-begins_at").first()


def own_next(username: str) -> Shift | None:
    """Return the next shift on which somebody sits by the rota."""
    person = people.person_of(username)
    if not person:
        return None
    sits = Q(leader__code=person) | Q(officer__code=person) | Q(second__code=person)
    rows = readable(Shift).filter(sits, state=ShiftState.PLANNED, begins_at__gt=clock.now())
    return rows.select_related(*PEOPLE).order_by("begins_at").first()


def predecessor(shift: Shift) -> Shift | None:
    """Return the shift of the same room that is on duty."""
    rows = Shift.objects.filter(organisation=shift.organisation_id, state=ShiftState.ON).exclude(pk=shift.pk)
    return rows.order_by("-begins_at").first()


def successor(shift: Shift) -> Shift | None:
    """Return the planned shift of the same room that comes next."""
    rows = Shift.objects.filter(organisation=shift.organisation_id, state=ShiftState.PLANNED, ends_at__gt=clock.now())
    return rows.order_by("begins_at").first()


def taken(body: Any, since: datetime, until: datetime) -> list[rules.Span]:
    """Return the shifts that a room has between two instants."""
    rows = Shift.objects.filter(organisation=body, begins_at__lt=until, ends_at__gt=since)
    rows = rows.exclude(state__in=(ShiftState.CANCELLED, ShiftState.MISSED)).order_by("begins_at")
    held = [(row.begins_at, row.ended_at or row.ends_at) for row in rows]  # handed on early, its last hours are free
    return [(begins, ends) for begins, ends in held if begins < ends]


def unmanned() -> Any:
    """Return the shifts that have begun and that nobody has taken over."""
    return (
        readable(Shift).filter(state=ShiftState.PLANNED, begins_at__lte=clock.now()).select_related(*PEOPLE).order_by("begins_at")
    )


def calls_to_answer() -> Any:
    """Return the roll calls that wait for an answer."""
    return readable(RollCall).filter(state=RollState.CALLED).select_related("shift__organisation").order_by("due_at")


def ladder(at: datetime) -> Ladder:
    """Return how far up, and when, it is told that nobody has taken a shift over."""
    return law.ladder("duty.take_over", at)


def answer_within(at: datetime) -> timedelta:
    """Return how long a room has to answer a roll call."""
    waits = law.ladder("duty.roll_call", at).waits
    return waits[0] if waits else timedelta(minutes=5)


def is_of_the_room(shift: Shift, username: str) -> bool:
    """Return whether somebody belongs to the body whose room it is, or sits on the shift."""
    return people.organisation_of(username) == shift.organisation.code or is_on(shift, username)


def skipped(shift: Shift) -> list[Shift]:
    """Return the planned shifts of the same room that should have come before."""
    rows = Shift.objects.filter(organisation=shift.organisation_id, state=ShiftState.PLANNED, begins_at__lt=shift.begins_at)
    return list(rows.order_by("begins_at"))


def is_on(shift: Shift, username: str) -> bool:
    """Return whether somebody is on the roll of a shift."""
    person = people.person_of(username)
    return bool(person) and person in {one.code for one in (shift.leader, shift.officer, shift.second) if one}
