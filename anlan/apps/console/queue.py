"""What waits for the viewer, in one list, by the time at which somebody must have acted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.alarms import api as alarms
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.scope import current
from anlan.kit.ui.templatetags.ui import response_colour
from anlan.lib.levels import COLOURS

#: So many returned alarms the queue shows, those that wait longest; the others are in the list of alarms.
MOST_TO_CLOSE = 10


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody must act on: what, by when, and the verb that answers it.

    `at_once` marks what has no term of its own: it is required from the moment it came up.
    """

    kind: str
    icon: str
    colour: str
    title: str
    text: str
    url: str
    required_at: datetime
    at_once: bool = False
    verb: str = ""
    verb_label: str = ""

    @property
    def late(self) -> bool:
        """Tell whether the required time has passed."""
        return not self.at_once and self.required_at < clock.now()


def sees(permission: str) -> bool:
    """Tell whether the viewer holds a permission anywhere."""
    return bool(current().areas_for(permission))


def standing() -> list[alarms.AlarmNow]:
    """Return the open alarms that the viewer may see."""
    return alarms.alarms_open(permission="alarms.view_alarm") if sees("alarms.view_alarm") else []


def own_tasks() -> list[Any]:
    """Return the open tasks of the viewer's unit, the most urgent first."""
    return list(response.inbox(current().actor)) if sees("response.view_task") else []


def waiting(open_alarms: list[alarms.AlarmNow], open_tasks: list[Any]) -> list[Waiting]:
    """Return what waits for the viewer, the earliest required time first."""
    found = [*_proposals(), *_unanswered(open_alarms), *_warnings(), *_tasks(open_tasks)]
    return sorted(found, key=lambda w: (w.required_at, w.kind, w.url))


def _verb(permission: str, area: str, name: str, label: str) -> dict[str, str]:
    return {"verb": name, "verb_label": label} if current().may(permission, area) else {}


def _proposals() -> Iterator[Waiting]:
    if not sees("response.view_proposal"):
        return
    for p in response.open_proposals():
        yield Waiting(
            "proposal",
            "gavel",
            response_colour(p.level),
            f"{p.get_direction_display()} {p.get_level_display() if p.level else ''}".strip(),
            str(p.plan),
            p.desk_url(),
            p.proposed_at,
            at_once=True,
            **_verb("response.decide_proposal", p.area, "confirm", _("Decide")),
        )


def _unanswered(open_alarms: list[alarms.AlarmNow]) -> Iterator[Waiting]:
    for a in open_alarms:
        if a.state != "raised":
            continue
        yield Waiting(
            "alarm",
            "bell-ringing",
            COLOURS.get(a.level, ""),
            a.name,
            a.crossing,
            reverse("desk:alarms_alarms_page", args=[a.id]),
            a.raised_at + alarms.ANSWER_WITHIN,
            **_verb("alarms.acknowledge_alarm", a.area, "acknowledge", _("Acknowledge")),
        )


def _warnings() -> Iterator[Waiting]:
    if not sees("warning.view_warning"):
        return
    steps = {"draft": ("warning.sign_warning", "sign", _("Sign")), "signed": ("warning.publish_warning", "publish", _("Publish"))}
    for state, (permission, name, label) in steps.items():
        for w in warning.waiting(state):
            yield Waiting(
                "warning",
                "broadcast",
                w.colour,
                headline(w),
                _("Draft, to be signed") if state == "draft" else _("Signed, to be published"),
                reverse("desk:warning_warnings_page", args=[w.id]),
                w.drafted_at,
                at_once=True,
                **_verb(permission, w.area, name, label),
            )


def _tasks(open_tasks: list[Any]) -> Iterator[Waiting]:
    """Yield the tasks whose time to accept or to finish has passed."""
    now = clock.now()
    for t in open_tasks:
        issued = t.state == "issued"
        required = t.ack_due_at if issued else t.due_at
        if required > now and not t.overdue:
            continue
        step = ("accept", _("Accept")) if issued else ("complete", _("Done"))
        missing = _("not accepted") if issued else _("not done")
        text = f"{t.organisation} · {missing}"
        yield Waiting("task", "checklist", "", str(t), text, t.desk_url(), required, **_verb("response.work_task", t.area, *step))


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
