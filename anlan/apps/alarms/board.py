"""What alarms put on the workbench and the command map: those nobody has answered, and all of them in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from anlan.apps.alarms import api
from anlan.apps.alarms.choices import AlarmState, Origin
from anlan.apps.alarms.queries import groups as queries
from anlan.apps.alarms.queries.restraints import with_owner
from anlan.apps.telemetry.kinds import icon_of
from anlan.kit.board import GRAVE, Lane, Rank, Waiting, add_lane, step, waiting
from anlan.lib.levels import COLOURS

#: From so many unanswered alarms on the queue shows groups; by themselves stand only the red ones, the first of them.
FOLD_FROM, RED_ALONE = 20, 10


@waiting(needs="alarms.view_alarm")
def unanswered() -> Iterator[Waiting]:
    """Yield the alarms that nobody has answered; in a storm the first red ones, and all in few groups by cause and place."""
    raised = api.alarms_open(permission="alarms.view_alarm", states=(AlarmState.RAISED,), most=FOLD_FROM + 1)
    stormy = len(raised) > FOLD_FROM
    for a in [a for a in raised if a.level > GRAVE][:RED_ALONE] if stormy else raised:
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
    for group in queries.groups_in_short() if stormy else ():
        if group.cell.unanswered and group.cell.origin != Origin.LINK:
            yield _of_group(group)


@waiting(needs="alarms.answer_own_alarm")
def own_to_answer() -> Iterator[Waiting]:
    """Yield the alarms that are an enterprise's alone and that nobody there has answered."""
    for a, until in with_owner():
        yield Waiting(
            Rank.DANGER,
            "alarm",
            icon_of(a.hazard),
            a.colour,
            str(a),
            _("Yours alone until %(at)s") % {"at": f"{localtime(until):%H:%M}"} if until else "",
            reverse("desk:alarms_alarms_page", args=[a.pk]),
            until,
            level=a.level,
            **step("alarms.answer_own_alarm", a.area, "answer_own", _("We deal with it")),
        )


def _of_group(group: queries.Group) -> Waiting:
    """Tell many alarms of one cause in one place as one line; the gravest that nobody answered gives its colour."""
    cell = group.cell
    level = GRAVE + 1 if cell.red else GRAVE if cell.orange else min(cell.worst, GRAVE - 1)
    text = _("%(n)d alarms unanswered, %(red)d of them red") % {"n": cell.unanswered, "red": cell.red}
    return Waiting(
        Rank.DANGER if level >= GRAVE else Rank.ALARM,
        "alarms",
        "stack-2",
        COLOURS.get(level, ""),
        f"{group.title} · {group.place}",
        text,
        group.url,
        api.answer_by(cell.first_at),
        level=level,
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
