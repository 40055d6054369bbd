"""What response puts on the workbench and the command map: proposals to decide, tasks past their time, where tasks stand, levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.places import api as places
from anlan.apps.response.queries import history, inbox, open_proposals
from anlan.kit import clock
from anlan.kit.board import Lane, Layer, Waiting, add_lane, add_layer, step, waiting
from anlan.kit.scope import current
from anlan.kit.ui.templatetags.ui import response_colour


@waiting(needs="response.view_proposal")
def proposals() -> Iterator[Waiting]:
    """Yield the proposals that wait for a decision."""
    for p in open_proposals():
        yield Waiting(
            "proposal",
            "gavel",
            response_colour(p.level),
            f"{p.get_direction_display()} {p.get_level_display() if p.level else ''}".strip(),
            str(p.plan),
            p.desk_url(),
            p.proposed_at,
            at_once=True,
            **step("response.decide_proposal", p.area, "confirm", _("Decide")),
        )


@waiting(needs="response.view_task")
def late_tasks() -> Iterator[Waiting]:
    """Yield the tasks of the viewer's unit whose time to accept or to finish has passed."""
    now = clock.now()
    for t in inbox(current().actor):
        issued = t.state == "issued"
        required = t.ack_due_at if issued else t.due_at
        if required > now and not t.overdue:
            continue
        verb = ("accept", _("Accept")) if issued else ("complete", _("Done"))
        missing = _("not accepted") if issued else _("not done")
        text = f"{t.organisation} · {missing}"
        yield Waiting("task", "checklist", "", str(t), text, t.desk_url(), required, **step("response.work_task", t.area, *verb))


add_layer(
    Layer(
        id="tasks",
        order=30,
        title=gettext_lazy("Open tasks"),
        group=gettext_lazy("Who acts?"),
        role="task",
        needs="response.view_task",
        live="response.task",
        page="response:tasks_layer",
    )
)


def tasks_geojson() -> dict[str, Any]:
    """Return the viewer's open tasks as GeoJSON: one mark per place, with how many there are and the most urgent one's page."""
    at_place: dict[str, list[Any]] = defaultdict(list)
    for task in inbox(current().actor):
        at_place[task.area].append(task)
    points = places.points_of(set(at_place))
    features = []
    for area, tasks in at_place.items():
        if area not in points:
            continue
        first = tasks[0]
        facts = {
            "title": str(first),
            "url": first.desk_url(),
            "value": str(len(tasks)),
            "text": " · ".join(f"{t} ({timezone.localtime(t.due_at):%m-%d %H:%M})" for t in tasks[:5]),
            "overdue": any(t.overdue for t in tasks),
        }
        features.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": points[area]}, "properties": facts})
    return {"type": "FeatureCollection", "features": features}


def levels(_since: datetime, _until: datetime) -> list[dict[str, Any]]:
    """Return the steps of all responses, whenever they were taken: the level in force began with the last one."""
    return [
        {
            "plan": found["plan"],
            "level": found["level"],
            "title": f"{found['label']} {found['level']}",
            "at": found["activated_at"],
        }
        for found in history()
    ]


def first_step() -> Any:
    """Return when the first response of this world was activated."""
    return next((found["activated_at"] for found in history()), None)


add_lane(Lane("levels", "response.view_response", levels, first_step))
