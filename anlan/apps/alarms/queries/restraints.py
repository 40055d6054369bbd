"""Readers of what keeps alarms back: stations out of service, and states in which an alarm means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from anlan.apps.alarms.choices import STANDING, AlarmState, OutageState, Restraint
from anlan.apps.alarms.models import Alarm, OutOfService, StateRule
from anlan.apps.alarms.rules import RED
from anlan.apps.telemetry import api as telemetry


@dataclass(frozen=True)
class Kept:
    """Why an alarm is kept back."""

    kind: str
    reason: str


def restraint_of(datastream: int, station: int, hazard: str, level: int, now: datetime) -> Kept | None:
    """Return what keeps an alarm back at present, if anything: never a state where it is red."""
    out = OutOfService.objects.filter(state=OutageState.IN_FORCE, station=station, since__lte=now, until__gt=now)
    reason = out.filter(Q(datastream=None) | Q(datastream=datastream)).values_list("reason", flat=True).first()
    if reason is not None:
        return Kept(Restraint.OUT_OF_SERVICE, reason)
    if level >= RED:
        return None
    here = Q(state_of__station=station) | Q(state_of__station__parts=station)
    for rule in StateRule.objects.filter(here, hazard=hazard, in_use=True).order_by("id").distinct():
        if rule.holds(telemetry.good_now(rule.state_of_id)):
            return Kept(Restraint.STATE, f"{rule.name}: {rule.reason}")
    return None


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
