"""What plug-ins add is asked for, never known: no app names a hazard, a quantity or a unit, nor branches on one."""

from __future__ import annotations

import ast
from pathlib import Path

from anlan.apps.telemetry.kinds import HAZARDS, QUANTITIES, UNITS

ROOT = Path(__file__).parents[2] / "anlan"
#: Declares the base units and shows addresses and bodies to whoever calls; words here decide nothing.
SHOWS = {"example", "help_text", "default", "description"}


def known() -> set[str]:
    """Return the codes that only plug-ins may know."""
    return {h.code for h in HAZARDS} | {q.code for q in QUANTITIES} | {u.code for u in UNITS if not u.code.isascii()}


def named(file: Path, codes: set[str]) -> list[str]:
    """Return where a file compares with, looks up or lists such a code."""
    found = []
    tree = ast.parse(file.read_text(encoding="utf-8"))
    shown = {
        id(inner)
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in SHOWS)
        or (isinstance(node, ast.Assign) and {t.id for t in node.targets if isinstance(t, ast.Name)} & SHOWS)
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in codes and id(node) not in shown:
            found.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.value!r}")
    return found


def test_no_app_names_what_plug_ins_add() -> None:
    files = [
        file
        for part in ("apps", "kit", "site")
        for file in (ROOT / part).rglob("*.py")
        if not {"migrations", "tests", "testing"} & set(file.parts) and file.name != "measures.py"
    ]
    assert [hit for file in sorted(files) for hit in named(file, known())] == []
