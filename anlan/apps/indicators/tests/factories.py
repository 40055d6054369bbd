"""Rows of indicators for tests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from anlan.apps.indicators.models import PublishedFigure, ReportedFigure, Target, YearReport
from anlan.kit import clock
from anlan.kit.testing.factory import created


def a_figure(area: str, number: int = 1, **changed: Any) -> ReportedFigure:
    facts = {
        "subject": ("work_deaths", "gdp", "staff_training")[number % 3],
        "year": 2021 + number % 4,
        "value": Decimal(10 + number),
        "source": f"统计快报{number}",
        "note": f"说明{number}",
        "entered_at": clock.now() - timedelta(hours=number % 5),
        "entered_by": "statistician",
        "state": ("withdrawn", "entered")[number % 2] if number > 40 else "entered",
    }
    return created(ReportedFigure, area=area, **{**facts, **changed})


def signed(area: str, subject: str, year: int, value: float, **changed: Any) -> ReportedFigure:
    """A figure in force."""
    facts = {"subject": subject, "year": year, "value": Decimal(str(value)), "state": "signed", "signed_by": "commander"}
    return a_figure(area, 1, **{**facts, "signed_at": clock.now(), **changed})


def a_target(area: str, number: int = 1) -> Target:
    facts = {"since": 2021, "sense": "le", "value": Decimal(number), "told": f"≤{number}", "source": "试验", "confidence": "K-"}
    return created(Target, indicator=f"test_{area}_{number}", year=2025 + number % 2, **facts)


def a_published(area: str, number: int = 1) -> PublishedFigure:
    facts = {"value": Decimal(number), "source": f"公报{number}", "note": f"说明{number}", "confidence": "K-"}
    return created(PublishedFigure, subject="vehicles", division=area, year=2010 + number % 90, **facts)


def a_report(area: str, number: int = 1, **changed: Any) -> YearReport:
    rows = [{"code": "work_deaths", "number": 1, "told": "", "hidden": False, "goal": 171.7, "sense": "le", "base": 202.0}]
    rows[0] |= {"value": 136.0, "kind": "reported", "months": 12, "whole": True, "at": "2021-01-01T00:00:00+00:00", "counted": 0}
    rows[0] |= {"source": "公报", "estimate": False, "met": True, "standing": "met"}
    state = ("signed", "drawn")[number % 2] if number > 40 else "drawn"
    facts = {"year": 2021 + number % 4, "rows": rows, "drawn_at": clock.now(), "drawn_by": "statistician", "state": state}
    return created(YearReport, area=area, **{**facts, **changed})
