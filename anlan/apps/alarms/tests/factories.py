"""Rows of alarms for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.alarms import actions
from anlan.apps.alarms.choices import OutageState
from anlan.apps.alarms.models import Alarm, AlarmCard, AlarmTarget, OutOfService, ShiftReport, StateRule
from anlan.apps.alarms.queries.shift import handed_over
from anlan.apps.telemetry.events import LevelMoved
from anlan.apps.telemetry.models import Datastream, Station
from anlan.apps.telemetry.tests import factories
from anlan.apps.telemetry.tests.factories import T0, stream
from anlan.kit import clock
from anlan.kit.testing.factory import created


def more_of_station(row: Station, number: int) -> None:
    factories.more_of_station(row, number)
    held = Datastream.objects.filter(station=row).order_by("pk").last()
    created(Alarm, **_alarm(held, number), state="closed")


def _alarm(held: Datastream, number: int) -> dict[str, Any]:
    at = T0 + timedelta(minutes=number)
    facts = {"level": 2, "peak_level": 2, "value": 21.0, "threshold": 20.0, "peak_value": 21.0}
    times = {"reading_at": at, "began_at": at, "raised_at": at}
    return {"area": held.area, "station": held.station, "datastream": held, "hazard": "river_flood", **facts, **times}


def alarm(area: str, number: int) -> Alarm:
    held = stream(area, number)
    (made,) = actions.raise_alarm(moves=[LevelMoved("river_flood", held.pk, 0, 2, 21.0, 20.0, 0, T0 + timedelta(minutes=number))])
    return made


def more_of_alarm(row: Alarm, number: int) -> None:
    created(Alarm, **_alarm(stream(row.area, 200 + number), number), group=row.group)


def closed_alarm(area: str, number: int) -> Alarm:
    held = stream(area, number)
    return created(Alarm, **_alarm(held, number), state="closed", cause="threshold")


def _card(area: str, number: int) -> dict[str, Any]:
    words = {"why": f"理由{area}{number}", "who": "值班员", "deed": f"核实{number}", "source": "test"}
    words |= {"why_en": f"Why {number}", "who_en": "Officer", "deed_en": f"Check {number}"}
    return {
        "hazard": ("gale", "heat")[number % 2],
        "level": 1 + number % 4,
        "consequence": 1 + number % 4,
        "within": "00:10:00",
        "shelf_hours": 2.0,
        "since": f"{2030 + number}-01-01",
        "review_on": f"{2031 + number}-01-01",
        **words,
    }


def card(area: str, number: int) -> AlarmCard:
    given = {**_card(area, number), "since": f"{2030 + number}-02-01", "within": timedelta(minutes=10)}
    made: AlarmCard = created(AlarmCard, **given)
    return made


def _target(area: str, number: int) -> dict[str, Any]:
    return {"code": f"t{area}{number}", "value": float(number), "source": "test", "confidence": ""}


def target(area: str, number: int) -> AlarmTarget:
    made: AlarmTarget = created(AlarmTarget, **{**_target(area, number), "code": f"m{area}{number}"})
    return made


def outage(area: str, number: int) -> OutOfService:
    held, at = stream(area, number), clock.now() - timedelta(hours=number)
    facts = {"since": at, "until": at + timedelta(days=3), "reason": f"检修{number}", "instead": "人工读尺", "taken_by": "test"}
    made: OutOfService = created(OutOfService, area=held.area, station=held.station, **facts)
    return made


def outage_over(area: str, number: int) -> OutOfService:
    held, at = stream(area, number), clock.now() - timedelta(hours=number)
    facts = {
        "since": at,
        "until": at,
        "reason": "检修",
        "instead": "人工读尺",
        "taken_by": "test",
        "ended_at": at,
        "ended_by": "test",
    }
    made: OutOfService = created(
        OutOfService, area=held.area, station=held.station, datastream=held, state=OutageState.ENDED, **facts
    )
    return made


def state_rule_values(area: str, number: int) -> dict[str, Any]:
    return {
        "name": f"停产{area}{number}",
        "hazard": ("gale", "heat")[number % 2],
        "state_of": stream(area, 300 + number).pk,
        "sign": "eq",
        "value": float(number),
        "reason": "停产时无压力",
        "in_use": number % 2 == 0,
        "area": area,
    }


def state_rule(area: str, number: int) -> StateRule:
    given = state_rule_values(area, number)
    made: StateRule = created(StateRule, **{**given, "state_of": Datastream.objects.get(pk=given["state_of"])})
    return made


def shift_report(area: str, number: int) -> ShiftReport:
    until = clock.now() - timedelta(hours=number)
    since = until - timedelta(hours=8)
    made: ShiftReport = created(
        ShiftReport, area=area, since=since, until=until, figures=handed_over(area, since, until), written_by="test"
    )
    return made


def shift_taken(area: str, number: int) -> ShiftReport:
    until = clock.now() - timedelta(hours=number)
    taken = {"state": "taken", "taken_at": until, "taken_by": "other", "remark": "平稳"}
    made: ShiftReport = created(
        ShiftReport,
        area=area,
        since=until - timedelta(hours=8),
        until=until,
        figures=handed_over(area, until - timedelta(hours=8), until),
        written_by="test",
        **taken,
    )
    return made
