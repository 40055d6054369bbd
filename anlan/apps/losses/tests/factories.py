"""Rows for tests of losses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.apps.losses import actions
from anlan.apps.losses.models import (
    CheckLimit,
    DamagedHome,
    DisasterKind,
    LossReport,
    LostPerson,
    Process,
    ReportingTown,
    VillageReturn,
)
from anlan.apps.places.api import Division
from anlan.kit import clock
from anlan.kit.testing.factory import created


def a_kind(number: int = 0) -> DisasterKind:
    return DisasterKind.objects.get(code=("flood", "slide")[number % 2])


def a_process(area: str, number: int = 1, **changed: Any) -> Process:
    facts = {
        "title": f"试验灾害过程{number}",
        "kind": a_kind(number),
        "started_at": clock.now() - timedelta(minutes=number % 7),
        "opened_by": "qingcheng",
        "state": ("ended", "running")[number % 2] if number > 40 else "running",
    }
    return created(Process, area=area, **{**facts, **changed})


def a_town(area: str, number: int = 1, **changed: Any) -> ReportingTown:
    process = changed.pop("process", None) or a_process(area, 1000 + number)
    facts = {"state": ("released", "reporting")[number % 2] if number > 40 else "awaiting"}
    return created(ReportingTown, area=area, process=process, **{**facts, **changed})


def more_of_process(row: Process, number: int) -> None:
    used = row.towns.values("area")
    towns = Division.objects.filter(level="town", code__startswith=row.area[:6]).exclude(code__in=used).order_by("code")
    for n, place in enumerate(towns[:number]):
        town = a_town(place.code, n, process=row)
        a_report(row.area, 300 + n, town=town, state="submitted", first_submitted_at=clock.now())


def more_of_town(row: ReportingTown, number: int) -> None:
    for n in range(number):
        a_report(row.area, 300 + n, town=row, state="approved", first_submitted_at=clock.now())
        village = Division.objects.filter(level="village", code__startswith=row.area).order_by("code")[n % 3]
        a_return(village.code, 300 + n, process=row.process)


def a_report(area: str, number: int = 1, **changed: Any) -> LossReport:
    sent = number > 40
    town = changed.pop("town", None) or a_town(area, 2000 + number, state="reporting" if sent else "awaiting")
    facts = {
        "kind": ("initial", "follow_up")[number % 2] if sent else "initial",
        "told": {"affected": 100 + number, "dead": 0, "loss": "12.5"},
        "reporter": f"试验{number}",
        "late": bool(number % 2) if sent else False,
        "submitted_at": clock.now() if sent else None,
        "submitted_by": "feilaixia" if sent else "",
        "first_submitted_at": clock.now() if sent else None,
        "state": ("submitted", "approved")[number % 2] if sent else "draft",
    }
    return created(LossReport, area=town.area, town=town, process=town.process, **{**facts, **changed})


def a_return(area: str, number: int = 1, **changed: Any) -> VillageReturn:
    process = changed.pop("process", None) or a_process(area[:6], 3000 + number)
    facts = {"told": {"affected": number}, "note": f"试验{number}", "told_at": clock.now(), "told_by": "reporter"}
    return created(VillageReturn, area=area, process=process, **{**facts, **changed})


def a_person(area: str, number: int = 1, **changed: Any) -> LostPerson:
    process = changed.pop("process", None) or a_process(area, 4000 + number)
    facts = {
        "fate": ("dead", "missing")[number % 2],
        "name": f"甲{number}",
        "happened_at": clock.now(),
        "cause": "drowned",
        "place": f"试验路{number}号",
        "state": ("struck", "counts")[number % 2] if number > 40 else "counts",
    }
    return created(LostPerson, area=area, process=process, **{**facts, **changed})


def person_values(area: str, number: int = 1) -> dict[str, Any]:
    process = Process.objects.filter(title="试验台账过程").first() or a_process(area[:6], 5000, title="试验台账过程")
    if not process.towns.filter(area=area[:9]).exists():
        a_town(area[:9], process=process)
    return {
        "process": process.pk,
        "fate": "dead",
        "name": f"乙{number}",
        "sex": "male",
        "age": "60",
        "id_number": "",
        "household": "试验村",
        "place": f"试验巷{number}号",
        "happened_at": "2022-06-21T08:00",
        "cause": "drowned",
        "area": area,
    }


def a_home(area: str, number: int = 1, **changed: Any) -> DamagedHome:
    process = changed.pop("process", None) or a_process(area, 6000 + number)
    facts = {
        "damage": ("collapsed", "severe")[number % 2],
        "name": f"丙{number}",
        "address": f"试验村{number}号",
        "home": ("rural", "urban")[number % 2],
        "rooms": 3,
        "state": ("struck", "counts")[number % 2] if number > 40 else "counts",
    }
    return created(DamagedHome, area=area, process=process, **{**facts, **changed})


def home_values(area: str, number: int = 1) -> dict[str, Any]:
    process = person_values(area, number)["process"]
    address = f"试验巷{number}号"
    return {
        "process": process,
        "damage": "collapsed",
        "name": f"丁{number}",
        "persons": "4",
        "address": address,
        "home": "rural",
        "rooms": "3",
        "area": area,
    }


def a_new_kind(_area: str = "", number: int = 1) -> DisasterKind:
    code = f"t{number}"
    found = DisasterKind.objects.filter(code=code).first()
    return found or created(DisasterKind, code=code, name=f"试验{number}", name_en=f"Test {number}", source="test")


def a_limit(_area: str = "", number: int = 1) -> CheckLimit:
    code = f"t{number}"
    found = CheckLimit.objects.filter(code=code).first()
    return found or created(CheckLimit, code=code, name=f"试验{number}", amount=number, source="test")


def told(town: ReportingTown, **figures: Any) -> LossReport:
    """Write a town's report and submit it."""
    report = actions.write(town=town.pk, **figures)
    actions.submit(report=report.pk)
    report.refresh_from_db()
    return report
