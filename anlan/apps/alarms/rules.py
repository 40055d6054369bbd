"""Pure decisions of alarms (ISA-18.2): what may be answered, put aside and closed, in which order, in which groups; floods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from django.utils.translation import gettext as _

from anlan.apps.alarms.choices import Basis, Cause, Origin, Priority
from anlan.apps.telemetry.events import LevelMoved
from anlan.kit.refusals import Refusal

T = TypeVar("T")

#: How long an alarm may be put aside where its card says nothing, by its level (proposal, K-).
LONGEST_SHELF = {0: 24.0, 1: 24.0, 2: 12.0, 3: 8.0, 4: 1.0}
#: An alarm that crosses again so soon after it returned is the same alarm (proposal, K-).
FLAP_WITHIN = timedelta(hours=2)
#: A chattering alarm stands until it has been calm for so long (proposal, K-).
CALM_FOR = timedelta(minutes=10)
ISA = "ISA-18.2"
RED = 4


def check_shelf(hours: float, reason: str, level: int, most: float) -> None:
    """Refuse to shelve an alarm for longer than its card allows or for no reason, and a red one by one person alone: lives hang on it."""
    if level >= RED:
        raise Refusal(
            _("A red alarm is not put aside by one person: ask for a second look, or acknowledge it and act."), article=ISA
        )
    _check_shelf(hours, reason, most)


def check_red_shelf(hours: float, reason: str, level: int, most: float) -> None:
    """Refuse to put a red alarm aside for longer than its card allows or for no reason; a lesser one needs no second look."""
    if level < RED:
        raise Refusal(_("This alarm is not red; it may be shelved without a second person."), article=ISA)
    _check_shelf(hours, reason, most)


def _check_shelf(hours: float, reason: str, most: float) -> None:
    if not reason.strip():
        raise Refusal(_("Say why this alarm is put aside."), article=ISA, field="reason")
    if not 0 < hours <= most:
        raise Refusal(_("This alarm may be shelved for up to %(hours)g hours.") % {"hours": most}, article=ISA, field="hours")


def check_several(level: int) -> None:
    """Refuse to answer a red alarm together with others: each is looked at by itself."""
    if level >= RED:
        raise Refusal(_("A red alarm is answered by itself: open it, look, then acknowledge it."), article=ISA)


def check_cause(cause: str, remark: str) -> None:
    """Refuse to close an alarm without a cause of the list, or with "other" and no word."""
    if cause not in Cause.values:
        raise Refusal(_("Choose the cause: %(causes)s.") % {"causes": ", ".join(Cause.values)}, article=ISA, field="cause")
    if cause == Cause.OTHER and not remark.strip():
        raise Refusal(_("Say in the remark what the cause was."), article=ISA, field="remark")


#: Priority by level (blue to red) and consequence (minor, damage, serious, lives): few are emergencies (ISA-18.2: 5, 15, 80 %; proposal, K-).
PRIORITIES = {
    1: (Priority.LOW, Priority.LOW, Priority.LOW, Priority.MEDIUM),
    2: (Priority.LOW, Priority.MEDIUM, Priority.MEDIUM, Priority.HIGH),
    3: (Priority.MEDIUM, Priority.HIGH, Priority.HIGH, Priority.HIGH),
    4: (Priority.HIGH, Priority.EMERGENCY, Priority.EMERGENCY, Priority.EMERGENCY),
}


def priority_of(level: int, consequence: int, basis: str = Basis.OBSERVED) -> int:
    """Return the priority of an alarm; what is only forecast comes one step later, and missing data last."""
    if basis == Basis.SILENCE or level not in PRIORITIES:
        return int(Priority.LOW)
    found = int(PRIORITIES[level][consequence - 1])
    return min(found + 1, int(Priority.LOW)) if basis == Basis.FORECAST else found


class Turn(StrEnum):
    """What a change of level means for an alarm; of those of one instant what is over comes first."""

    OVER = "over"
    CHANGED = "changed"
    RAISED = "raised"


def turn_of(move: LevelMoved) -> Turn:
    """Return what a change of level means for an alarm."""
    return Turn.RAISED if move.before == 0 else Turn.OVER if move.after == 0 else Turn.CHANGED


def sets_of(moves: Iterable[LevelMoved]) -> Iterator[tuple[Turn, list[LevelMoved]]]:
    """Cut moves into sets that can be carried out at once and come to the same as one by one: of one hazard, each datastream once.

    What changes between levels meets no other alarm; what is raised and what is over meet in groups, and keep their order.
    """
    for _hazard, own in groupby(_by_instant(moves), key=attrgetter("hazard")):
        held: dict[Turn, list[LevelMoved]] = {}
        seen: set[int] = set()
        for move in own:
            turn = turn_of(move)
            if move.stream in seen or (turn != Turn.CHANGED and held.keys() - {turn, Turn.CHANGED}):
                yield from held.items()
                held, seen = {}, set()
            held.setdefault(turn, []).append(move)
            seen.add(move.stream)
        yield from held.items()


def _by_instant(moves: Iterable[LevelMoved]) -> Iterator[LevelMoved]:
    """Put what several datastreams did at one instant in the order of its turns."""
    for _instant, group in groupby(moves, key=lambda move: (move.hazard, move.at)):
        held = list(group)
        yield from (
            held if len({move.stream for move in held}) < len(held) else sorted(held, key=lambda m: list(Turn).index(turn_of(m)))
        )


#: No transaction raises or ends more alarms than this (docs/adr/0012).
MOST = 300


def pieces(found: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut what was found into pieces, each for a transaction of its own."""
    for first in range(0, len(found), MOST):
        yield found[first : first + MOST]


#: What the letters of an event code (GB/T 35561's family, domain.md 6.1) say of what brings an alarm about; the longest that fits.
ORIGINS = {
    "11A": Origin.WATER,
    "11B03": Origin.WATER,
    "11B": Origin.WEATHER,
    "11B25": Origin.FIRE,
    "11C": Origin.GROUND,
    "11D": Origin.GROUND,
    "11G": Origin.FIRE,
    "12G": Origin.FIRE,
    "12H": Origin.TRAFFIC,
    "12J": Origin.TRAFFIC,
    "12K": Origin.TRAFFIC,
    "12": Origin.PLANT,
}


def origin_of(event_code: str) -> str:
    """Return what brings alarms of an event code about."""
    return next((ORIGINS[code] for n in (5, 3, 2) if (code := event_code[:n]) in ORIGINS), Origin.OTHER)


@dataclass(frozen=True)
class Cell:
    """Standing alarms of one origin in one place (a county's code, or shorter): how many, how grave, and which came first."""

    origin: str
    place: str
    standing: int
    unanswered: int
    red: int
    orange: int
    worst: int
    priority: int
    first: int
    first_at: datetime
    newest_at: datetime

    def with_(self, other: Cell, place: str) -> Cell:
        """Return both as one."""
        first = min(self, other, key=lambda cell: (cell.first_at, cell.first))
        return replace(
            first,
            place=place,
            standing=self.standing + other.standing,
            unanswered=self.unanswered + other.unanswered,
            red=self.red + other.red,
            orange=self.orange + other.orange,
            worst=max(self.worst, other.worst),
            priority=min(self.priority, other.priority),
            newest_at=max(self.newest_at, other.newest_at),
        )


#: So many groups may be looked at in a storm.
MOST_GROUPS = 10


def folded(counts: Iterable[Cell], most: int = MOST_GROUPS) -> list[Cell]:
    """Fold cells by cause and place into no more than `most` groups, the gravest first; nothing is left out.

    The cause with most places is taken together first: a storm over eight counties is one thing.
    """
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in counts:
        groups[cell.origin].append(cell)
    while sum(map(len, groups.values())) > most:
        widest = max(groups, key=lambda origin: (len(groups[origin]), origin))
        if len(groups[widest]) == 1:
            break
        groups[widest] = [_together(groups[widest])]
    found = [cell for cells_there in groups.values() for cell in cells_there]
    return sorted(found, key=lambda c: (c.unanswered == 0, c.priority, -c.worst, c.first_at, c.first))


def _together(counts: Sequence[Cell]) -> Cell:
    """Return cells of one cause as one, at what their places have in common."""
    place = counts[0].place
    for cell in counts[1:]:
        while not cell.place.startswith(place):
            place = place[:-2]
    found = counts[0]
    for cell in counts[1:]:
        found = found.with_(cell, place)
    return found


@dataclass(frozen=True)
class Flood:
    """A time with more alarms than one can answer: from more than ten in ten minutes until fewer than five (ISA-18.2, clause 16)."""

    since: datetime
    until: datetime
    alarms: int
    peak: int


TEN_MINUTES = timedelta(minutes=10)


def floods(counts: Sequence[tuple[datetime, int]], above: int = 10, below: int = 5) -> list[Flood]:
    """Return the floods among counts of ten minutes each, given in order of time; what is not listed counted none."""
    found: list[Flood] = []
    running: Flood | None = None
    for at, count in counts:
        if running is not None and (at > running.until or count < below):
            found.append(running)
            running = None
        if running is not None:
            running = replace(running, until=at + TEN_MINUTES, alarms=running.alarms + count, peak=max(running.peak, count))
        elif count > above:
            running = Flood(at, at + TEN_MINUTES, count, count)
    return found + ([running] if running is not None else [])


#: Grades of installations whose alarms of HH, LL and interlocks go to the enterprise and the city at once (C16), and from which level.
GRAVE_GRADES, AT_ONCE_FROM = (1, 2), 3


def at_once(grade: int, level: int) -> bool:
    """Return whether an enterprise's alarm goes to the city at once: of a grade I or II installation from HH or LL on, and every red one."""
    return level >= RED or (grade in GRAVE_GRADES and level >= AT_ONCE_FROM)
