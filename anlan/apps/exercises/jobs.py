"""Timed work of exercises: drive the replay that was started from the web, a few seconds at a time."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from anlan.apps.exercises import replay as driving
from anlan.apps.exercises.choices import ReplayState
from anlan.apps.exercises.models import Replay
from anlan.apps.monitoring import api as monitoring
from anlan.kit.jobs import job
from anlan.kit.refusals import Conflict
from anlan.kit.scope import Scope, current, entered
from anlan.lib import scenario as scenarios

SLICE_SECONDS = 55.0
_drivers: dict[int, driving.Driver] = {}


@job(every="5 seconds", name="exercises.drive")
def drive() -> None:
    """Move a running replay on for a slice of time; pause, speed and stop are looked up at every tick."""
    if current().world != "exercise":
        return
    found = driving.current_replay()
    if found is None or not driving.is_running(found) or found.started_by == "system:cli":
        return
    try:
        with driving.driving():
            _drive(found)
    except Conflict:
        return


def _drive(found: Replay) -> None:
    driver = _drivers.get(found.pk) or _open(found)
    until = time.monotonic() + SLICE_SECONDS
    reached = found.reached_at
    for at in driver.ticks(reached):
        state = driving.current_replay()
        if state is None or state.pk != found.pk or state.state != ReplayState.RUNNING or time.monotonic() > until:
            break
        wait = (at - reached).total_seconds() / state.speed if state.speed else 0.0
        if wait > until - time.monotonic():
            # The next tick lies beyond this slice: move the clock there in part and come back.
            at = reached + timedelta(seconds=max(1.0, (until - time.monotonic()) * state.speed))
            time.sleep(max(0.0, until - time.monotonic()))
        else:
            time.sleep(wait)
        driving.persistently(lambda at=at: driver.step(at))  # type: ignore[misc]
        driving.persistently(lambda at=at: driving.mark(driver, at))  # type: ignore[misc]
        reached = at


def _open(found: Replay) -> driving.Driver:
    with entered(Scope.everything("system:replay", "live")):
        scenario = scenarios.load(Path(found.folder), monitoring.station_codes())
    _drivers.clear()
    _drivers[found.pk] = driving.Driver(scenario, found.pk)
    return _drivers[found.pk]
