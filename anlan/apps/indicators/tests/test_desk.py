"""The desks of indicators."""

from __future__ import annotations

from anlan.apps.indicators.desk import PublishedFigureDesk, ReportedFigureDesk, TargetDesk, YearReportDesk
from anlan.apps.indicators.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestReportedFigureDesk(DeskTests):
    desk = ReportedFigureDesk
    make = factories.a_figure
    full = factories.a_figure
    verbs = {"withdraw": {"reason": "录错"}, "revoke": {"reason": "更正"}}
    page_queries = 20


class TestPublishedFigureDesk(DeskTests):
    desk = PublishedFigureDesk
    make = factories.a_published


class TestTargetDesk(DeskTests):
    desk = TargetDesk
    make = factories.a_target


class TestYearReportDesk(DeskTests):
    desk = YearReportDesk
    make = factories.a_report
    full = factories.a_report
    page_queries = 20
