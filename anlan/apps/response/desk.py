"""The desks of response."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import actions, chain, letters, rules, tasks
from anlan.apps.response.choices import WORKING, TaskState
from anlan.apps.response.models import Notice, Proposal, Response, Task
from anlan.apps.response.queries import answered, count_tasks, days, timeline
from anlan.kit import clock
from anlan.kit.desk import GROUPS, Age, Column, Desk, Facts, Files, Group, JournalPanel, Panel, State
from anlan.kit.desk.declaration import add_panel
from anlan.kit.languages import localised
from anlan.kit.records import readable
from anlan.kit.scope import current

GROUPS.add(Group("response", 40, _("Response"), "flame"))

#: So many tasks of a response are shown without folding any away.
FEW_TASKS = 8
#: What somebody must still act upon.
OPEN = (TaskState.FAILED, *WORKING)


def _course(row: Response) -> dict[str, Any]:
    until = row.ended_at or clock.now()
    return {"counts": count_tasks(row.pk), "elapsed": (until - row.activated_at).total_seconds(), "response": row}


def _deciders(row: Proposal) -> dict[str, Any]:
    """Collect a proposal's evidence and the posts that may decide it."""
    deciding = rules.deciding_level(row.direction, row.level, row.response.level if row.response else None)
    level = plans.level(row.plan_id, deciding)
    codes = (level.authority, *level.alternates) if level else ()
    known = people.posts_by_code(codes)
    names = [str(localised(known[code].name, known[code].name_en)) if code in known else code for code in codes]
    return {"evidence": list(row.evidence.all()), "posts": names, "proposal": row, "wide": True}


def _answered(row: Response) -> dict[str, Any]:
    """Collect the incidents that a response answers, as far as the viewer may see them."""
    shown, hidden = answered(row.pk)
    return {"incidents": shown, "hidden": hidden}


def _of_incident(row: Any) -> dict[str, Any]:
    """Collect the responses that answer an incident, and the way to activate a plan for it where the viewer may."""
    shown = list(readable(Response).filter(occasions__incident=row.pk)) if current().areas_for("response.view_response") else []
    may = row.state == "open" and current().areas_for("response.steer_response")
    address = f"{reverse(ResponseDesk.name('begin'), args=['start'])}?incident={row.pk}" if may else ""
    return {"responses": shown, "address": address}


def _command(row: Response) -> dict[str, Any]:
    """Collect who sits where in the command of a response, now and before, and its notices."""
    rows = list(row.seats.all())
    codes = {seat.post for seat in rows}
    known, holders = people.posts_by_code(codes), people.holders_by_post(codes)
    names = {code: localised(post.name, post.name_en) for code, post in known.items()}
    seats = [{"seat": s, "post": names.get(s.post, s.post), "holders": holders.get(s.post, [])} for s in rows]
    return {"seats": seats, "notices": list(row.notices.all()), "response": row}


def _tasks(row: Response) -> dict[str, Any]:
    """Group a response's tasks by state, what is still to be done unfolded and first; few are all unfolded."""
    rows = list(row.tasks.readable("response.view_task").select_related("organisation")[:300])
    groups = []
    for state in (*OPEN, TaskState.DONE, TaskState.CANCELLED):
        if found := [task for task in rows if task.state == state]:
            overdue = sum(bool(task.late) for task in found)
            unfolded = state in OPEN or len(rows) <= FEW_TASKS
            groups.append({"state": state, "label": state.label, "tasks": found, "overdue": overdue, "open": unfolded})
    return {"tasks": rows, "groups": groups, "count": len(rows), "wide": True}


def _timeline(row: Response) -> dict[str, Any]:
    return {"days": days(timeline(row)), "wide": True}


class ProposalDesk(Desk, record=Proposal):
    slug = "proposals"
    story = _("What the facts call for, with the evidence. The post that the plan authorises decides.")
    menu = ("response", 10)
    icon = "gavel"
    columns = (
        "plan",
        State("direction"),
        Column("get_level_display", _("Response level")),
        State("state"),
        Age("proposed_at"),
        "decided_by",
        Age("decided_at"),
    )
    filters = ("state", "direction")
    search = ("plan__title",)
    panels = (
        Panel("response/evidence.html", _("Evidence"), _deciders),
        Facts(
            "plan",
            State("direction"),
            Column("get_level_display", _("Response level")),
            State("state"),
            Age("threshold_at"),
            Age("proposed_at"),
            "proposal_seconds",
            "decided_by",
            Age("decided_at"),
            "reason",
            title=_("Proposal"),
        ),
        JournalPanel(_("Journal")),
    )
    actions = (actions.confirm, actions.decline)
    order = ("-proposed_at", "-id")
    empty = _("When a plan's conditions are met, a proposal appears here by itself.")


class ResponseDesk(Desk, record=Response):
    journal = False
    slug = "responses"
    story = _("Plans in operation: level, tasks, timeline.")
    menu = ("response", 20)
    icon = "flame"
    columns = (
        "plan",
        Column("get_level_display", _("Response level")),
        State("state"),
        Age("activated_at"),
        "activated_by",
        Age("ended_at"),
    )
    filters = ("state", "level")
    search = ("plan__title",)
    panels = (
        Panel("response/course.html", _("Course"), _course),
        Panel(
            "response/chain.html",
            _("From the reading to the tasks"),
            lambda row: {"stages": chain.of_response(row), "wide": True},
        ),
        Facts(
            "plan",
            Column("get_level_display", _("Response level")),
            Column("get_gravest_display", _("Gravest level")),
            State("state"),
            Age("activated_at"),
            "activated_by",
            "raised_beyond",
            Age("ended_at"),
            "reason",
            title=_("Response"),
        ),
        Panel("response/occasions.html", _("Incidents that it answers"), _answered),
        Panel("response/command.html", _("Command and notices"), _command),
        Panel("response/tasks.html", _("Tasks"), _tasks, tab="tasks", narrow="response/tasks_narrow.html"),
        Files(_("Papers"), offers=False),
        Panel("response/timeline.html", _("Timeline"), _timeline, tab="journal"),
    )
    begins = (actions.start,)
    actions = (actions.raise_level, actions.lower_level, actions.answer, actions.hand_over, actions.end, letters.write_hand_over)
    order = ("-activated_at", "-id")
    empty = _("No plan is in operation. Proposals come from live conditions.")


#: Which of a task's terms has run out; the column `overdue`, by which the list is filtered, follows within a minute.
LATE = Column("late", _("Overdue"), needs=("state", "ack_due_at", "due_at", "finished_at"))


class TaskDesk(Desk, record=Task):
    slug = "tasks"
    story = _("What one unit must do, by when, and how far it is.")
    menu = ("response", 30)
    icon = "checklist"
    columns = (
        Column("__str__", _("Task")),
        "organisation",
        State("state"),
        LATE,
        Age("issued_at"),
        Age("due_at"),
        "phase",
        "area",
    )
    filters = ("state", "overdue")
    search = ("title", "title_en", "organisation__name")
    panels = (
        Panel("response/task.html", _("Task"), lambda row: {"task": row}),
        Panel(
            "response/chain.html", _("From the reading to this task"), lambda row: {"stages": chain.of_task(row), "wide": True}
        ),
        Facts(
            "organisation",
            State("state"),
            Age("issued_at"),
            Age("ack_due_at"),
            "accepted_by",
            Age("accepted_at"),
            Age("due_at"),
            Age("finished_at"),
            "finished_by",
            LATE,
            Column("rung", _("Climbed to")),
            "report",
            title=_("Course"),
        ),
        law.DEADLINES,
        Panel("response/reports.html", _("Reports"), lambda row: {"reports": list(row.reports.select_related("file"))}),
        Files(offers=False),  # a photo comes with the report that it belongs to
        JournalPanel(_("Journal")),
    )
    actions = (tasks.accept, tasks.complete, tasks.report, tasks.fail, tasks.reassign)
    order = ("due_at", "id")
    empty = _("Tasks appear when a response is activated.")


class NoticeDesk(Desk, record=Notice):
    slug = "notices"
    story = _("The signed notices of responses, one a step.")
    icon = "file-certificate"
    columns = (
        Column("response__plan", _("Plan")),
        State("direction"),
        Column("get_level_display", _("Response level")),
        Age("signed_at"),
        "signed_by",
    )
    panels = (
        Panel("response/notice.html", _("Notice"), lambda row: {"notice": row, "wide": True}),
        Files(_("Papers"), offers=False),
        JournalPanel(_("Journal")),
    )
    actions = (letters.write_notice,)
    order = ("-signed_at", "-id")
    empty = _("A notice is written with every step of a response.")


add_panel("incidents.Incident", Panel("response/of_incident.html", _("Responses"), _of_incident))
