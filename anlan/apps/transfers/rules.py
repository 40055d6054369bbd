"""What is decided about transfers: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from anlan.apps.transfers.choices import ENDS, IN_DANGER, JourneyState, Refuge, Stand
from anlan.kit.refusals import Refusal

#: No action reaches further ahead.
FURTHEST = timedelta(days=7)
#: A household's heads beyond this are a slip of the finger; a home for the aged may be a household too.
LARGEST_HOUSEHOLD = 500
#: A helper's visit or a drill longer ago is late: once a year at least (the "four ones", April 2020).
YEARLY = timedelta(days=365)
#: Which of the ledger's steps lead from one stand to another.
STEPS: dict[tuple[str, str], tuple[str, ...]] = {
    (Stand.NOWHERE, Stand.ROAD): ("leave",),
    (Stand.NOWHERE, Stand.SHELTER): ("leave", "enter"),
    (Stand.NOWHERE, Stand.KIN): ("leave", "to_kin"),
    (Stand.ROAD, Stand.SHELTER): ("enter",),
    (Stand.ROAD, Stand.KIN): ("to_kin",),
    (Stand.ROAD, Stand.NOWHERE): ("turn_back",),
    (Stand.SHELTER, Stand.NOWHERE): ("go_home", "turn_back"),
    (Stand.KIN, Stand.NOWHERE): ("from_kin", "turn_back"),
}


def check_due(now: datetime, due: datetime) -> None:
    """Refuse a deadline that has passed or lies beyond a week."""
    if not now < due <= now + FURTHEST:
        raise Refusal(_("Give a time to come, within a week."), field="due_at")


def check_persons(persons: int, registered: int) -> None:
    """Refuse nobody, and more than belong to the household: guests are let in by the shelter's keeper."""
    if not 1 <= persons <= registered:
        raise Refusal(_("Give 1 to %(most)d persons.") % {"most": registered}, field="moved")


def check_words(words: str, field: str) -> None:
    """Refuse an empty reason."""
    if not words.strip():
        raise Refusal(_("Say why, in a few words."), field=field)


def stand_of(state: str, refuge: str) -> str:
    """Return where the ledger should have a household's people, by how far it is."""
    if state == JourneyState.UNDER_WAY:
        return Stand.ROAD
    if state == JourneyState.ARRIVED:
        return Stand.SHELTER if refuge == Refuge.SHELTER else Stand.KIN
    return Stand.NOWHERE


def steps(before: str, after: str) -> tuple[str, ...]:
    """Return the ledger's steps from one stand to another; none where it is there already."""
    return STEPS.get((before, after), ())


def on_the_road(stand: str, persons: int, moved: int) -> int:
    """Return how many of a household the books should have on the way: all who set out, less those who have come to safety."""
    if stand == Stand.ROAD:
        return persons
    return max(persons - moved, 0) if stand in (Stand.SHELTER, Stand.KIN) else 0


def to_let_in(moved: int, should_be: int, there: int) -> int:
    """Return how many of an arrival are still to be booked: fewer, where a keeper has let people of the village in from the way already.

    `should_be` are on the way by the households' own words, `there` by the books; what lacks was counted at the door.
    """
    return max(moved - max(should_be - there, 0), 0)


def late_yearly(day: date | None, today: date) -> bool:
    """Return whether a visit or drill that is due once a year is late, or never was."""
    return day is None or today - day > YEARLY


@dataclass(frozen=True)
class Tally:
    """Heads of one village, or of several: how many are to move, and how far they are. Persons, but for `households` and `unknown_households`."""

    households: int = 0
    persons: int = 0
    waiting: int = 0
    told: int = 0
    under_way: int = 0
    arrived: int = 0
    refused: int = 0
    away: int = 0
    returned: int = 0
    vulnerable: int = 0
    vulnerable_in_danger: int = 0
    unknown_households: int = 0
    last_word: datetime | None = None

    def __add__(self, other: Tally) -> Tally:
        words = [one for one in (self.last_word, other.last_word) if one]
        summed = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        return Tally(**summed, last_word=max(words, default=None))

    @property
    def in_danger(self) -> int:
        """Return how many are not known to be out of danger."""
        return self.refused + self.waiting + self.told + self.under_way

    @property
    def brought_away(self) -> int:
        """Return how many were brought into safety, also those who have gone home since."""
        return self.arrived + self.returned

    @property
    def share(self) -> int:
        """Return the hundredths of all who are out of danger; 100 where nobody is to move."""
        return 100 * (self.persons - self.in_danger) // self.persons if self.persons else 100


COUNTED = tuple(name for name in Tally.__dataclass_fields__ if name != "last_word")


@dataclass(frozen=True)
class Standing:
    """What is known of one household's journey."""

    state: str
    persons: int
    moved: int = 0
    vulnerable: int = 0
    last_word: datetime | None = None


def tally(journeys: Sequence[Standing]) -> Tally:
    """Count heads: each person once, by how far the household is; who set out and did not arrive with it is still under way."""
    heads = dict.fromkeys(JourneyState.values, 0)
    for one in journeys:
        there = min(one.moved, one.persons) if one.state in (JourneyState.ARRIVED, JourneyState.RETURNED) else one.persons
        heads[one.state] += there
        heads[JourneyState.UNDER_WAY] += one.persons - there
    return Tally(
        **heads,
        households=len(journeys),
        persons=sum(one.persons for one in journeys),
        vulnerable=sum(one.vulnerable for one in journeys),
        vulnerable_in_danger=sum(one.vulnerable for one in journeys if one.state in IN_DANGER),
        unknown_households=sum(one.state == JourneyState.WAITING for one in journeys),
        last_word=max((one.last_word for one in journeys if one.last_word), default=None),
    )


def urgency(one: Standing) -> tuple[int, int, int]:
    """Return by what a household comes first among those not in safety: vulnerable ones, then how little is known, then heads."""
    rank = IN_DANGER.index(JourneyState(one.state)) if one.state in IN_DANGER else len(IN_DANGER)
    return (0 if one.vulnerable else 1, rank, -one.persons)


def check_end(states: Sequence[str], reason: str) -> None:
    """Refuse to close an action while the end of a household is unknown and nobody says why."""
    open_still = sum(state not in ENDS for state in states)
    if open_still and not reason.strip():
        words = _("The end of %(count)d households is not known. Say why the action is closed all the same.")
        raise Refusal(words % {"count": open_still}, field="reason")
