"""Were the warnings right? Each is held against the alarms that its ground saw; pure counting, no ORM.

From a level on, an event is an alarm that reached it. It is a hit when a warning of at least that level for its place was public
by its peak, late when one came after the peak, missed when none came. A warning with all that updated it is one: false when its
ground saw no event of the level while it held at it, told once it is over. From the lowest level on each danger is counted once;
the higher levels are parts of that, never to be added up. What alarms are one event, how long it must stand and how far from it a
warning may lie is its hazard's own (`kinds.Verification`). Where the desk's alarm is held to it, an answer in time is the hit.
POD = hits / (hits + late + missed), FAR = false / (hits + false), CSI = hits / (hits + late + missed + false).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from anlan.apps.telemetry.kinds import Verification

#: So many are judged before anything is said of thresholds; from this share on they do (indicator 10: 80 %).
ENOUGH, FAIR = 5, 0.8
#: Each alarm by itself, and a warning that held while it stood.
PLAIN = Verification()


@dataclass(frozen=True)
class Event:
    """An alarm as it ended up: where, how high, from when to when, and when it peaked (None: not known)."""

    alarm: int
    name: str
    area: str
    hazard: str
    level: int
    began_at: datetime
    peaked_at: datetime | None
    over_at: datetime
    quantity: str = ""
    #: The places of the alarms that are one event.
    places: tuple[str, ...] = ()
    answered_at: datetime | None = None
    #: The alarm was closed as no danger.
    unreal: bool = False


@dataclass(frozen=True)
class Issued:
    """A message of a warning as it ended up: for which places, how grave, from when to when."""

    warning: int
    name: str
    places: tuple[str, ...]
    hazard: str
    level: int
    published_at: datetime
    over_at: datetime
    #: The jurisdiction of whoever issued it.
    office: str = ""
    #: Still in force: it is no false alarm yet.
    holds: bool = False
    #: The alarm, where it is the desk's alarm that was false and no warning.
    alarm: int = 0
    #: What it took the place of, and the first of all that went on in each other; 0 for none.
    replaces: int = 0
    first: int = 0

    @property
    def chain(self) -> int:
        """Return by what number the warning is known that it is a message of."""
        return self.first or self.warning

    def covers(self, event: Event) -> bool:
        """Return whether any of the event's places lies in the warning's, for the same hazard."""
        seen = event.places or (event.area,)
        return self.hazard == event.hazard and any(area.startswith(place) for area in seen for place in self.places)


@dataclass(frozen=True)
class Found:
    """An event with the warning that belongs to it and the minutes before the peak."""

    event: Event
    warning: Issued | None = None
    lead_minutes: float | None = None
    #: The highest level in force before it began; where nothing was, of the first warning after; 0 without one.
    told: int = 0

    @property
    def lead_hours(self) -> float | None:
        """Return the lead in hours, negative after the peak."""
        return None if self.lead_minutes is None else self.lead_minutes / 60


@dataclass
class Score:
    """What became of the events and warnings of one hazard from one level on."""

    hazard: str
    level: int
    hits: list[Found] = field(default_factory=list)
    late: list[Found] = field(default_factory=list)
    missed: list[Found] = field(default_factory=list)
    false: list[Issued] = field(default_factory=list)
    #: The warnings (their chains) that an event is told of.
    right: set[int] = field(default_factory=set)
    #: The lead that is wanted.
    wanted: timedelta = timedelta(0)

    @property
    def events(self) -> int:
        """Return how many events there were."""
        return len(self.hits) + len(self.late) + len(self.missed)

    @property
    def pod(self) -> float | None:
        """Return the probability of detection, None without events."""
        return len(self.hits) / self.events if self.events else None

    @property
    def levels(self) -> dict[str, int]:
        """Return of how many events that were warned of the level was met, was lower or was higher than they became."""
        warned = [found for found in (*self.hits, *self.late) if found.told]
        met = sum(found.told == found.event.level for found in warned)
        lower = sum(found.told < found.event.level for found in warned)
        return {"met": met, "lower": lower, "higher": len(warned) - met - lower}

    @property
    def in_time(self) -> int:
        """Return for how many events a warning was public when they began (indicator 9)."""
        return sum(f.warning is not None and f.warning.published_at <= f.event.began_at for f in (*self.hits, *self.late))

    @property
    def in_time_share(self) -> float | None:
        """Return the share of events for which a warning was public when they began, None without events."""
        return self.in_time / self.events if self.events else None

    def accuracy(self, formula: str) -> float | None:
        """Return the accuracy (indicator 10) by a formula: "pod", "csi", else 1 - FAR; None without anything to judge."""
        if formula in ("pod", "csi"):
            return self.pod if formula == "pod" else self.csi
        return None if self.far is None else 1 - self.far

    @property
    def advice(self) -> str:
        """Return what the counts say of the thresholds: "lower" for events missed, "raise" for false warnings, "" for too few or fair ones."""
        if self.events >= ENOUGH and self.pod is not None and self.pod < FAIR:
            return "lower"
        judged = len(self.hits) + len(self.false)
        return "raise" if judged >= ENOUGH and self.far is not None and self.far > 1 - FAIR else ""

    @property
    def far(self) -> float | None:
        """Return the false alarm ratio, None without warnings that could be judged."""
        judged = len(self.hits) + len(self.false)
        return len(self.false) / judged if judged else None

    @property
    def csi(self) -> float | None:
        """Return the critical success index, None without anything to judge."""
        judged = self.events + len(self.false)
        return len(self.hits) / judged if judged else None

    @property
    def leads(self) -> list[float]:
        """Return the known leads of the hits in minutes."""
        return [found.lead_minutes for found in self.hits if found.lead_minutes is not None]

    @property
    def led(self) -> int:
        """Return how many hits had the lead that is wanted."""
        return sum(lead >= self.wanted.total_seconds() / 60 for lead in self.leads)

    @property
    def lead_minutes(self) -> float | None:
        """Return the median lead of the hits, None where no peak is known."""
        return median(self.leads) if self.leads else None

    @property
    def lead_hours(self) -> float | None:
        """Return the median lead in hours."""
        return None if self.lead_minutes is None else self.lead_minutes / 60


def gathered(events: Iterable[Event], rule: Verification) -> list[Event]:
    """Return what are events by a rule: alarms of the quantities that count, those of one area that stood at one time as one, none too short."""
    groups: list[Event] = []
    newest: dict[str, int] = {}
    for event in sorted(events, key=lambda e: (e.began_at, e.alarm)):
        if rule.quantities and event.quantity not in rule.quantities:
            continue
        area = event.area[: rule.digits]
        at = newest.get(area, -1) if rule.digits else -1
        if at >= 0 and event.began_at <= groups[at].over_at:
            groups[at] = _joined(groups[at], event, area)
        else:
            newest[area] = len(groups)
            groups.append(replace(event, area=area or event.area, places=(event.area,)))
    return [event for event in groups if event.over_at - event.began_at >= rule.held]


def _joined(one: Event, other: Event, area: str) -> Event:
    """Return two alarms of an area as one event: the graver's peak, of two as grave the earlier's."""
    first = max((one, other), key=lambda e: e.level)
    return replace(
        first, area=area, began_at=one.began_at, over_at=max(one.over_at, other.over_at), places=(*one.places, other.area)
    )


def answered(hazard: str, level: int, events: Iterable[Event], rule: Verification) -> Score:
    """Hold the desk to the alarms of a hazard from a level on: answered in time, later, not at all; false ones are no danger when closed."""
    result = Score(hazard, level, wanted=rule.lead)
    for event in gathered((e for e in events if e.hazard == hazard and e.level >= level), replace(rule, scale="station")):
        if event.unreal:
            over = event.over_at
            result.false.append(
                Issued(0, event.name, (event.area,), hazard, event.level, event.began_at, over, event.area, alarm=event.alarm)
            )
        elif event.answered_at is None:
            if event.over_at - event.began_at > rule.answer:  # else nobody had to have answered yet, or it was over before
                result.missed.append(Found(event))
        else:
            (result.hits if event.answered_at - event.began_at <= rule.answer else result.late).append(Found(event))
    return result


def score(hazard: str, level: int, events: Iterable[Event], issued: Iterable[Issued], rule: Verification = PLAIN) -> Score:
    """Hold the warnings of a hazard from a level on against the events that reached it."""
    real = gathered((e for e in events if e.hazard == hazard and e.level >= level), rule)
    said = sorted((w for w in issued if w.hazard == hazard and w.level >= level), key=lambda w: w.published_at)
    result = Score(hazard, level, wanted=rule.lead)
    for event in real:
        by = event.peaked_at or event.began_at
        during = _standing(event, said, rule)
        result.right |= {w.chain for w in during}
        first = next(iter(during), None)
        if first is None:
            result.missed.append(Found(event))
        elif first.published_at <= by:
            lead = (event.peaked_at - first.published_at).total_seconds() / 60 if event.peaked_at else None
            result.hits.append(Found(event, first, lead, _told(event, during, rule)))
        else:
            lead = (by - first.published_at).total_seconds() / 60
            result.late.append(Found(event, first, lead, _told(event, during, rule)))
    for chain, messages in chains(said).items():
        if chain not in result.right and not any(w.holds for w in messages):
            result.false.append(max(messages, key=lambda w: w.level))
    return result


def chains(issued: Iterable[Issued]) -> dict[int, list[Issued]]:
    """Return the messages of each warning, in their order."""
    found: dict[int, list[Issued]] = defaultdict(list)
    for message in issued:
        found[message.chain].append(message)
    return found


def _standing(event: Event, said: list[Issued], rule: Verification) -> list[Issued]:
    """Return the messages for an event's place that held near enough to it; one that another went on with there holds as long as that."""
    there = [w for w in said if w.covers(event)]
    until = {w.warning: w.over_at for w in there}
    for w in reversed(there):
        if w.replaces in until:
            until[w.replaces] = max(until[w.replaces], until[w.warning])
    since, past = event.began_at - rule.before, event.over_at + rule.after
    return [w for w in there if until[w.warning] >= since and w.published_at <= past]


def _told(event: Event, during: list[Issued], rule: Verification) -> int:
    """Return the highest level in force before an event began, no longer ago than its rule lets a warning count; else that of the first after."""
    before = [w.level for w in during if w.published_at <= event.began_at and w.over_at >= event.began_at - rule.before]
    return max(before, default=during[0].level)


def by_office_and_month(whole: Score, zone: tzinfo) -> list[tuple[str, date, Score]]:
    """Part a score by the county that it happened in (of a false warning: the office that issued it) and the local month it began in."""
    parts: dict[tuple[str, date], Score] = defaultdict(lambda: Score(whole.hazard, whole.level, wanted=whole.wanted))
    for name in ("hits", "late", "missed"):
        for found in getattr(whole, name):
            month = found.event.began_at.astimezone(zone).date().replace(day=1)
            getattr(parts[found.event.area[:6], month], name).append(found)
    for warning in whole.false:
        month = warning.published_at.astimezone(zone).date().replace(day=1)
        parts[(warning.office or warning.places[0])[:6], month].false.append(warning)
    return [(office, month, part) for (office, month), part in sorted(parts.items(), key=lambda p: (p[0][1], p[0][0]))]


@dataclass(frozen=True)
class Outcome:
    """What came of a warning, and the minutes between it and the peak.

    "early": public before the danger began; "hit": before its peak; "late": after it; "lesser": the danger came, below the level warned
    of; "false": no danger; "followed": it went on with a warning that an event is told of already.
    """

    code: str
    lead_minutes: float | None = None

    @property
    def lead_hours(self) -> float | None:
        """Return the lead in hours."""
        return None if self.lead_minutes is None else self.lead_minutes / 60


def outcomes(scores: Sequence[Score], issued: Sequence[Issued]) -> dict[int, Outcome]:
    """Return what came of each message that is over, by its own level; what still holds is left out until it has an event."""
    own = {(s.hazard, s.level): _credited(s) for s in scores}
    false = {(s.hazard, s.level): {w.chain for w in s.false} for s in scores}
    still = holding(issued)
    found: dict[int, Outcome] = {}
    for w in issued:
        key = (w.hazard, w.level)
        if w.chain in false.get(key, ()):
            lesser = any(w.chain in s.right for s in scores if s.hazard == w.hazard)
            found[w.warning] = Outcome("lesser" if lesser else "false")
        elif w.warning in own.get(key, {}):
            found[w.warning] = own[key][w.warning]
        elif w.warning not in still:
            found[w.warning] = Outcome("followed")
    return found


def holding(issued: Iterable[Issued]) -> set[int]:
    """Return the messages that are in force, or that one of their level or above in force goes on with."""
    held = chains(issued)
    return {w.warning for messages in held.values() for w in messages if any(o.holds and o.level >= w.level for o in messages)}


def _credited(whole: Score) -> dict[int, Outcome]:
    """Return the warnings to which events are credited; of several events of one the best counts."""
    found: dict[int, Outcome] = {}
    for one in (*whole.late, *sorted(whole.hits, key=lambda f: f.lead_minutes or 0.0)):
        if one.warning is None:
            continue
        early = one.warning.published_at <= one.event.began_at
        code = "late" if one in whole.late else "early" if early else "hit"
        if code != "hit" or found.get(one.warning.warning, Outcome("")).code != "early":
            found[one.warning.warning] = Outcome(code, one.lead_minutes)
    return found


def once(scores: Iterable[Score]) -> list[Score]:
    """Return of each hazard the score from the lowest level on: there each danger is counted once."""
    lowest: dict[str, Score] = {}
    for one in scores:
        if one.hazard not in lowest or one.level < lowest[one.hazard].level:
            lowest[one.hazard] = one
    return list(lowest.values())


def by_month(scores: Iterable[Score], zone: tzinfo) -> list[tuple[date, Score]]:
    """Return what came of the events and warnings of every hazard and level by the local month, the newest first."""
    months: dict[date, Score] = {}
    for whole in once(scores):
        for _office, month, part in by_office_and_month(whole, zone):
            held = months.setdefault(month, Score("", 0))
            for name in ("hits", "late", "missed", "false"):
                getattr(held, name).extend(getattr(part, name))
    return sorted(months.items(), key=lambda pair: pair[0], reverse=True)
