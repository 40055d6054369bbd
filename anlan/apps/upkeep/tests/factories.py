"""Rows of upkeep for tests."""

from __future__ import annotations

from datetime import timedelta

from anlan.apps.telemetry.tests import factories as telemetry
from anlan.apps.upkeep.models import Norm, ServiceRule, Work
from anlan.kit import clock
from anlan.kit.testing.factory import created


def work(area: str, number: int) -> Work:
    held, now = telemetry.stream(area, 500 + number), clock.now()
    facts = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=3), "reason": f"巡检{number}", "begun_by": "test"}
    made: Work = created(Work, area=held.area, station=held.station, kind="inspection", **facts)
    return made


def work_done(area: str, number: int) -> Work:
    held, now = telemetry.stream(area, 500 + number), clock.now()
    facts = {
        "since": now,
        "until": now,
        "reason": "检定",
        "begun_by": "test",
        "ended_at": now,
        "ended_by": "test",
        "result": "调整",
    }
    told = {"standard": 20.0, "found": 20.2, "left": 20.0, "old_serial": "A1", "new_serial": "A2"}
    made: Work = created(
        Work, area=held.area, station=held.station, datastream=held, kind="calibration", state="done", **facts, **told
    )
    return made


def rule(area: str, number: int) -> ServiceRule:
    kind = ("rain", "river", "reservoir", "weather", "air", "gnss")[number % 6]
    known = ServiceRule.objects.filter(station_kind=kind, kind="maintenance").first()
    found: ServiceRule = known or created(
        ServiceRule, station_kind=kind, kind="maintenance", days=90, source="test", confidence="K-"
    )
    return found


def norm(area: str, number: int) -> Norm:
    names = {"code": f"t-{number}", "name": f"试验{number}", "name_en": f"Test {number}"}
    known = Norm.objects.filter(code=names["code"]).first()
    found: Norm = known or created(Norm, **names, value=3.5, unit="%", source="test", confidence="K-")
    return found
