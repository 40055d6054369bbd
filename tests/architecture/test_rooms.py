"""Rules and events know no ORM, clock or request: of Django they may use the translation of words, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

APPS = Path(__file__).parents[2] / "anlan" / "apps"
WORDS = "django.utils.translation"


def foreign(file: Path) -> list[str]:
    """Return what a pure room imports of Django beyond words, of the kit beyond refusals and events, and of its app's tables."""
    allowed = ("anlan.kit.refusals", "anlan.kit.events", "anlan.kit.scope", WORDS)
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.startswith("anlan.kit") and isinstance(node, ast.ImportFrom) and name == "anlan.kit":
                found += [f"anlan.kit.{alias.name}" for alias in node.names if f"anlan.kit.{alias.name}" not in allowed]
            elif name.startswith(("django", "anlan.kit.")) and name not in allowed:
                found.append(name)
    return found


def test_rules_and_events_know_no_orm() -> None:
    files = [*APPS.glob("*/rules.py"), *APPS.glob("*/events.py")]
    assert len(files) >= 8
    assert {str(file.relative_to(APPS)): found for file in files if (found := foreign(file))} == {}
