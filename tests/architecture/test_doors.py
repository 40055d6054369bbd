"""A neighbour is entered only by its doors: api, events, kinds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

APPS = Path(__file__).parents[2] / "anlan" / "apps"
DOORS = {"api", "events", "kinds"}


def imports(file: Path) -> Iterator[tuple[str, str]]:
    """Yield (app, room) for every import of an app's module, however it is written."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("anlan.apps"):
            parts = node.module.split(".")[2:]
            for alias in node.names:
                found = [*parts, alias.name]
                yield found[0], found[1] if len(found) > 1 else ""
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("anlan.apps."):
                    parts = alias.name.split(".")[2:]
                    yield parts[0], parts[1] if len(parts) > 1 else ""


def test_apps_use_each_others_doors_only() -> None:
    files = [f for f in APPS.rglob("*.py") if "tests" not in f.parts and "migrations" not in f.parts]
    assert len(files) > 60
    breaches = [
        f"{file.relative_to(APPS)} enters {app}.{room}"
        for file in files
        for app, room in imports(file)
        if app != file.relative_to(APPS).parts[0] and room not in DOORS
    ]
    assert breaches == []


def test_no_page_has_a_referrer_policy_of_its_own() -> None:
    """Under `no-referrer` a browser sends a form with `Origin: null`, which is refused as forged: such a page's form can never be sent."""
    told = [f for f in APPS.parent.rglob("*.py") if "Referrer-Policy" in f.read_text(encoding="utf-8")]
    assert told == []
