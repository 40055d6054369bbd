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
    columns = ("name_zh", State("state"), "speed", "reached_at", "started_by")
    panels = (
        Facts(
            "name_zh",
            "name_en",
            State("state"),
            "speed",
            "starts_at",
            "ends_at",
            "reached_at",
            Column("share", "%"),
            "started_by",
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.pause, actions.resume, actions.set_speed, actions.stop)
    order = ("-id",)
