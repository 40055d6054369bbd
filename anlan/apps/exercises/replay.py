"""The driver of a replay: feeds observations through the live chain on the exercise clock, and lets scripted officers decide.

It delivers the outbox and runs the timed jobs itself, in order, so that two runs of one scenario give the same result.
Every step can be repeated: batches carry a key, deliveries and decisions happen once. A lost database is waited for.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, connections

from anlan.apps.exercises import actions
from anlan.apps.exercises.choices import ReplayState
from anlan.apps.exercises.models import Replay
from anlan.apps.monitoring import api as monitoring
from anlan.apps.people import api as people
from anlan.apps.response import api as response
from anlan.apps.warning import api as warning
from anlan.kit import clock, outbox
from anlan.kit.jobs import run_due
from anlan.kit.refusals import Conflict
from anlan.kit.reset import EXERCISE, reset_exercise, set_clock
from anlan.kit.scope import Scope, entered
from anlan.kit.worker import DRIVER_LOCK
from anlan.lib import scenario as scenarios

GRID = timedelta(minutes=10)
#: Between ticks when nothing has happened for BUSY_FOR: long enough for tasks to be done and to climb.
QUIET_GRID = timedelta(hours=1)
BUSY_FOR = timedelta(hours=2)
PATIENCE_SECONDS = 60


@dataclass
class Driver:
    """One replay under way. `step` moves it by one tick; the caller decides how fast."""

    scenario: scenarios.Scenario
    replay: int
    last_run: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.times = [row.at for row in self.scenario.observations]
        self.officers: dict[str, Scope] = {}
        self.stirred_at = self.scenario.start

    def ticks(self, after: datetime) -> Iterator[datetime]:
        """Yield the instants to stop at: every observation, and a grid between them that is wide while nothing stirs."""
        reached = after
        while reached < self.scenario.end:
            grid = GRID if reached - self.stirred_at < BUSY_FOR else QUIET_GRID
            at = bisect.bisect_right(self.times, reached)
            observed = self.times[at] if at < len(self.times) else self.scenario.end
            reached = min(reached + grid, observed, self.scenario.end)
            yield reached

    def step(self, at: datetime) -> None:
        """Advance the exercise world to `at`: readings, detection, reactions, decisions, jobs, messages."""
        with entered(Scope.everything("system:replay", "exercise")), clock.frozen(at):
            self._feed(at)
            for batch in monitoring.undetected():
                monitoring.detect(batch)
            stirred = outbox.drain("exercise")
            if self.scenario.decisions is not None:
                self._decide(at, self.scenario.decisions)
                stirred += outbox.drain("exercise")
            run_due("exercise", at, self.last_run)
            stirred += outbox.drain("exercise")
            waiting = self.scenario.decisions is not None and (warning.waiting("draft") or response.open_proposals().exists())
        if stirred or waiting:
            self.stirred_at = at

    def _feed(self, at: datetime) -> None:
        low, high = bisect.bisect_left(self.times, at), bisect.bisect_right(self.times, at)
        rows = self.scenario.observations[low:high]
        if rows:
            raw = [monitoring.RawReading(r.line, r.station, r.quantity, r.at, r.value, r.estimated) for r in rows]
            monitoring.ingest(raw, "scenario", key=f"replay:{self.replay}:{at.isoformat()}")

    def _as(self, username: str) -> Scope:
        if username not in self.officers:
            found = people.scope_of(username, "exercise")
            if not found.authorities:
                raise scenarios.ScenarioError([f"[decisions]: officer {username!r} has no account with authority"])
            self.officers[username] = replace(found, cause="script:decisions")
        return self.officers[username]

    def _decide(self, at: datetime, script: scenarios.Decisions) -> None:
        for alarm in monitoring.alarms_open():
            if alarm.state == "raised" and alarm.raised_at <= at - script.acknowledge_after:
                with entered(self._as(script.alarm_officer)):
                    monitoring.acknowledge(alarm=alarm.id)
        for draft in warning.waiting("draft"):
            if draft.drafted_at <= at - script.sign_after:
                with entered(self._as(script.signer)):
                    warning.sign(warning=draft.id)
                    warning.publish(warning=draft.id)
        outbox.drain("exercise")
        for proposal in list(response.open_proposals()):
            listed = proposal.direction in ("end", "lower") or proposal.get_level_display() in script.confirm
            if listed and script.confirm and proposal.proposed_at <= at - script.confirm_after:
                with entered(self._as(script.officer)):
                    response.confirm(proposal=proposal.pk)
        self._work(at, script)

    def _work(self, at: datetime, script: scenarios.Decisions) -> None:
        for task in response.due_tasks("issued", at - script.accept_after):
            if task.organisation.code not in script.silent:
                with entered(Scope.everything(f"script:{task.organisation.code}", "exercise", cause="script:decisions")):
                    response.accept(task=task.pk)
        for task in response.due_tasks("accepted", at - script.complete_after):
            with entered(Scope.everything(f"script:{task.organisation.code}", "exercise", cause="script:decisions")):
                response.complete(task=task.pk, report="（脚本）已按任务卡完成。")


@contextmanager
def driving() -> Iterator[None]:
    """Hold the exercise world's wheel: the worker leaves its outbox and jobs alone. Raises Conflict when it is held."""
    _take_wheel()
    try:
        yield
    finally:
        try:
            with connections[EXERCISE].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
        except (OperationalError, InterfaceError):
            connections[EXERCISE].close()


def _take_wheel() -> None:
    with connections[EXERCISE].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [DRIVER_LOCK])
        if not cursor.fetchone()[0]:
            raise Conflict("another replay drives the exercise world just now")


def persistently(work: Callable[[], None]) -> None:
    """Do a repeatable step; when the database is lost, wait for it (up to a minute), take the wheel again and repeat."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            work()
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connections[EXERCISE].close()
            connections["default"].close()
            time.sleep(0.5)
            try:
                _take_wheel()
            except (OperationalError, InterfaceError, Conflict):
                continue


def prepare(folder: Path, *, starter: str, speed: int, area: str) -> Driver:
    """Read a scenario, reset the exercise world and begin; nothing changes when the scenario is at fault."""
    with entered(Scope.everything("system:replay", "live")):
        scenario = scenarios.load(folder, monitoring.station_codes())
    reset_exercise(scenario.start, speed=0.0)
    with entered(Scope.everything(starter, "exercise")), clock.frozen(scenario.start):
        begun = actions.begin(
            area=area,
            folder=str(folder),
            name_zh=scenario.name_zh,
            name_en=scenario.name_en,
            starts_at=scenario.start,
            ends_at=scenario.end,
            speed=speed,
        )
    return Driver(scenario, begun.pk)


def run(driver: Driver, *, speed: int, progress: Callable[[datetime], None]) -> None:
    """Run a prepared replay to its end at `speed` times real time (0: as fast as possible), following pause and speed changes."""
    reached = driver.scenario.start
    for at in driver.ticks(reached):
        if speed:
            time.sleep((at - reached).total_seconds() / speed)
        persistently(lambda at=at: driver.step(at))  # type: ignore[misc]
        reached = at
        if speed or at == driver.scenario.end or at.minute == 0:
            persistently(lambda at=at: mark(driver, at))  # type: ignore[misc]
        progress(at)


def mark(driver: Driver, at: datetime) -> None:
    """Keep the place: the replay's row and the exercise clock."""
    with entered(Scope.everything("system:replay", "exercise")), clock.frozen(at):
        actions.reach(replay=driver.replay, at=at)
    set_clock(at, 0.0)


def current_replay() -> Replay | None:
    """Return the newest replay of the exercise world."""
    with entered(Scope.everything("system:replay", "exercise")):
        found: Replay | None = Replay.objects.order_by("-id").first()
        return found


def is_running(replay: Replay) -> bool:
    """Tell whether a replay wants to go on."""
    return replay.state == ReplayState.RUNNING
