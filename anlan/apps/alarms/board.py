"""What alarms put on the workbench and the command map: those nobody has answered, and all of them in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.alarms import api
from anlan.apps.telemetry.kinds import icon_of
from anlan.kit.board import GRAVE, Lane, Rank, Waiting, add_lane, step, waiting
from anlan.lib.levels import COLOURS


@waiting(needs="alarms.view_alarm")
def unanswered() -> Iterator[Waiting]:
    """Yield the alarms that nobody has answered."""
    for a in api.alarms_open(permission="alarms.view_alarm"):
        if a.state != "raised":
            continue
        yield Waiting(
            Rank.DANGER if a.level >= GRAVE else Rank.ALARM,
            "alarm",
            icon_of(a.hazard),
            COLOURS.get(a.level, ""),
            a.name,
            a.crossing,
            reverse("desk:alarms_alarms_page", args=[a.id]),
            a.answer_by,
            level=a.level,
            **step("alarms.acknowledge_alarm", a.area, "acknowledge", _("Acknowledge")),
        )


def course(since: datetime, _until: datetime) -> list[dict[str, Any]]:
    """Return the alarms since an instant, each from when it was raised to when it returned or was closed."""
    return [
        {
            "title": str(a),
            "url": a.desk_url(),
            "level": COLOURS.get(a.peak_level, "normal"),
            "since": a.raised_at.isoformat(),
            "until": end.isoformat() if (end := a.returned_at or a.closed_at) else None,
        }
        for a in api.alarm_history(since)
    ]


add_lane(Lane("alarms", "alarms.view_alarm", course, api.first_alarm_at))
