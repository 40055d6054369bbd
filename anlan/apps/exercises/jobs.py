"""Timed work of exercises: drive the replay that was started from the web, a slice at a time; a killed worker goes on so."""

from __future__ import annotations

from anlan.apps.exercises import driving
from anlan.apps.exercises.choices import ReplayState
from anlan.apps.exercises.replay import Driver
from anlan.kit.jobs import job
from anlan.kit.refusals import Conflict
from anlan.kit.scope import current
from anlan.lib.scenario import ScenarioError

SLICE_SECONDS = 55.0
#: The driver of the last slice: its scenario need not be read again, unless its place is not the last mark any more.
_drivers: dict[str, Driver] = {}


@job(every="2 seconds", name="exercises.drive")
def drive() -> None:
    """Move a running replay on for a slice of time; pause, speed and stop are looked up at every tick."""
    if current().world != "exercise":
        return
    found = driving.current_replay()
    if found is None or found.state != ReplayState.RUNNING or found.driven_by == driving.CLI:
        for kept in _drivers.values():
            kept.left_at = None  # real time that passes in a pause does not count
        return
    try:
        with driving.driving():
            known = _drivers.pop(found.run, None)
            driver = known if known and known.reached == driving.reached(found) else driving.reopen(found)
            driving.drive(driver, seconds=SLICE_SECONDS)
            _drivers.clear()
            _drivers[found.run] = driver
    except Conflict:
        return
    except ScenarioError as error:
        driving.give_up(found, error.problems)
