"""What stands below what waits: alarms that are followed or to be closed, stations without data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.alarms import api as alarms
from anlan.kit.board import sees
from anlan.kit.languages import listed, localised

#: So many returned alarms the queue shows, those that wait longest; the others are in the list of alarms.
MOST_TO_CLOSE = 10
#: So many silent stations the queue names; the others are in the list of alarms.
MOST_SILENT = 10


def unanswered(most: int) -> list[alarms.AlarmNow]:
    """Return the gravest alarms that nobody has answered and the viewer may see."""
    return (
        alarms.alarms_open(permission="alarms.view_alarm", states=alarms.UNANSWERED, most=most)
        if sees("alarms.view_alarm")
        else []
    )


#: So many answered alarms the queue shows, the gravest; the others are in the list of alarms.
MOST_FOLLOWED = 50


def followed() -> list[alarms.AlarmNow]:
    """Return the gravest open alarms that somebody has answered."""
    if not sees("alarms.view_alarm"):
        return []
    return alarms.alarms_open(permission="alarms.view_alarm", states=alarms.ANSWERED, most=MOST_FOLLOWED)


def to_close() -> dict[str, Any]:
    """Return the returned alarms that the viewer may close, and whether there are more than these."""
    found = alarms.alarms_to_close(MOST_TO_CLOSE + 1)
    return {"to_close": found[:MOST_TO_CLOSE], "more_to_close": len(found) > MOST_TO_CLOSE}


def silent() -> dict[str, Any]:
    """Return the stations that have become silent, and how many they are: no danger by themselves, a place of their own."""
    found, count = alarms.alarms_of_silence(MOST_SILENT) if sees("alarms.view_alarm") else ([], 0)
    return {"silent": found, "silent_count": count}


#: What the workbench and the map speak of, each with the permission that opens it.
SPOKEN_OF = (
    (_("alarms"), "alarms.view_alarm"),
    (_("measurements"), "telemetry.view_station"),
    (_("tasks"), "response.view_task"),
    (_("proposals"), "response.view_response"),
    (_("warnings being drafted"), "warning.view_warning"),
)


def not_shown() -> str:
    """Return in words what the viewer's role leaves out of the workbench and the map; "" where it is all of it."""
    return listed([str(words) for words, permission in SPOKEN_OF if not sees(permission)])


def headline(w: Any) -> str:
    """Return a warning's headline in the viewer's language."""
    return str(localised(w.headline_zh, w.headline_en))
