"""The legal clocks of reports: started when an incident becomes known, stopped by what is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from anlan.apps.incidents import queries, rules
from anlan.apps.incidents.choices import BodyLevel, IncidentState, Stage
from anlan.apps.incidents.models import Incident
from anlan.apps.law import api as law


def start(incident: Incident, level: str, stage: str, since: datetime, only: set[str] | None = None) -> None:
    """Start the terms by which a level owes a report of this stage; one that runs already runs on."""
    duties = [duty for duty in queries.owed(incident, level, stage) if only is None or duty.code in only]
    running = {term.rule.code for term in queries.open_terms(incident, [duty.code for duty in duties])}
    body = queries.owing(incident, level)
    zh, en = (body.name, body.name_en) if body else ("", "")
    fresh = [law.Start(duty.code, incident, since, duty_of=zh, duty_of_en=en) for duty in duties if duty.code not in running]
    if fresh:
        law.start(starts=fresh)


def begin(incident: Incident, now: datetime) -> None:
    """Start what is owed first: by whoever opens it from when it became known; by a county that the city tells, from now on."""
    place = rules.level_of(incident.area)
    first = queries.own_level() == BodyLevel.CITY or place == BodyLevel.CITY
    incident.city_known_at = incident.known_at if first else None
    start(incident, place, Stage.INITIAL, now if first and place != BodyLevel.CITY else incident.known_at)
    if first and place != BodyLevel.CITY:
        start(incident, BodyLevel.CITY, Stage.INITIAL, incident.known_at)


def owed_first(incident: Incident) -> set[str]:
    """Return the rules of all first reports that are owed on an incident as it stands, by the bodies that know of it."""
    levels = {rules.level_of(incident.area)}
    if incident.city_known_at is not None:
        levels.add(BodyLevel.CITY)
    return {duty.code for level in levels for duty in queries.owed(incident, level, Stage.INITIAL)}


def regauge(incident: Incident, before: set[str], now: datetime) -> None:
    """Start what has become due because an incident is graver than was thought: from now on, since nobody knew before."""
    fresh = owed_first(incident) - before
    for level in (BodyLevel.COUNTY, BodyLevel.CITY) if fresh and incident.state == IncidentState.OPEN else ():
        start(incident, level, Stage.INITIAL, now, only=fresh)


def supplement(incident: Incident, before: rules.Figures, now: datetime) -> None:
    """Start the term of a supplementary report where casualties of an incident that is over have changed and whoever answers for it has reported."""
    days, level = incident.kind.casualty_days, rules.level_of(incident.area)
    changed = rules.to_supplement(before, incident.figures, incident.occurred_at, now, days)
    if incident.state == IncidentState.CLOSED and changed and queries.has_reported(incident, level):
        start(incident, level, Stage.SUPPLEMENT, now)


def stop(incident: Incident, duties: Iterable[rules.Duty]) -> None:
    """Stop the terms that a report has met."""
    if codes := tuple(duty.code for duty in duties):
        law.stop(of=incident, rules=codes)


def drop(incident: Incident, stage: str = "") -> None:
    """End the terms of one stage, or all, because nobody asks for them any more."""
    if codes := tuple(duty.code for duty in queries.duties() if not stage or duty.stage == stage):
        law.drop(of=incident, rules=codes)
