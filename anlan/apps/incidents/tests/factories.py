"""Rows for tests of incidents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import Point

from anlan.apps.incidents import actions
from anlan.apps.incidents.models import GradeBar, Incident, IncidentKind, RapidAddition, RapidReport, Report, ReportingRule
from anlan.apps.places.api import Division
from anlan.kit import clock
from anlan.kit.testing.factory import created

KINDS = ("11D01", "12H")


def a_kind(number: int = 0) -> IncidentKind:
    return IncidentKind.objects.get(code=KINDS[number % 2])


def a_village() -> Division:
    return Division.objects.filter(level="village", code__startswith="441802").order_by("code")[0]


def the_other() -> Incident:
    """Return the incident of Qingcheng to which others are attached; it is there before any verb is tried."""
    found = Incident.objects.filter(title="另一事件").first()
    return found or an_incident("441802", 1001, title="另一事件")


def a_rapid(area: str, number: int = 1, **changed: Any) -> RapidReport:
    the_other()
    now = clock.now() - timedelta(minutes=number % 7)
    facts = {
        "kind": a_kind(number),
        "text": f"路段塌方{number}",
        "location": Point(113.05 + number / 1000, 23.70, srid=4326),
        "hurt": number % 3,
        "trapped": None,
        "seen_at": now,
        "reported_at": now,
        "reported_by": "reporter",
        "answer": f"已告知{number}",
        "state": ("dismissed", "new")[number % 2] if number > 40 else "new",
    }
    return created(RapidReport, area=area, **{**facts, **changed})


def more_of_rapid(row: RapidReport, number: int) -> None:
    for n in range(number):
        created(RapidAddition, area=row.area, rapid=row, text=f"补充{n}", at=clock.now(), written_by="reporter")


def an_incident(area: str, number: int = 1, **changed: Any) -> Incident:
    if "title" not in changed:
        the_other()
    known = clock.now() - timedelta(minutes=number % 7)
    facts = {
        "kind": a_kind(number),
        "title": f"试验事件{number}",
        "grade": (4, 3)[number % 2] if number > 40 else None,
        "sensitive": bool(number % 2),
        "location": Point(113.05 + number / 1000, 23.70, srid=4326),
        "place": f"试验路{number}号",
        "summary": f"试验经过{number}",
        "occurred_at": known,
        "known_at": known,
        "opened_by": "qingcheng",
        "state": ("closed", "open")[number % 2] if number > 40 else "open",
    }
    return created(Incident, area=area, **{**facts, **changed})


def more_of_incident(row: Incident, number: int) -> None:
    for n in range(number):
        a_report(row.area, 900 + n, incident=row)
        a_rapid(row.area, 901 + 2 * n, incident=row)
        an_incident(row.area, 900 + n, into=row, state="merged")


def a_report(area: str, number: int = 1, **changed: Any) -> Report:
    incident = changed.pop("incident", None) or an_incident(area, 2000 + number)
    sent = number > 40
    facts = {
        "incident": incident,
        "kind": ("initial", "final")[number % 2] if sent else "initial",
        "mode": ("phone", "written")[number % 2],
        "from_level": ("city", "county")[number % 2] if sent else "county",
        "sender": "441802-emb",
        "receiver": "qy-emb",
        "known_at": incident.known_at,
        "occurred_at": incident.occurred_at,
        "place": incident.place,
        "nature": f"试验经过{number}",
        "reporter": "试验",
        "dead": 0,
        "late": bool(number % 2) if sent else False,
        "sent_at": clock.now() if sent else None,
        "first_sent_at": clock.now() if sent else None,
        "state": ("sent", "received")[number % 2] if sent else "draft",
    }
    return created(Report, area=area, **{**facts, **changed})


def sent_report(incident: Incident, kind: str = "initial", **given: Any) -> Report:
    report = actions.draft_report(incident=incident.pk, kind=kind, **{"nature": "山体滑坡", **given})
    actions.send(report=report.pk)
    return report


def a_bar(_area: str = "", number: int = 1) -> GradeBar:
    scale, facts = f"t{number}", {"basis": "试验", "source": "test", "confidence": "K-"}
    found = GradeBar.objects.filter(scale=scale).first()
    return found or created(GradeBar, scale=scale, grade=4, measure="dead", at_least=number, **facts)


def a_new_kind(_area: str = "", number: int = 1) -> IncidentKind:
    code = f"9{number:04}"
    found = IncidentKind.objects.filter(code=code).first()
    return found or created(IncidentKind, code=code, name=f"试验{number}", name_en=f"Test {number}", source="test")


def a_rule(_area: str = "", number: int = 1) -> ReportingRule:
    code = f"incidents.t{number}"
    named = {
        "stage": "initial",
        "mode": "phone",
        "event_class": "99",
        "from_level": "county",
        "to_level": "city",
        "source": "test",
    }
    return ReportingRule.objects.filter(code=code).first() or created(ReportingRule, code=code, **named)
