"""Tests that the desks of incidents inherit."""

from __future__ import annotations

from typing import Any

from anlan.apps.incidents import desk
from anlan.apps.incidents.tests import factories
from anlan.kit.testing.desk import DeskTests


def other_incident(_row: Any) -> dict[str, Any]:
    return {"incident": factories.the_other().pk}


class TestRapidReportDesk(DeskTests):
    desk = desk.RapidReportDesk
    make = factories.a_rapid
    full = factories.a_rapid
    more = factories.more_of_rapid
    verbs = {
        "take_up": lambda row: {"title": "试验", "kind": row.kind.code, "known_at": ""},
        "attach": other_incident,
        "dismiss": {"answer": "核实无此事"},
    }


class TestIncidentDesk(DeskTests):
    desk = desk.IncidentDesk
    make = factories.an_incident
    full = factories.an_incident
    more = factories.more_of_incident
    page_queries = 30
    verbs = {
        "draft_report": {"kind": "initial", "nature": "试验", "loss": "", "mode": "written"},
        "set_figures": {"dead": 1, "loss": ""},
        "grade": {"grade": 4, "reason": "试验"},
        "correct": lambda row: {
            "title": "更正",
            "kind": row.kind.code,
            "occurred_at": row.occurred_at.isoformat(),
            "known_at": row.known_at.isoformat(),
            "reason": "试验",
        },
        "merge": lambda row: {"into": factories.the_other().pk, "reason": "试验"},
        "close": {"reason": "处置结束"},
        "reopen": {"reason": "复燃"},
    }


class TestReportDesk(DeskTests):
    desk = desk.ReportDesk
    make = factories.a_report
    full = factories.a_report
    verbs = {
        "send": {"late_reason": ""},
        "revise": {"nature": "试验", "loss": "", "mode": "written"},
    }


class TestIncidentKindDesk(DeskTests):
    desk = desk.IncidentKindDesk
    make = factories.a_new_kind


class TestGradeBarDesk(DeskTests):
    desk = desk.GradeBarDesk
    make = factories.a_bar


class TestReportingRuleDesk(DeskTests):
    desk = desk.ReportingRuleDesk
    make = factories.a_rule
