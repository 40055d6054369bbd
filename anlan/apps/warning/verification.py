"""Verification of warnings against alarms: the records behind it, and what cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.telemetry import api as telemetry
from anlan.apps.telemetry.kinds import HAZARDS, Verification
from anlan.apps.warning import queries
from anlan.apps.warning.choices import Level, MessageType
from anlan.apps.warning.verifying import Event, Found, Issued, Score, answered, chains, score
from anlan.kit import clock


@dataclass(frozen=True)
class Verified:
    """The scores by hazard and level, and in words what they leave out."""

    scores: list[Score]
    gaps: list[str]
    #: What was judged: warnings of whose hazard and place no station tells anything are left out.
    issued: list[Issued]
    #: Of the hazards that are verified by the desk's answer to their alarms.
    desk: list[Score]


@dataclass(frozen=True)
class Judged:
    """One case of an indicator: an event, or a warning that none followed, and whether it counts as right."""

    name: str
    area: str
    at: datetime
    right: bool
    alarm: int = 0
    warning: int = 0


def judged(hazard: str, since: datetime, until: datetime) -> list[Judged]:
    """Return the cases by which the plan's indicator of a hazard is told, of its lowest level that saw any: by the page's own rules.

    Peaks are not asked for: whether a warning was public when an event began, and whether any event came, do not go by them.
    """
    rule, events = _rule(hazard), _events(since, until, hazard, peaks=False)
    watched = telemetry.watched(hazard)
    issued = [w for w in _issued(since, until) if w.hazard == hazard]
    chained = [m for m in chains(issued).values() if any(a.startswith(place) for a in watched for w in m for place in w.places)]
    told = [w for messages in chained for w in messages]
    kind, levels = HAZARDS.get(hazard), [level for level in Level.values if level >= HAZARDS.get(hazard).indicator_from]
    whole = next(iter(_told([score(hazard, level, events, told, rule) for level in levels])), None)
    if whole is None:
        return []
    happened = [*whole.hits, *whole.late, *whole.missed]
    if kind.indicator_before:
        return [_case(f, f.warning is not None and f.warning.published_at <= f.event.began_at) for f in happened]
    formula = queries.accuracy_formula()
    events_counted = {"pod": happened, "csi": happened}.get(str(formula), whole.hits)
    false = [] if formula == "pod" else whole.false
    return [
        *(_case(f, f in whole.hits) for f in events_counted),
        *(Judged(w.name, (w.office or w.places[0]), w.published_at, False, warning=w.warning) for w in false),
    ]


def _case(found: Found, right: bool) -> Judged:
    event, by = found.event, found.warning
    return Judged(event.name, event.area, event.began_at, right, event.alarm, by.warning if by else 0)


def verify(since: datetime, until: datetime) -> Verified:
    """Hold every warning published in a period against the alarms that touch it, within the scope, each hazard by its own rule."""
    everything, issued, gaps = _events(since, until), [], []
    events = [e for e in everything if _verified(e.hazard) == "warning"]
    watched = {hazard.code: telemetry.watched(hazard.code) for hazard in HAZARDS}
    unseen, beside = 0, 0
    for messages in chains(_issued(since, until)).values():
        hazard, places = messages[0].hazard, {place for message in messages for place in message.places}
        if _verified(hazard) != "warning":
            beside += 1
        elif any(area.startswith(place) for area in watched.get(hazard, set()) for place in places):
            issued += messages
        else:
            unseen += 1
    if unseen:
        gaps.append(_("%(n)d warnings cannot be judged: no station watches their hazard in their place.") % {"n": unseen})
    if beside:
        gaps.append(_("%(n)d warnings are of hazards that are not verified by warnings.") % {"n": beside})
    if peakless := sum(e.peaked_at is None for e in events):
        gaps.append(
            _("%(n)d events have no known peak (sums of rain): their beginning is used, no lead is given.") % {"n": peakless}
        )
    if still := sum(e.over_at >= clock.now() for e in events):
        gaps.append(_("%(n)d events are still under way: their peak may be yet to come.") % {"n": still})
    if hold := len({w.chain for w in issued if w.holds}):
        gaps.append(_("%(n)d warnings are still in force: whether they were false is told when they are over.") % {"n": hold})
    hazards = sorted({e.hazard for e in events} | {w.hazard for w in issued})
    scores = [score(hazard, level, events, issued, _rule(hazard)) for hazard in hazards for level in Level.values]
    alarmed = sorted({e.hazard for e in everything if _verified(e.hazard) == "alarm"})
    desk = [answered(hazard, level, everything, _rule(hazard)) for hazard in alarmed for level in Level.values]
    return Verified(_told(scores), gaps, issued, _told(desk))


def _told(scores: list[Score]) -> list[Score]:
    return [s for s in scores if s.events or s.false]


def _verified(hazard: str) -> str:
    """Return who is held to a hazard; of one whose plug-in is gone the warning."""
    return HAZARDS.get(hazard).verified_by if hazard in HAZARDS else "warning"


def _rule(hazard: str) -> Verification:
    return HAZARDS.get(hazard).verification if hazard in HAZARDS else Verification()


def _events(since: datetime, until: datetime, hazard: str = "", *, peaks: bool = True) -> list[Event]:
    found = []
    for alarm in alarms.alarm_history(since, until):
        if hazard and alarm.hazard != hazard:
            continue
        peak = alarms.peak_during(alarm.pk) if peaks else None
        found.append(
            Event(
                alarm.pk,
                str(alarm.station),
                alarm.area,
                alarm.hazard,
                alarm.peak_level,
                alarm.began_at,
                peak[0] if peak else None,
                alarm.returned_at or alarm.closed_at or clock.now(),
                alarm.datastream.quantity,
                answered_at=alarm.acknowledged_at,
                unreal=alarms.was_unreal(alarm),
            )
        )
    return found


def _issued(since: datetime, until: datetime) -> list[Issued]:
    rows = queries.public().exclude(message_type=MessageType.CANCEL)
    rows = rows.filter(published_at__gte=since, published_at__lte=until).prefetch_related("areas")
    found, now = [], clock.now()
    first: dict[int, int] = {}
    for w in rows.order_by("published_at", "id"):
        places = tuple(a.division for a in w.areas.all() if a.division) or (w.area,)
        over = min(w.ended_at or w.expires_at, w.expires_at)
        before = w.replaces_id or 0
        first[w.pk] = first.get(before, before) or w.pk
        told = (w.pk, str(w), places, w.hazard, w.level, w.published_at, over, w.area)
        found.append(Issued(*told, holds=over > now, replaces=before, first=first[w.pk]))
    return found
