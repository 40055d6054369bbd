"""Readers: proposals that wait, responses in force, a unit's inbox, the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from anlan.apps.people import api as people
from anlan.apps.response.choices import WORKING, ProposalState, ResponseState, TaskState
from anlan.apps.response.models import Proposal, Response, Task
from anlan.kit.actions import ACTIONS
from anlan.kit.models import JournalEntry
from anlan.kit.records import ScopedQuerySet


@dataclass(frozen=True)
class TaskCounts:
    """How the tasks of a response (or of this world) stand."""

    issued: int
    accepted: int
    done: int
    overdue: int
    open: int


def open_proposals() -> ScopedQuerySet:
    """Return the proposals that wait for a decision, the gravest first."""
    rows: ScopedQuerySet = Proposal.objects.filter(state=ProposalState.OPEN).select_related("plan")
    return rows.order_by("level", "proposed_at")


def active() -> ScopedQuerySet:
    """Return the responses in force."""
    rows: ScopedQuerySet = Response.objects.filter(state=ResponseState.ACTIVE).select_related("plan")
    return rows


def count_tasks(response: int | None = None) -> TaskCounts:
    """Count tasks by how far they got; `accepted` counts all that were ever accepted."""
    rows = Task.objects.all() if response is None else Task.objects.filter(response=response)
    counts = rows.aggregate(
        issued=Count("id"),
        accepted=Count("id", filter=Q(accepted_at__isnull=False)),
        done=Count("id", filter=Q(state=TaskState.DONE)),
        overdue=Count("id", filter=Q(overdue=True)),
        open=Count("id", filter=Q(state__in=WORKING)),
    )
    return TaskCounts(**counts)


def inbox(username: str) -> ScopedQuerySet:
    """Return the open tasks of the unit that an account belongs to (of the whole area for a bureau), most urgent first."""
    own = people.organisation(people.organisation_of(username))
    rows: ScopedQuerySet = Task.objects.filter(state__in=WORKING).select_related("organisation", "response__plan")
    if own is None:
        return rows.none()
    if own.kind in {"bureau", "headquarters"}:
        rows = rows.within(own.area)
    else:
        rows = rows.filter(organisation__code=own.code)
    return rows.order_by("-overdue", "state", "due_at", "id")


@dataclass(frozen=True)
class Moment:
    """One line of a response's timeline: the journal entry, its verb in words, who and about what."""

    entry: JournalEntry
    verb: object
    who: str
    about: str
    url: str


def timeline(response: Response, limit: int = 300) -> list[Moment]:
    """Return what happened in a response, newest first, straight from the journal."""
    tasks = {str(t.pk): t for t in Task.objects.filter(response=response).select_related("organisation")}
    proposals = {str(p.pk): p for p in Proposal.objects.filter(response=response).select_related("plan")}
    rows = {"response.response": {str(response.pk): response}, "response.task": tasks, "response.proposal": proposals}
    about = Q()
    for record, known in rows.items():
        about |= Q(record=record, record_id__in=list(known))
    entries = list(JournalEntry.objects.filter(about).order_by("-seq")[:limit])
    names = {actor: people.display_name(actor) for actor in {e.actor for e in entries}}
    return [_moment(e, rows[e.record][e.record_id], names[e.actor]) for e in entries]


def _moment(entry: JournalEntry, row: Any, who: str) -> Moment:
    verb = ACTIONS[entry.action].spec.label if entry.action in ACTIONS else entry.action
    about = f"{row} · {row.organisation}" if isinstance(row, Task) else str(row)
    return Moment(entry, verb, who, about, row.desk_url())


def history() -> list[dict[str, object]]:
    """Return every proposal that was confirmed in this world with its times."""
    rows = Proposal.objects.filter(state=ProposalState.CONFIRMED).select_related("plan", "response").order_by("proposed_at", "id")
    return [
        {
            "plan": p.plan.code,
            "direction": p.direction,
            "label": p.get_direction_display(),
            "level": p.get_level_display() if p.level else "",
            "threshold_at": p.threshold_at,
            "proposed_at": p.proposed_at,
            "proposal_seconds": p.proposal_seconds,
            "activated_at": p.decided_at,
            "ended_at": p.response.ended_at if p.response else None,
        }
        for p in rows
    ]


def due_tasks(state: str, before: datetime) -> list[Task]:
    """Return tasks in a state that were issued or accepted before an instant, oldest first."""
    field = "issued_at" if state == TaskState.ISSUED else "accepted_at"
    return list(
        Task.objects.filter(state=state, **{f"{field}__lte": before}).select_related("organisation").order_by(field, "id")
    )
