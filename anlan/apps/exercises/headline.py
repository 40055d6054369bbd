"""The replay of this exercise world in a few figures, for the workbench."""

from __future__ import annotations

from typing import Any

from anlan.apps.exercises import driving, report
from anlan.apps.exercises.choices import GOING
from anlan.apps.exercises.models import RunReport
from anlan.kit.scope import current


def headline() -> dict[str, Any] | None:
    """Return the replay of this world, how far it is, and its kept report once it has one; None where there is nothing to see."""
    scope = current()
    if scope.world != "exercise" or not scope.areas_for("exercises.view_replay"):
        return None
    found = driving.current_replay()
    if found is None:
        return None
    kept = RunReport.objects.filter(run=found.run).first()
    if kept is not None and not scope.may("exercises.view_runreport", kept.area):
        kept = None
    return {
        "replay": found,
        "going": found.state in GOING,
        "reached": driving.reached(found),
        "kept": kept,
        "report": report.shown(kept.content) if kept else None,
    }
