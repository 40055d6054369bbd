"""Background jobs as their requesters see them: one's own, and everybody's for those who oversee them; live, and to be cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, action
from anlan.kit.clock import real_now
from anlan.kit.desk import exporting, permissions
from anlan.kit.desk.attachments import Files
from anlan.kit.desk.columns import Age, Column, Facts, JournalPanel, Panel, State
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.text import NOT_THERE
from anlan.kit.models import BackgroundJob
from anlan.kit.names import name_of
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import NotFound
from anlan.kit.scope import Scope, current

OVERSEE = "kit.oversee_backgroundjob"
permissions.BESIDES[OVERSEE] = _("See and cancel the background jobs of others")
OPEN = (BackgroundJob.State.WAITING, BackgroundJob.State.RUNNING)


def is_open_to(job: Any, scope: Scope) -> bool:
    """Return whether somebody may look at a job and cancel it: the requester, and who oversees jobs where it lies."""
    return job.requested_by == scope.actor or scope.may(OVERSEE, job.area)


@action(
    "kit.cancel_job",
    needs="kit.view_backgroundjob",
    label=_("Cancel"),
    record="kit.BackgroundJob",
    icon="x",
    when=lambda job: job.state in OPEN,
    story=_("What its steps have written stays; what has not been done yet will not be done."),
)
def cancel(deed: Deed, *, job: int) -> BackgroundJob:
    """End a job after the step that is under way."""
    held = deed.lock(BackgroundJob, job)
    if not is_open_to(held, deed.scope):
        raise NotFound()
    if held.state in OPEN:
        held.state, held.finished_at = BackgroundJob.State.CANCELLED, real_now()
    return held


@dataclass(frozen=True)
class Called(Column):
    """Show what a job is called, as the way to its page."""

    def show(self, row: models.Model) -> Any:
        return name_of("task", row.task)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Share(Column):
    """Show how much is done of how much."""

    def show(self, row: models.Model) -> Any:
        done, of = row.done, row.of  # type: ignore[attr-defined]
        return format_html('<span class="number">{} / {}</span>', done, of) if of else NOT_THERE


def _progress(job: BackgroundJob) -> dict[str, Any]:
    share = min(100, 100 * job.done // job.of) if job.of else 0
    return {"job": job, "share": share, "open": job.state in OPEN, "wide": True}


class BackgroundJobDesk(Desk, record=BackgroundJob):
    slug = "jobs"
    story = _("What you have left to the program to do in the background: how far it is, and what came of it.")
    menu = ("system", 65)
    icon = "progress"
    columns = (
        Called("__str__", _("Job")),
        State("state"),
        Share("done", _("Done so far")),
        "requested_by",
        Age("requested_at", real=True),
    )
    filters = ("state",)
    panels = (
        Panel("desk/progress.html", _("Progress"), _progress),
        Facts("requested_by", Age("requested_at", real=True), Age("started_at", real=True), Age("finished_at", real=True)),
        Files(offers=False),
        JournalPanel(_("Journal")),
    )
    actions = (cancel,)
    order = ("-id",)
    empty = _("Large imports and exports are done here while you go on working.")

    @classmethod
    def fetched(cls, row: Any) -> None:
        """Hold what an export has written to the fetcher's own authority."""
        exporting.check_fetched(row)

    @classmethod
    def rows(cls) -> Any:
        """Return the viewer's own jobs, and those of others where the viewer oversees them."""
        rows, scope = super().rows(), current()
        own = models.Q(requested_by=scope.actor)
        for area in scope.areas_for(OVERSEE):
            own |= models.Q(area__startswith=area)
        return rows.filter(own)


@page("/jobs/<int:pk>/", needs=SIGNED_IN)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a job's page."""
    return redirect(BackgroundJob.desk_url(BackgroundJobDesk.get(pk)))  # type: ignore[attr-defined]
