"""Readers of what keeps alarms back: stations out of service, and states in which an alarm means nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from anlan.apps.alarms.choices import STANDING, AlarmState, OutageState, Restraint
from anlan.apps.alarms.models import Alarm, OutOfService, StateRule
from anlan.apps.alarms.rules import RED, at_once
from anlan.apps.enterprises import api as enterprises
from anlan.apps.law import api as law
from anlan.apps.telemetry import api as telemetry


@dataclass(frozen=True)
class Kept:
    """Why an alarm is kept back."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Own:
    """Where an alarm stands, since when it is with whom it concerns first, and whether they have answered it."""

    area: str
    since: datetime
    answered_at: datetime | None = None


class Restraints:
    """What keeps alarms of some stations back at present, asked once for all of them."""

    def __init__(self, stations: Iterable[int], now: datetime) -> None:
        self.now, held = now, set(stations)
        out = OutOfService.objects.filter(state=OutageState.IN_FORCE, station__in=held, since__lte=now, until__gt=now)
        self._out = list(out.values_list("station_id", "datastream_id", "reason"))
        self._rules = list(StateRule.objects.filter(in_use=True).select_related("state_of").order_by("id"))
        wholes = telemetry.Station.objects.filter(pk__in=held if self._rules else ())
        self._wholes = dict(wholes.values_list("pk", "part_of_id"))
        self._states: dict[int, float | None] = {}
        self._owners: dict[str, enterprises.EnterpriseFact | None] = {}

    def of(self, alarm: Alarm, own: Own) -> Kept | None:
        """Return what keeps an alarm back, if anything: never a state where it is red."""
        for station, stream, reason in self._out:
            if station == alarm.station_id and stream in (None, alarm.datastream_id):
                return Kept(Restraint.OUT_OF_SERVICE, reason)
        if alarm.level >= RED:
            return None
        here = (alarm.station_id, self._wholes.get(alarm.station_id))
        for rule in self._rules:
            if rule.hazard == alarm.hazard and rule.state_of.station_id in here and rule.holds(self._state(rule.state_of_id)):
                return Kept(Restraint.STATE, f"{rule.name}: {rule.reason}")
        return self._with_owner(own, alarm.level)

    def _state(self, stream: int) -> float | None:
        if stream not in self._states:
            self._states[stream] = telemetry.good_now(stream)
        return self._states[stream]

    def _with_owner(self, own: Own, level: int) -> Kept | None:
        """Return whether an alarm is still the enterprise's alone: until its time to answer is over, then until that to deal with it is.

        The grave ones of grade I and II installations go to both at once, and so do all where no ladder gives a time.
        """
        if own.area not in self._owners:
            self._owners[own.area] = enterprises.enterprise_at(own.area)
        owner = self._owners[own.area]
        waits = law.ladder("alarms.enterprise", own.since).waits if owner else ()
        if owner is None or at_once(owner.grade, level) or not waits:
            return None
        until = own.since + (waits[0] if own.answered_at is None else sum(waits[:2], timedelta()))
        return Kept(Restraint.OWNER, owner.name) if self.now < until else None


def with_owner() -> list[tuple[Alarm, datetime | None]]:
    """Return the alarms that are an enterprise's alone and unanswered, of grounds where the viewer answers, each with until when."""
    rows = Alarm.objects.readable("alarms.answer_own_alarm").filter(state=AlarmState.SUPPRESSED, restraint=Restraint.OWNER)
    found = rows.filter(owner_answered_at=None).select_related("station", "datastream").order_by("-level", "id")[:50]
    return [
        (a, law.ladder("alarms.enterprise", since).next_at(0, since)) for a in found if (since := a.restrained_at or a.raised_at)
    ]


def is_out(station: int, stream: int | None) -> bool:
    """Return whether a station, or one quantity of it, is out of service already."""
    return OutOfService.objects.filter(station=station, datastream=stream, state=OutageState.IN_FORCE).exists()


def to_weigh(now: datetime) -> list[int]:
    """Return the standing alarms that are kept back, or might be: those of stations out of service and of hazards with a rule."""
    rules = StateRule.objects.filter(in_use=True).values("hazard")
    out = OutOfService.objects.filter(state=OutageState.IN_FORCE, since__lte=now, until__gt=now).values("station")
    concerned = Q(state=AlarmState.SUPPRESSED) | Q(hazard__in=rules) | Q(station__in=out)
    return list(Alarm.objects.filter(concerned, state__in=STANDING).order_by("id").values_list("pk", flat=True))


def out_of_service(permission: str = "alarms.view_outofservice") -> Any:
    """Return what is out of service and the viewer may see, the first to come back first."""
    rows = OutOfService.objects.readable(permission).filter(state=OutageState.IN_FORCE)
    return rows.select_related("station", "datastream").order_by("until", "id")
