"""What response puts on the workbench and the command map: proposals to decide, tasks past their time, where tasks stand, levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anlan.apps.places import api as places
from anlan.apps.response.choices import Direction, ProposalState
from anlan.apps.response.models import Proposal
from anlan.apps.response.queries import history, inbox, next_step, open_proposals, own_tasks, tasks_of_others
from anlan.kit.board import Folded, Lane, Layer, Rank, Waiting, add_lane, add_layer, folded, step, waiting
from anlan.kit.scope import current
from anlan.kit.ui.templatetags.ui import response_colour


@waiting(needs="response.view_proposal", about="response.proposal", where=Q(state=ProposalState.OPEN))
def proposals() -> Iterator[Waiting]:
    """Yield the proposals that wait for a decision."""
    for p in open_proposals():
        yield Waiting(
            Rank.DECIDE,
            "proposal",
            "gavel",
            response_colour(p.level),
            _in_words(p),
            str(p.plan),
            p.desk_url(),
            p.proposed_at,
            level=5 - p.level if p.level else 0,
            at_once=True,
            **step("response.decide_proposal", p.area, "confirm", _("Decide")),
        )


def _in_words(p: Proposal) -> str:
    """Say what a proposal asks for: to activate a level, to raise or lower to one, or to end."""
    verb = p.get_direction_display()  # type: ignore[attr-defined]
    if not p.level:
        return str(verb)
    moves = p.direction in (Direction.RAISE, Direction.LOWER)
    level = p.get_level_display()  # type: ignore[attr-defined]
    return _("%(verb)s to %(level)s") % {"verb": verb, "level": level} if moves else f"{verb} {level}"


@waiting(needs="response.view_task")
def late_tasks() -> Iterator[Waiting]:
    """Yield the tasks of the viewer's own unit whose time to accept or to finish has passed."""
    for t in own_tasks():
        if not t.late:
            continue
        text = f"{t.organisation} · {_missing(t.state)}"
        yield Waiting(Rank.WORK, "task", "checklist", "", str(t), text, t.desk_url(), _act_by(t), **next_step(t))


@folded(needs="response.view_task")
def late_work_of_others() -> Iterator[Folded]:
    """Yield what other units have not accepted, and what they have not done, each in one line."""
    others = [t for t in tasks_of_others() if t.late]
    for state in ("issued", "accepted"):
        late = [t for t in others if t.state == state]
        if late:
            text = ngettext(
                "%(tasks)d task %(missing)s (units: %(units)d)", "%(tasks)d tasks %(missing)s (units: %(units)d)", len(late)
            )
            words = {"tasks": len(late), "missing": _missing(state), "units": len({t.organisation_id for t in late})}
            yield Folded(text % words, min(_act_by(t) for t in late), f"{reverse('desk:response_tasks_list')}?state={state}")


def _act_by(task: Any) -> datetime:
    """Return by when a task's unit must take its next step: accept, then finish."""
    by: datetime = task.ack_due_at if task.state == "issued" else task.due_at
    return by


def _missing(state: str) -> str:
    return _("not accepted") if state == "issued" else _("not done")


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
            "overdue": any(t.late for t in tasks),
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
