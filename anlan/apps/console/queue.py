"""What stands below what waits: alarms that are followed or to be closed, the tasks of the viewer's unit."""

from __future__ import annotations

from typing import Any

from anlan.apps.alarms import api as alarms
from anlan.apps.response import api as response
from anlan.kit.board import sees
from anlan.kit.languages import localised
from anlan.kit.scope import current

#: So many returned alarms the queue shows, those that wait longest; the others are in the list of alarms.
MOST_TO_CLOSE = 10


def standing() -> list[alarms.AlarmNow]:
    """Return the open alarms that the viewer may see."""
    return alarms.alarms_open(permission="alarms.view_alarm") if sees("alarms.view_alarm") else []


def own_tasks() -> list[Any]:
    """Return the open tasks of the viewer's unit, the most urgent first."""
    return list(response.inbox(current().actor)) if sees("response.view_task") else []


def followed(open_alarms: list[alarms.AlarmNow]) -> list[alarms.AlarmNow]:
    """Return those of the open alarms that somebody has answered."""
    return [a for a in open_alarms if a.state != "raised"]


def to_close() -> dict[str, Any]:
    """Return the returned alarms that the viewer may close, and whether there are more than these."""
    found = alarms.alarms_to_close(MOST_TO_CLOSE + 1)
    return {"to_close": found[:MOST_TO_CLOSE], "more_to_close": len(found) > MOST_TO_CLOSE}


def headline(w: Any) -> str:
    """Return a warning's headline in the viewer's language."""
    return str(localised(w.headline_zh, w.headline_en))
