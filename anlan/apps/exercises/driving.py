"""Who drives the exercise world, and how fast: the wheel, the loop over a driver's ticks, opening and resuming a replay.

The exercise clock is moved, never left running: when a driver dies it stands still at the place where that happened.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections, transaction
from django.utils.translation import gettext as _

from anlan.apps.exercises import actions, report
from anlan.apps.exercises.choices import GOING, ReplayState
from anlan.apps.exercises.models import Mark, Replay
from anlan.apps.exercises.problems import described
from anlan.apps.exercises.replay import SYSTEM, Driver, cast_problems
from anlan.apps.exercises.reset import EXERCISE, reset_exercise, set_clock
from anlan.apps.places import api as places
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock
from anlan.kit.refusals import Conflict, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.worker import DRIVER_LOCK, is_driven
from anlan.lib import scenario as scenarios

PATIENCE_SECONDS = 60
WHEEL_SECONDS = 15.0
#: While a replay waits for its next tick, pause, speed and stop are looked up this often.
PULSE_SECONDS = 0.4
#: Real time between two slices that counts as driven; a longer one was a stop.
LONGEST_GAP_SECONDS = 10.0
CLI = "system:cli"
#: Set within `driving`: the lock itself lets its own session in again, a timed job of the driver's own must stay out.
_steering: ContextVar[bool] = ContextVar("anlan_steering", default=False)
T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """The passing of real time; a test puts its own in its place."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


REAL = Pace()


@contextmanager
def driving(patience: float = 0.0) -> Iterator[None]:
    """Hold the exercise world's wheel: the worker leaves its outbox and jobs alone. Raises Conflict when it stays held."""
    if _steering.get():
        raise Conflict(_("Another replay drives the exercise world just now. Pause or stop it first."))
    until = time.monotonic() + patience
    while not _take_wheel():
        if time.monotonic() >= until:
            raise Conflict(_("Another replay drives the exercise world just now. Pause or stop it first."))
        time.sleep(0.1)
    token = _steering.set(True)
    try:
        yield
    finally:
        _steering.reset(token)
        try:
            with connections[EXERCISE].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [DRIVER_LOCK])
        except (OperationalError, InterfaceError):
            connections[EXERCISE].close()


def _take_wheel() -> bool:
    with connections[EXERCISE].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [DRIVER_LOCK])
        return bool(cursor.fetchone()[0])


def persistently(work: Callable[[], T]) -> T:
    """Do something repeatable; when the database is lost, wait for it (up to a minute), take the wheel again and repeat."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            _return_to_the_wheel(until)


def _return_to_the_wheel(until: float) -> None:
    """Wait until the database answers and the wheel is ours again; raises what it fails with after `until`."""
    while True:
        connections[EXERCISE].close()
        connections["default"].close()
        time.sleep(0.5)
        try:
            if _take_wheel():
                return
            raise Conflict(_("Another replay drives the exercise world just now. Pause or stop it first."))
        except (OperationalError, InterfaceError, Conflict):
            if time.monotonic() > until:
                raise


def read(folder: Path) -> scenarios.Scenario:
    """Read a scenario folder against what the live world knows; raises ScenarioError and changes nothing."""
    with entered(Scope.everything(SYSTEM, "live")):
        known, limits = telemetry.station_codes(), telemetry.step_limits()
        found = scenarios.load(folder, known, lambda code: places.division(code) is not None, limits)
        if problems := cast_problems(found):
            raise scenarios.ScenarioError(problems)
    return found


def prepare(folder: Path, *, starter: str, speed: int, area: str, people: bool = False) -> Driver:
    """Read a scenario, reset the exercise world and begin; nothing changes when the scenario is at fault.

    With `people` nobody is scripted: each decision waits for a person.
    """
    actions.check_speed(speed)
    scenario = read(folder)
    scenario = replace(scenario, decisions=None) if people else scenario
    with entered(Scope.everything(SYSTEM, "live")):
        if places.division(area) is None:
            raise Refusal(_("There is no division with the code %(code)s.") % {"code": repr(area)}, field="area")
    keep_report(complete=False)
    # Emptying wants every table for itself: an open page's reading may outlast the lock's patience once.
    persistently(lambda: reset_exercise(scenario.start, speed=0.0))
    with entered(Scope.everything(starter, "exercise")), clock.frozen(scenario.start):
        begun = actions.begin(
            area=area,
            speed=speed,
            run=uuid.uuid4().hex,
            folder=str(folder.resolve()),
            digest=scenario.digest,
            name_zh=scenario.name_zh,
            name_en=scenario.name_en,
            starts_at=scenario.start,
            ends_at=scenario.end,
            unattended=scenario.decisions is not None,
        )
    return Driver(scenario, begun.pk, area)


def reopen(found: Replay) -> Driver:
    """Open the driver of a replay that is under way, at its last mark; raises ScenarioError if the folder has changed since."""
    scenario = read(Path(found.folder))
    if scenario.digest != found.digest:
        text = scenarios.gettext_noop("the files have changed since this replay began; start it anew")
        raise scenarios.ScenarioError([scenarios.Problem(found.folder, text)])
    return Driver(scenario if found.unattended else replace(scenario, decisions=None), found.pk, found.area)


def resume(folder: Path | None, starter: str) -> tuple[Driver, Replay]:
    """Take over the replay of the exercise world whose driver was killed; raises Refusal when there is none of this folder."""
    found = current_replay()
    if found is None or (folder is not None and found.folder != str(folder.resolve())):
        raise Refusal(_("There is no replay of this folder to go on with. Start it without --resume."))
    driver = reopen(found)
    if found.state in GOING:
        with entered(Scope.everything(starter, "exercise")), clock.frozen(driver.reached):
            found = actions.take_over(replay=found.pk)
    return driver, found


def current_replay() -> Replay | None:
    """Return the newest replay of the exercise world."""
    with entered(Scope.everything(SYSTEM, "exercise")):
        found: Replay | None = Replay.objects.order_by("-id").first()
        return found


def reached(replay: Replay) -> datetime:
    """Return how far a replay got."""
    kept = Mark.objects.using(EXERCISE).filter(pk=replay.pk).first()
    return kept.reached_at if kept else replay.starts_at


def is_orphan(replay: Replay) -> bool:
    """Return whether a replay that a command line drove is under way with nobody at the wheel."""
    return replay.state in GOING and replay.driven_by == CLI and not is_driven("exercise")


def drive(
    driver: Driver,
    *,
    seconds: float | None = None,
    progress: Callable[[datetime], None] = lambda at: None,
    pace: Pace = REAL,
) -> None:
    """Drive to the end, following pause, speed and stop as they are set; within a slice of `seconds` if that is given.

    A slice also ends when the replay is paused. At its end the run's report is kept in the live world.
    """
    until = None if seconds is None else pace.now() + seconds
    for at in driver.ticks():
        if not _wait(driver, at, until, pace):
            return
        persistently(lambda at=at: driver.step(at))  # type: ignore[misc]
        persistently(lambda at=at: driver.mark(at))  # type: ignore[misc]
        progress(at)
    persistently(lambda: keep_report(complete=True))


def _wait(driver: Driver, at: datetime, until: float | None, pace: Pace) -> bool:
    """Let real time pass up to a tick at the replay's speed; False when it was stopped, or its slice is over."""
    position, before = max(driver.reached, persistently(clock.exercise_now)), _taken_up(driver, pace)
    while True:
        replay = persistently(current_replay)
        if replay is None or replay.pk != driver.replay or replay.state not in GOING:
            return False
        now = pace.now()
        if until is not None and (now > until or replay.state == ReplayState.PAUSED):
            driver.left_at = before if replay.state == ReplayState.RUNNING else None
            return False
        if replay.state == ReplayState.RUNNING:
            due = position + timedelta(seconds=(now - before) * replay.speed) if replay.speed else at
            moved = min(due, at)
            if persistently(lambda to=moved: _advance(driver, to)):  # type: ignore[misc]
                if due >= at:
                    # The next tick is reckoned from when this one was due: its work takes real time that counts.
                    driver.left_at = now - (due - at).total_seconds() / replay.speed if replay.speed else None
                    return True
                position = due
        rest = (at - position).total_seconds() / replay.speed if replay.speed else PULSE_SECONDS
        pace.sleep(min(PULSE_SECONDS, max(rest, 0.001)))
        before = now if replay.state == ReplayState.RUNNING else pace.now()


def _advance(driver: Driver, to: datetime) -> bool:
    """Move the exercise clock, unless the replay was held meanwhile: a pause waits for this or is seen by it, so that the clock then stands."""
    with entered(Scope.everything(SYSTEM, "exercise")), transaction.atomic(using=EXERCISE):
        if not Replay.objects.select_for_update().filter(pk=driver.replay, state=ReplayState.RUNNING).exists():
            return False
        set_clock(to, 0.0)
        return True


def _taken_up(driver: Driver, pace: Pace) -> float:
    """Return since when real time counts: from where the tick or slice before left off, so that nothing is lost between two."""
    now, left = pace.now(), driver.left_at
    driver.left_at = None
    return left if left is not None and now - left <= LONGEST_GAP_SECONDS else now


def keep_report(*, complete: bool) -> None:
    """Keep the report of the exercise world's replay in the live world; a run keeps one, nothing happens without a run."""
    found = current_replay()
    if found is None:
        return
    content = report.make()
    with entered(Scope.everything(SYSTEM, "live")):
        actions.keep_report(
            area=found.area,
            run=found.run,
            name_zh=found.name_zh,
            name_en=found.name_en,
            digest=found.digest,
            complete=complete,
            starts_at=found.starts_at,
            reached_at=reached(found),
            unattended=found.unattended,
            started_by=found.started_by,
            content=content,
        )


def give_up(found: Replay, problems: list[str]) -> None:
    """Stop a replay that cannot go on, saying why."""
    with entered(Scope.everything(SYSTEM, "exercise")):
        actions.give_up(replay=found.pk, problem="\n".join(described(problem) for problem in problems[:20]))


def reset() -> None:
    """Empty the exercise world; what the last run came to is kept."""
    keep_report(complete=False)
    reset_exercise(clock.real_now(), speed=1.0)
