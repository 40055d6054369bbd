"""Readers: proposals that wait, responses in force, a unit's inbox, the timeline."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from anlan.apps.incidents import api as incidents
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response.choices import COORDINATORS, WORKING, Direction, ProposalState, ResponseState, TaskState
from anlan.apps.response.models import Notice, Occasion, Proposal, ProposalEvidence, Response, Task
from anlan.kit import clock
from anlan.kit.actions import ACTIONS
from anlan.kit.kept import kept
from anlan.kit.languages import localised
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.names import name_of
from anlan.kit.records import ScopedQuerySet, readable, sector_of
from anlan.kit.scope import Scope, current, entered
from anlan.lib.once import once


@dataclass(frozen=True)
class TaskCounts:
    """How the tasks of a response (or of this world) stand; `late` are those not accepted or not done in time."""

    issued: int
    accepted: int
    done: int
    overdue: int
    open: int
    late: int


def open_proposals() -> ScopedQuerySet:
    """Return the proposals that wait for a decision, the gravest first."""
    rows: ScopedQuerySet = Proposal.objects.readable().filter(state=ProposalState.OPEN).select_related("plan")
    return rows.order_by("level", "proposed_at")


@once
def answered(response: int) -> tuple[list[incidents.Incident], int]:
    """Return the incidents that a response answers, as far as the asker may see them, and how many he may not."""
    keys = [one.incident_id for one in Occasion.objects.filter(response=response)]
    seen = bool(keys) and current().areas_for("incidents.view_incident")
    shown = list(readable(incidents.Incident).filter(pk__in=keys)) if seen else []
    return shown, len(keys) - len(shown)


def active() -> ScopedQuerySet:
    """Return the responses in force."""
    rows: ScopedQuerySet = Response.objects.readable().filter(state=ResponseState.ACTIVE).select_related("plan")
    return rows


@dataclass(frozen=True)
class LevelInForce:
    """A response in force as everybody of the bureau may know it; `url` is empty where the record itself is not for the reader."""

    plan: str
    level: int
    label: str
    area: str
    since: datetime
    url: str


def levels_in_force() -> list[LevelInForce]:
    """Return the responses in force over, around or within the viewer's jurisdiction, the gravest first.

    That a response is in force is common knowledge; what it does is shown to those who may read it. "None" here means that there is none.
    """
    scope = current()
    with entered(Scope.everything("system:level", scope.world)):
        told = [(r, str(r.plan), r.get_level_display()) for r in _active()]
    readable = set(active().values_list("pk", flat=True)) if told else set()
    return [
        LevelInForce(plan, r.level, label, r.area, r.activated_at, r.desk_url() if r.pk in readable else "")
        for r, plan, label in told
        if any(r.area.startswith(own) or own.startswith(r.area) for own in scope.areas)
    ]


@kept
def _active() -> Any:
    return Response.objects.filter(state=ResponseState.ACTIVE).select_related("plan").order_by("level", "activated_at")


def assigned(response: Response) -> set[tuple[str, int]]:
    """Return the cards of a response that units have got already, each with its unit."""
    return set(Task.objects.filter(response=response).values_list("card", "organisation_id"))


def proposal_waiting(plan: int) -> Proposal | None:
    """Return the proposal of a plan that waits for a decision."""
    found: Proposal | None = Proposal.objects.filter(plan=plan, state=ProposalState.OPEN).first()
    return found


def runs(code: str) -> bool:
    """Return whether any version of a plan is in operation."""
    return bool(Response.objects.filter(plan__code=code, state=ResponseState.ACTIVE).exists())


def _late(now: datetime) -> Q:
    """Select the tasks that are late: not accepted in time, or not finished. `Task.late` says the same of one."""
    return Q(state=TaskState.ISSUED, ack_due_at__lte=now) | Q(state__in=WORKING, due_at__lte=now)


def count_tasks(response: int | None = None, *, whole: bool = False) -> TaskCounts:
    """Count the tasks that the viewer may read, or the whole of them, by how far they got; `accepted` counts all that ever were."""
    about = {} if response is None else {"response": int(response)}
    return next((TaskCounts(*row) for row in _counts(whole, **about)), TaskCounts(0, 0, 0, 0, 0, 0))


@kept
def _counts(whole: bool, *, response: Any = None) -> Any:
    rows = Task.objects.all() if whole else Task.objects.readable()
    rows = rows if response is None else rows.filter(response=response)
    counts = (
        rows.order_by()
        .values(all=Value(1))
        .annotate(
            late=Count("id", filter=_late(clock.now())),
            issued=Count("id"),
            accepted=Count("id", filter=Q(accepted_at__isnull=False)),
            done=Count("id", filter=Q(state=TaskState.DONE)),
            overdue=Count("id", filter=Q(overdue=True)),
            open=Count("id", filter=Q(state__in=WORKING)),
        )
    )
    return counts.values_list(*(one.name for one in fields(TaskCounts)))


@dataclass(frozen=True)
class UnitAtWork:
    """How far a unit is with the tasks that it has of the responses in force."""

    name: str
    done: int
    issued: int
    unaccepted: int
    overdue: int

    @property
    def share(self) -> int:
        """Return how many in a hundred are done."""
        return round(100 * self.done / self.issued) if self.issued else 0


def units_at_work() -> list[UnitAtWork]:
    """Return how far each unit is that the viewer may read tasks of, the late ones first, then the least done."""
    rows = Task.objects.readable().filter(response__state=ResponseState.ACTIVE).exclude(state=TaskState.CANCELLED)
    counted = (
        rows.order_by()
        .values("organisation__name", "organisation__name_en")
        .annotate(
            issued=Count("id"),
            done=Count("id", filter=Q(state=TaskState.DONE)),
            unaccepted=Count("id", filter=Q(state=TaskState.ISSUED)),
            late=Count("id", filter=_late(clock.now())),
        )
    )
    found = [
        UnitAtWork(
            str(localised(row["organisation__name"], row["organisation__name_en"])),
            row["done"],
            row["issued"],
            row["unaccepted"],
            row["late"],
        )
        for row in counted
    ]
    return sorted(found, key=lambda unit: (-unit.overdue, unit.share, unit.name))


#: By when a unit must act next: accept, then finish.
ACT_BY = Case(When(state=TaskState.ISSUED, then=F("ack_due_at")), default=F("due_at"))


def watched_plans() -> list[int]:
    """Return the plans to ask what the facts call for: those in force, and older versions whose response still runs."""
    running = Response.objects.filter(state=ResponseState.ACTIVE).order_by("plan_id").values_list("plan_id", flat=True)
    return list(dict.fromkeys([*(p.id for p in plans.in_force()), *running]))


@once
def inbox(username: str, most: int | None = None) -> list[Task]:
    """Return the open tasks of the unit that an account belongs to (of the whole area for a bureau), most urgent first."""
    own = people.organisation(people.organisation_of(username))
    if own is None:
        return []
    return _open_tasks(own.area, "", most) if own.kind in COORDINATORS else _open_tasks("", own.code, most)


@kept
def _open_tasks(area: str, unit: str, most: int | None) -> Any:
    rows = Task.objects.readable().filter(state__in=WORKING).select_related("organisation", "response__plan")
    rows = rows.within(area) if area else rows.filter(organisation__code=unit)
    return rows.annotate(act_by=ACT_BY).order_by("act_by", "id")[:most]


@once
def own_tasks() -> list[Task]:
    """Return the open tasks of the viewer's own unit, of a bureau its headquarters' too, the most urgent first."""
    own = people.organisation(people.organisation_of(current().actor))
    if own is None:
        return []
    units = {own.code}
    if (
        own.kind == "bureau"
    ):  # a flood headquarters' office sits in the emergency bureau of its division, whose people do its work
        units |= {unit.code for unit in people.organisations_at([own.area], ["headquarters"])}
    return [task for task in inbox(current().actor) if task.organisation.code in units]


def tasks_of_others() -> list[Task]:
    """Return the open tasks that the viewer coordinates and that are not the own unit's, the most urgent first."""
    own = own_tasks()
    return [task for task in inbox(current().actor) if task not in own]


def next_step(task: Task) -> dict[str, str]:
    """Return the verb by which a unit goes on with an open task and its label, where the viewer may do it: accept, then finish."""
    verb = "accept" if task.state == TaskState.ISSUED else "complete"
    may = current().may("response.work_task", task.area, sector_of(task))
    return {"verb": verb, "verb_label": str(ACTIONS[f"response.{verb}"].spec.label)} if may else {}


def given_back(username: str) -> list[Task]:
    """Return the tasks that units could not do, for the bureau or headquarters that must give them to others."""
    own = people.organisation(people.organisation_of(username))
    if own is None or own.kind not in COORDINATORS:
        return []
    rows = Task.objects.readable().filter(state=TaskState.FAILED, response__state=ResponseState.ACTIVE).within(own.area)
    return list(rows.select_related("organisation", "response__plan").order_by("finished_at", "id"))


@dataclass(frozen=True)
class Moment:
    """One line of a response's timeline: when, what in words, who, about what, its journal number and that of its cause."""

    at: datetime
    verb: object
    who: str
    about: str
    url: str
    seq: int | None = None
    cause: int | None = None
    reason: str = ""
    phase: str = "step"

    @property
    def day(self) -> date:
        """Return the local day it fell on."""
        return timezone.localdate(self.at)


def timeline(response: Response, limit: int = 400) -> list[Moment]:
    """Return what happened in a response, newest first: readings and alarms from its evidence, the rest from the journal."""
    tasks = {
        str(t.pk): t for t in Task.objects.readable("response.view_task").filter(response=response).select_related("organisation")
    }
    proposals = {
        str(p.pk): p for p in Proposal.objects.readable("response.view_response").filter(response=response).select_related("plan")
    }
    evidence = list(ProposalEvidence.objects.filter(proposal__in=[int(pk) for pk in proposals]))
    alarms = {str(e.alarm): e for e in evidence if e.alarm}
    rows: dict[str, dict[str, Any]] = {
        "response.response": {str(response.pk): response},
        "response.task": tasks,
        "response.proposal": proposals,
        "alarms.alarm": alarms,
    }
    about = Q()
    for record, known in rows.items():
        about |= Q(record=record, record_id__in=list(known))
    entries = list(JournalEntry.objects.filter(about).order_by("-seq")[:limit])
    causes = _causes(entries)
    moments = [_moment(e, rows[e.record][e.record_id], name_of("actor", e.actor), causes.get(e.cause)) for e in entries]
    readings = {(e.station, e.at): e for e in evidence if e.at}
    for e in readings.values():
        moments.append(Moment(e.since or e.at, gettext("Reading"), "", e.seen, e.opens, phase="reading"))
    return sorted(moments, key=lambda m: (m.at, m.seq or 0), reverse=True)


#: From so many equal steps on a timeline folds them into one line.
FOLDS = 4


@dataclass(frozen=True)
class Run:
    """Steps of one kind taken by one hand within a minute: told as one line where they are many."""

    moments: tuple[Moment, ...]

    @property
    def first(self) -> Moment:
        """Return the step that stands for all."""
        return self.moments[0]

    @property
    def folded(self) -> bool:
        """Return whether they are too many to be told one by one."""
        return len(self.moments) >= FOLDS


def days(moments: list[Moment]) -> list[tuple[date, int, list[Run]]]:
    """Return a timeline by days: each with how many steps it had, and its steps with equal ones together."""
    found = []
    for day, steps in groupby(moments, key=lambda m: m.day):
        told = list(steps)
        runs = groupby(told, key=lambda m: (f"{m.at:%H%M}", str(m.verb), m.who, m.phase))
        found.append((day, len(told), [Run(tuple(each)) for _key, each in runs]))
    return found


def _causes(entries: list[JournalEntry]) -> dict[str, int]:
    """Return by cause ("event:12") the number of the entry that led to it."""
    wanted = {int(e.cause.removeprefix("event:")) for e in entries if e.cause.startswith("event:")}
    return {f"event:{pk}": entry for pk, entry in OutboxEvent.objects.filter(pk__in=wanted).values_list("pk", "entry") if entry}


def _moment(entry: JournalEntry, row: Any, who: str, cause: int | None) -> Moment:
    verb = ACTIONS[entry.action].spec.label if entry.action in ACTIONS else entry.action
    if isinstance(row, ProposalEvidence):
        return Moment(entry.at, verb, who, row.where, row.opens, entry.seq, cause, entry.reason, "alarm")
    about = f"{row} · {row.organisation}" if isinstance(row, Task) else str(row)
    done = isinstance(row, Task) and entry.action == "response.complete"
    return Moment(entry.at, verb, who, about, row.desk_url(), entry.seq, cause, entry.reason, "done" if done else "step")


def deciding_step(response: int, until: datetime | None = None) -> Proposal | None:
    """Return the newest proposal of a response that was confirmed (by an instant), None where it was decided by hand."""
    decided = Proposal.objects.filter(response=response, state=ProposalState.CONFIRMED)
    if until is not None:
        decided = decided.filter(decided_at__lte=until)
    found: Proposal | None = decided.select_related("plan").order_by("-decided_at", "-id").first()
    return found


def history() -> list[dict[str, object]]:
    """Return every step that a response of this world took, proposed or by hand, with its times.

    A step's level lasts until the next step of the same response (`ended_at`); by hand there is no proposal.
    `response` counts them in order of time.
    """
    decided = Proposal.objects.filter(state=ProposalState.CONFIRMED)
    proposals = {(p.response_id, p.decided_at): p for p in decided}
    steps = list(Notice.objects.readable("response.view_response").select_related("response__plan").order_by("signed_at", "id"))
    ends: dict[int, datetime | None] = {}
    next_of: dict[int, datetime] = {}
    for step in reversed(steps):
        ends[step.pk] = step.signed_at if step.direction == Direction.END else next_of.get(step.response_id)
        next_of[step.response_id] = step.signed_at
    numbers: dict[int, int] = {}
    found = []
    for step in steps:
        p = proposals.get((step.response_id, step.signed_at))
        found.append(
            {
                "response": numbers.setdefault(step.response_id, len(numbers) + 1),
                "plan": step.response.plan.code,
                "direction": step.direction,
                "label": step.get_direction_display(),
                "level": "" if step.direction == Direction.END else step.get_level_display(),
                "from_level": step.get_level_display() if step.direction == Direction.END else "",
                "threshold_at": p.threshold_at if p else None,
                "proposed_at": p.proposed_at if p else None,
                "proposal_seconds": p.proposal_seconds if p else None,
                "activated_at": step.signed_at,
                "ended_at": ends[step.pk],
            }
        )
    return found


def due_tasks(state: str, before: datetime) -> list[Task]:
    """Return tasks in a state that were issued or accepted before an instant, oldest first."""
    field = "issued_at" if state == TaskState.ISSUED else "accepted_at"
    return list(
        Task.objects.filter(state=state, **{f"{field}__lte": before}).select_related("organisation").order_by(field, "id")
    )
