"""The desk of replays."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises import actions, report
from anlan.apps.exercises.models import Replay, RunReport
from anlan.kit.desk import Age, Column, Desk, Facts, JournalPanel, Panel, State
from anlan.kit.desk.telling import NOTED

NOTED |= {
    "emptied_for": _("Emptied for"),
    "folder": _("Folder"),
}


class ReplayDesk(Desk, record=Replay):
    slug = "replays"
    story = _("Runs of a scenario in the exercise world.")
    icon = "player-track-next"
    columns = (Column("__str__", _("Name")), State("state"), "speed", Age("starts_at"), Age("ends_at"), "started_by")
    panels = (
        Facts(
            "name_zh",
            "name_en",
            State("state"),
            "speed",
            "starts_at",
            "ends_at",
            "unattended",
            "started_by",
            "driven_by",
            "problem",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.pause, actions.resume, actions.set_speed, actions.stop)
    order = ("-id",)


class RunReportDesk(Desk, record=RunReport):
    journal = False
    slug = "reports"
    story = _("What came of earlier exercises. Kept in the live world: emptying the exercise world does not touch them.")
    icon = "report-analytics"
    columns = (Column("__str__", _("Name")), "complete", Age("kept_at"), "started_by", "unattended")
    filters = ("complete",)
    search = ("name_zh", "name_en")
    panels = (
        Facts("complete", "starts_at", "reached_at", "unattended", "started_by", Age("kept_at"), "digest", title=_("Run")),
        Panel("exercises/report_panel.html", _("Report"), lambda row: {"report": report.shown(row.content), "wide": True}),
    )
    order = ("-kept_at", "-id")
    empty = _("A report is kept at the end of each exercise.")
