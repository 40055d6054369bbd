"""The desk of replays."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.exercises import actions
from anlan.apps.exercises.models import Replay
from anlan.kit.desk import Column, Desk, Facts, JournalPanel, State


class ReplayDesk(Desk, record=Replay):
    slug = "replays"
    story = _("Runs of a scenario in the exercise world.")
    icon = "player-track-next"
    columns = (Column("__str__", _("Name")), State("state"), "speed", "starts_at", "ends_at", "started_by")
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
