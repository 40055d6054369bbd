"""The driver of a replay: feeds observations through the live chain on the exercise clock, and lets scripted officers decide.

It delivers the outbox and runs the timed jobs itself, in order, so that two runs of one scenario give the same result.
Every step can be repeated: batches carry a key, deliveries, decisions and injects happen once. After each step a mark is
left; a driver that is killed anywhere is replaced by another that goes on from the mark and comes to the same end.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from anlan.apps.alarms import api as alarms
from anlan.apps.exercises import actions
from anlan.apps.exercises.models import Mark
from anlan.apps.exercises.reset import EXERCISE
from anlan.apps.people import api as people
from anlan.apps.response import api as response
from anlan.apps.telemetry import api as telemetry
from anlan.apps.warning import api as warning
from anlan.kit import clock, live, outbox
from anlan.kit.jobs import run_due
from anlan.kit.models import OutboxEvent
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib import scenario as scenarios

GRID = timedelta(minutes=10)
#: Between ticks when nothing has happened for BUSY_FOR: long enough for tasks to be done and to climb.
QUIET_GRID = timedelta(hours=1)
BUSY_FOR = timedelta(hours=2)
SYSTEM = "system:replay"


@contextmanager
def as_the_city() -> Iterator[None]:
    """Speak the city's language on the city's time: what a replay writes must not depend on who started it, or where."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        yield


@dataclass
class Driver:
    """One replay under way. `step` moves it by one tick and `mark` keeps the place; the caller decides how fast."""

    scenario: scenarios.Scenario
    replay: int
    area: str
    last_run: dict[str, datetime] = field(default_factory=dict)
    #: What the script wanted and was refused, with the reason: it stays for people, and stands in the report.
    refused: dict[str, str] = field(default_factory=dict)
    #: Machine time from taking a reading in to the proposal it led to, the longest of this process. No part of the result.
    slowest_proposal: float = 0.0
    #: Up to when real time has been counted: until the last tick was due, or the last slice of a running replay ended.
    left_at: float | None = None

    def __post_init__(self) -> None:
        self.times = [row.at for row in self.scenario.observations]
        self.officers: dict[str, Scope] = {}
        self.stirred_at = self.reached = self.scenario.start
        kept = Mark.objects.using(EXERCISE).filter(pk=self.replay).first()
        if kept is not None:
            self.reached = kept.reached_at
            self.stirred_at = datetime.fromisoformat(kept.memory["stirred_at"])
            self.last_run = {name: datetime.fromisoformat(at) for name, at in kept.memory["last_run"].items()}
            self.refused = kept.refused

    def ticks(self) -> Iterator[datetime]:
        """Yield the instants to stop at: every observation, and a grid between them that is wide while nothing stirs."""
        while self.reached < self.scenario.end:
            grid = GRID if self.reached - self.stirred_at < BUSY_FOR else QUIET_GRID
            at = bisect.bisect_right(self.times, self.reached)
            observed = self.times[at] if at < len(self.times) else self.scenario.end
            yield min(self.reached + grid, observed, self.scenario.end)

    def step(self, at: datetime) -> None:
        """Advance the exercise world to `at`: readings, injects, detection, reactions, decisions, jobs, messages."""
        began, script = time.perf_counter(), self.scenario.decisions
        with entered(Scope.everything(SYSTEM, "exercise")), clock.frozen(at), as_the_city():
            owed = outbox.pending("exercise") > 0
            known = set(response.open_proposals().values_list("pk", flat=True))
            self._feed(at)
            for batch in telemetry.undetected():
                telemetry.detect(batch)
            self._hand_in(at)
            outbox.drain("exercise")
            if set(response.open_proposals().values_list("pk", flat=True)) - known:
                self.slowest_proposal = max(self.slowest_proposal, time.perf_counter() - began)
            if script is not None:
                self._decide(at, script)
                outbox.drain("exercise")
            run_due("exercise", at, last := dict(self.last_run))
            outbox.drain("exercise")
            waiting = script is not None and self._expects(at, script)
            stirred = owed or OutboxEvent.objects.filter(at__gt=self.reached, at__lte=at).exists()
        if stirred or waiting:
            self.stirred_at = at
        self.last_run = last

    def mark(self, at: datetime) -> None:
        """Keep the place and what going on from it needs; tell the open pages."""
        memory = {
            "stirred_at": self.stirred_at.isoformat(),
            "last_run": {name: ran.isoformat() for name, ran in self.last_run.items()},
            "refused": self.refused,
            "left_out": self.scenario.skipped,
        }
        if at >= self.scenario.end:
            with entered(Scope.everything(SYSTEM, "exercise")), clock.frozen(at):
                actions.finish(replay=self.replay)
        Mark.objects.using(EXERCISE).update_or_create(pk=self.replay, defaults={"reached_at": at, "memory": memory})
        self.reached = at
        live.poke(EXERCISE, [("exercises.replay", str(self.replay), self.area)])

    def _feed(self, at: datetime) -> None:
        low, high = bisect.bisect_left(self.times, at), bisect.bisect_right(self.times, at)
        rows = self.scenario.observations[low:high]
        if rows:
            raw = [telemetry.RawReading(r.line, r.station, r.quantity, r.at, r.value, r.estimated) for r in rows]
            telemetry.ingest(raw, "scenario", key=f"replay:{self.replay}:{at.isoformat()}")

    def _hand_in(self, at: datetime) -> None:
        for row in self.scenario.warnings:
            if self.reached <= row.at <= at:
                actions.hand_in_warning(replay=self.replay, row=row)
        for closed in self.scenario.closures:
            if self.reached <= closed.at <= at:
                actions.hand_in_closure(replay=self.replay, row=closed)

    def _as(self, username: str) -> Scope:
        if username not in self.officers:
            self.officers[username] = replace(people.scope_of(username, "exercise"), cause="script:decisions")
        return self.officers[username]

    def _try(self, username: str, about: str, deed: Callable[[], Any]) -> None:
        """Let an officer do something once; what is refused stays for people, and is not tried again at every tick."""
        if about not in self.refused:
            try:
                with entered(self._as(username)):
                    deed()
            except Refusal as refusal:
                self.refused[about] = str(refusal)

    def _decide(self, at: datetime, script: scenarios.Decisions) -> None:
        for alarm in alarms.alarms_open():
            if alarm.state == "raised" and alarm.raised_at <= at - script.acknowledge_after:
                about = f"alarm:{alarm.id}:{alarm.raised_at.isoformat()}"
                self._try(script.alarm_officer, about, lambda pk=alarm.id: alarms.acknowledge(alarm=pk))  # type: ignore[misc]
        for state, verb in (("draft", warning.sign), ("signed", warning.publish)):
            for draft in warning.waiting(state):
                if draft.drafted_at <= at - script.sign_after:
                    self._try(script.signer, f"{state}:{draft.id}", lambda v=verb, pk=draft.id: v(warning=pk))  # type: ignore[misc]
        outbox.drain("exercise")
        for proposal in list(response.open_proposals()):
            listed = proposal.direction in ("end", "lower") or proposal.get_level_display() in script.confirm
            if listed and script.confirm and proposal.proposed_at <= at - script.confirm_after:
                self._try(script.officer, f"proposal:{proposal.pk}", lambda pk=proposal.pk: response.confirm(proposal=pk))  # type: ignore[misc]
        self._work(at, script)

    def _work(self, at: datetime, script: scenarios.Decisions) -> None:
        for task in response.due_tasks("issued", at - script.accept_after):
            if task.organisation.code not in script.silent:
                with _unit(task.organisation.code):
                    response.accept(task=task.pk)
        for task in response.due_tasks("accepted", at):
            if task.organisation.code not in script.silent and done_at(task, script) <= at:
                with _unit(task.organisation.code):
                    response.complete(task=task.pk, report="（脚本）已按任务卡完成。 / (script) Done as the card says.")
        for call, post in warning.calls_waiting(at - script.answer_after):
            if post.split(".")[0] not in script.silent:
                with _unit(post):
                    warning.answer(call=call)

    def _expects(self, at: datetime, script: scenarios.Decisions) -> bool:
        """Return whether a decision waits, or a unit will be done before the next wide step: then time goes on in small ones."""
        if warning.waiting("draft") or response.open_proposals().exists():
            return True
        under_way = (t for t in response.due_tasks("accepted", at) if t.organisation.code not in script.silent)
        return any(done_at(t, script) <= at + QUIET_GRID for t in under_way)


def done_at(task: Any, script: scenarios.Decisions) -> datetime:
    """Return when a scripted unit is done with a task that it accepted: within the time that its card gives, as a rule."""
    if script.complete_after is not None:
        return task.accepted_at + script.complete_after  # type: ignore[no-any-return]
    return task.accepted_at + (task.due_at - task.accepted_at) * script.complete_share  # type: ignore[no-any-return]


@contextmanager
def _unit(code: str) -> Iterator[None]:
    """Act as a unit or post of the script."""
    with entered(Scope.everything(f"script:{code}", "exercise", cause="script:decisions")):
        yield


def cast_problems(scenario: scenarios.Scenario) -> list[str]:
    """Name the scripted officers who have no account with authority, and the silent units that do not exist."""
    script = scenario.decisions
    if script is None:
        return []
    officers = dict.fromkeys((script.officer, script.alarm_officer, script.signer))
    unknown = [name for name in officers if not people.scope_of(name, "exercise").authorities]
    lost = [code for code in script.silent if people.organisation(code) is None]
    none = scenarios.gettext_noop("[decisions] officer %(name)s has no account with authority; name one that has")
    lost_text = scenarios.gettext_noop("[decisions.tasks] silent: there is no unit %(name)s")
    return [scenarios.Problem(scenarios.SETTINGS, none, name=repr(name)) for name in unknown] + [
        scenarios.Problem(scenarios.SETTINGS, lost_text, name=repr(code)) for code in lost
    ]
