"""The kit knows no app by name: no import, no address, no permission, no table, no template of one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ANLAN = Path(__file__).parents[2] / "anlan"
APPS = sorted(file.parent.name for file in ANLAN.glob("apps/*/__init__.py"))
#: "warning:public", "warning.view_warning", "warning_warning", "response/tasks.html".
NAMED = re.compile(rf"^(?:anlan\.apps\.)?(?:{'|'.join(APPS)})(?:[:.][a-z_]+|_[a-z]+|/.*\.html)$")


def strings(file: Path) -> list[str]:
    """Return the texts of a Python file or template that may name something, its docstrings left out."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        return re.findall(r"{%[^%]*?['\"]([^'\"]+)['\"]", text)
    tree = ast.parse(text)
    imports = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return imports + [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("room", ["kit"])
def test_no_app_is_named(room: str) -> None:
    files = [file for kind in ("py", "html") for file in (ANLAN / room).rglob(f"*.{kind}") if "migrations" not in file.parts]
    assert len(files) > 80
    found = {str(file.relative_to(ANLAN)): named for file in files if (named := [s for s in strings(file) if NAMED.match(s)])}
    assert found == {}
