"""Desks of indicators: reported figures, published figures, targets, reports of a year."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.indicators import actions, letters
from anlan.apps.indicators.models import PublishedFigure, ReportedFigure, Target, YearReport
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Files, Group, Panel, State

#: As people write it.
VALUE = Column("shown", _("Value"), needs=("value",))

GROUPS.add(Group("indicators", 60, _("Evaluation"), "chart-histogram"))


class ReportedFigureDesk(Desk, record=ReportedFigure):
    slug = "figures"
    icon = "pencil-check"
    story = _("Figures that no record of this system tells: entered with their source, in force once a second person has signed.")
    menu = ("indicators", 20)
    columns = ("subject", "year", "months", VALUE, State("state"), "area", Column("entered_by"), Column("signed_by"))
    filters = ("state", "year")
    search = ("subject", "source", "note")
    panels = (
        Facts("subject", "year", "months", VALUE, State("state"), "source", "note", "area", "supersedes"),
        Facts(
            Age("entered_at"),
            "entered_by",
            Age("signed_at"),
            "signed_by",
            Age("ended_at"),
            "ended_by",
            title=_("Who answers for it"),
        ),
        Files(_("Source file")),
    )
    begins = (actions.enter, actions.enter_several, actions.bring_in)
    actions = (actions.sign, actions.withdraw, actions.revoke)
    order = ("-year", "-id")
    empty = _("Nobody has entered a figure yet.")


class PublishedFigureDesk(Desk, record=PublishedFigure):
    slug = "published"
    icon = "news"
    story = _("Figures that authorities have published, with where; from the city's pack.")
    menu = ("indicators", 30)
    columns = ("subject", Column("division", _("Division")), "year", "months", VALUE, "note", "source", "confidence")
    filters = ("year",)
    search = ("subject", "source", "note")
    pack = "indicators/published.csv"
    order = ("subject", "division", "-year", "-months")


class TargetDesk(Desk, record=Target):
    slug = "targets"
    icon = "target"
    story = _("What the plan asks of each indicator, in which year, and from which base.")
    menu = ("indicators", 40)
    columns = ("indicator", "year", "told", "sense", "value", "fall", "base_year", "source", "confidence")
    filters = ("year",)
    search = ("indicator", "told", "source")
    pack = "indicators/targets.csv"
    order = ("indicator", "-year")


def _kept(row: YearReport) -> dict[str, Any]:
    return {"rows": letters.told(row), "wide": True}


class YearReportDesk(Desk, record=YearReport):
    slug = "reports"
    icon = "report-analytics"
    story = _(
        "The indicators of a year as they stood when the report was drawn up; signed by a second person, written as a paper."
    )
    menu = ("indicators", 50)
    columns = (
        Column("__str__", _("Report"), needs=("area", "year")),
        "year",
        State("state"),
        Age("drawn_at"),
        "drawn_by",
        "signed_by",
        "area",
    )
    filters = ("state", "year")
    panels = (
        Facts("year", State("state"), "area", Age("drawn_at"), "drawn_by", Age("signed_at"), "signed_by"),
        Panel("indicators/report.html", _("Indicators"), _kept),
        Files(_("Papers"), offers=False),
    )
    begins = (actions.draw_up,)
    actions = (actions.sign_report, letters.write_report)
    order = ("-year", "-id")
    empty = _("No report was drawn up yet.")
