"""Rows of a jurisdiction are read through one door: outside the rooms below, nobody takes a record's manager as it is.

A scope is the union of an actor's grants. Whoever reads `Station.objects` shows each row of it to everybody whose scope reaches
it, by whatever grant; `readable` asks for the permission. What runs in the program's own scope (reactions, jobs) sees all.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

from anlan.kit.records import Record

ROOT = Path(__file__).parents[2]
APPS = ROOT / "anlan" / "apps"
#: The rooms that read for actions and other readers, write, or run in the program's own scope.
ROOMS = {"queries", "models", "migrations", "tests", "actions", "reactions", "jobs", "pack", "cli"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
#: Modules that read in the program's own scope, or for an action, under another name; each with why.
ALLOWED = {
    "telemetry/intake/catalogue.py": "what deliveries are told by: read in the program's own scope",
    "telemetry/intake/pausing.py": "which readings a work concerns: under the verb that locked the station",
    "telemetry/intake/comparing.py": "gauges are held against their neighbours each hour in the program's own scope",
    "telemetry/detection/windows.py": "detection: runs after each delivery in the program's own scope",
    "telemetry/detection/counting.py": "detection: runs after each delivery in the program's own scope",
    "telemetry/detection/deriving.py": "detection: runs after each delivery in the program's own scope",
    "telemetry/detection/judging.py": "detection: runs after each delivery in the program's own scope",
    "rivers/forecasting.py": "forecasts are made each hour in the program's own scope",
    "exercises/driving.py": "the run that drives an exercise's world, in the program's own scope",
    "exercises/headline.py": "the run that a world belongs to is told to everybody in it",
    "exercises/report.py": "the report of a run is written in the program's own scope",
    "people/trust.py": "who gave whom what, judged in the program's own scope whoever asks",
    "response/tasks.py": "actions by another name: they write through their deed",
    "warning/callouts.py": "the course of one warning's calls, for its page behind the desk's door and for the job that climbs",
    "warning/course.py": "published warnings are public",
    "warning/views/public.py": "what the public sees, and the one call that a secret token names",
}


def is_record(found: Any) -> bool:
    """Return whether a name stands for a kind of rows with a jurisdiction."""
    return isinstance(found, type) and issubclass(found, Record)


def bare(file: Path) -> list[str]:
    """Return where a file reads a record past the door."""
    module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    nodes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)]
    asked = [node.value for node in nodes if node.attr == "readable"]
    return [
        f"line {node.lineno}: {node.value.id}.{node.attr}"
        for node in nodes
        if node.attr in MANAGERS and isinstance(node.value, ast.Name) and node not in asked
        if is_record(getattr(module, node.value.id, None))
    ]


def test_records_are_read_through_the_door() -> None:
    files = [f for f in APPS.rglob("*.py") if not ROOMS & {*f.relative_to(APPS).parts, f.stem}]
    assert len(files) > 60
    found = {str(f.relative_to(APPS)): breaches for f in files if (breaches := bare(f))}
    assert {name: breaches for name, breaches in found.items() if name not in ALLOWED} == {}, "use readable(…) or a query"
    assert set(ALLOWED) <= set(found), "these need no leave any more"
