"""The jobs process: takes up what deeds have deferred, one job per world at a time, and goes on with what a killed process left.

A job is a row of its own world (ADR 8). Whoever works on it holds a lock of its session, which the database gives back when the
process dies; each step checks that the job is still its own, does its writes and moves the cursor in one transaction.
"""

from __future__ import annotations

import io
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from anlan.kit import live
from anlan.kit.clock import real_now
from anlan.kit.files import store
from anlan.kit.jobs import alone
from anlan.kit.models import BackgroundJob, JobFault
from anlan.kit.records import unscoped
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Authority, Scope, World, entered
from anlan.kit.tasks import TASKS
from anlan.kit.worlds import ALIASES, WORLDS
from anlan.lib.registry import UnknownEntry

log = logging.getLogger(__name__)
State = BackgroundJob.State
#: A job that was taken up so often in a row without a step done has failed: it may be what kills the process.
MOST_ATTEMPTS = 3


class Stopped(Exception):
    """The job is no longer this run's: it was cancelled, or somebody else has taken it up."""


class Run:
    """One take-up of a job, as its task sees it."""

    def __init__(self, job: BackgroundJob, world: World) -> None:
        self.pk, self.world, self.using = job.pk, world, ALIASES[world]
        self.cursor, self.done, self.of = dict(job.cursor), job.done, job.of
        self.message, self.figures = job.message, dict(job.figures)
        self.runner = job.runner

    @contextmanager
    def step(self) -> Iterator[Scope]:
        """Open one step under the requester's authority as it is now; Stopped if the job is not this run's any more."""
        before = dict(self.cursor), self.done, self.of, self.message, self.figures
        try:
            with _program(self.world), transaction.atomic(using=self.using):
                job = unscoped(BackgroundJob, self.using).select_for_update().filter(pk=self.pk).first()
                if job is None or job.state != State.RUNNING or job.runner != self.runner:
                    raise Stopped
                with entered(scope_of(job, self.world)) as scope:
                    yield scope
                self._save(attempts=0)
                live.poke(self.using, [(BackgroundJob._meta.label_lower, str(job.pk), job.area)])
        except BaseException:
            self.cursor, self.done, self.of, self.message, self.figures = before
            raise

    def say(self, message: str, **figures: Any) -> None:
        """Say how far it is: an English msgid and its figures."""
        self.message, self.figures = message, figures

    def refuse(self, line: int, values: list[str], reason: str) -> None:
        """Set a line aside with the reason."""
        unscoped(JobFault, self.using).create(job_id=self.pk, line=line, values=values, reason=reason)

    def refused(self) -> Any:
        """Return the lines that were set aside, in their order."""
        return unscoped(JobFault, self.using).filter(job_id=self.pk).order_by("line", "pk")

    def keep(self, name: str, content: bytes) -> None:
        """Attach a file to the job, in the requester's name."""
        with _program(self.world):
            job = unscoped(BackgroundJob, self.using).get(pk=self.pk)
        with entered(Scope.everything(job.requested_by, self.world)):
            about = {"record": BackgroundJob._meta.label_lower, "record_id": str(self.pk)}
            store(area=job.area, name=name, content=io.BytesIO(content), **about)

    def end(self, state: str, error: str = "") -> None:
        """Close the job, unless it is no longer this run's."""
        with _program(self.world), transaction.atomic(using=self.using):
            rows = unscoped(BackgroundJob, self.using).select_for_update().filter(pk=self.pk, state=State.RUNNING)
            job = rows.filter(runner=self.runner).first()
            if job is not None:
                self._save(state=state, error=error[:2000], finished_at=real_now())
                live.poke(self.using, [(BackgroundJob._meta.label_lower, str(job.pk), job.area)])

    def _save(self, **more: Any) -> None:
        told = {"cursor": self.cursor, "done": self.done, "of": self.of, "message": self.message, "figures": self.figures}
        unscoped(BackgroundJob, self.using).filter(pk=self.pk).update(**told, **more)


def _program(world: World) -> AbstractContextManager[Scope]:
    """Enter the program's own scope, for the job's row itself."""
    return entered(Scope.everything("system:jobs", world))


def scope_of(job: BackgroundJob, world: World) -> Scope:
    """Return the requester's authority as it is now, cut down to the token's that asked; NotAuthorised where none is left."""
    if job.by_program:
        return replace(Scope.everything(job.requested_by, world), cause=f"job:{job.pk}")
    scope: Scope = import_string(settings.ANLAN_SCOPE_OF)(job.requested_by, world)
    if job.granted is not None:
        kept = [(a, frozenset(p for p in job.granted if a.permits(p))) for a in scope.authorities]
        scope = replace(scope, token=True, authorities=tuple(Authority(a.area, p, a.sector, a.role) for a, p in kept if p))
    if not scope.authorities:
        raise NotAuthorised(
            _("The account that asked for this may do nothing any more: it was suspended, or its grants have ended.")
        )
    return replace(scope, cause=f"job:{job.pk}")


def work_off(world: World) -> int:
    """Do what waits, and what was left in the middle, oldest first; returns how many jobs were taken up."""
    count = 0
    with _program(world):
        jobs = unscoped(BackgroundJob, ALIASES[world]).filter(state__in=[State.WAITING, State.RUNNING])
        for pk in list(jobs.order_by("pk").values_list("pk", flat=True)[:50]):
            with alone(f"background:{pk}", world) as free:
                count += int(free and _take_up(pk, world))
    return count


def _take_up(pk: int, world: World) -> bool:
    """Run a job from where it stands to its end; whatever it meets is told on the job."""
    using = ALIASES[world]
    with transaction.atomic(using=using):
        job = unscoped(BackgroundJob, using).select_for_update().filter(pk=pk, state__in=[State.WAITING, State.RUNNING]).first()
        if job is None:
            return False
        job.state, job.runner, job.attempts = State.RUNNING, uuid4().hex, job.attempts + 1
        job.started_at = job.started_at or real_now()
        job.save(update_fields=["state", "runner", "attempts", "started_at"])
    run = Run(job, world)
    with translation.override(job.language or settings.LANGUAGE_CODE):
        if job.attempts > MOST_ATTEMPTS:
            run.end(State.FAILED, job.error or _("It ended the program that works on it, again and again."))
            return True
        try:
            with entered(scope_of(job, world)):
                TASKS.get(job.task).run(run, **job.arguments)
            run.end(State.DONE)
        except Stopped:
            pass
        except Refusal as refusal:
            run.end(State.REFUSED, str(refusal))
        except UnknownEntry:
            run.end(State.FAILED, _("This version of the program does not know such a task."))
        except (OperationalError, InterfaceError):
            raise  # the database went away: taken up again once it is back
        except Exception as error:  # noqa: BLE001  told on the job, and tried again a few times
            log.exception("background job %s (%s)", pk, job.task)
            _failed(run, f"{type(error).__name__}: {error}", job.attempts)
    return True


def _failed(run: Run, error: str, attempts: int) -> None:
    """Leave a job to be taken up again, or close it after too many tries."""
    if attempts >= MOST_ATTEMPTS:
        run.end(State.FAILED, error)
    else:
        unscoped(BackgroundJob, run.using).filter(pk=run.pk, runner=run.runner).update(error=error[:2000])


def run() -> None:
    """Work until told to stop (SIGTERM, Ctrl-C); what is under way is left where its last step ended."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_args: stop.set())
    for world in WORLDS.values():
        threading.Thread(target=live.heed, args=(world, "anlan_jobs", stop, partial(work_off, world)), daemon=True).start()
    stop.wait()
