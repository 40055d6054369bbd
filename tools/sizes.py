"""Check the house's size limits, its forbidden names, and that each app says in its `__init__` what its duty is.

File 600 lines, class 250, function 50, plug-in 120; desk declaration 70 (60 is the aim); the kit 10,000 lines that say something (blank ones do not)
beside `kit/testing`, no file of it over 400.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE, CLASS, FUNCTION, PLUGIN, DESK, KIT = 600, 250, 50, 120, 70, 10_000
#: No file of the kit is longer than this.
KIT_FILE = 400
DUTY = 25
FORBIDDEN = {"utils", "helpers", "common", "misc", "base", "manager", "handler", "data", "services"}
#: Django asks for a module of this name in a database backend.
ALLOWED = {Path("anlan/kit/postgis/base.py")}


def of_file(file: Path, text: str) -> Iterator[str]:
    """Yield what is too long or wrongly named about a file."""
    lines = text.count("\n")
    limit = PLUGIN if "plugins" in file.parts and not file.name.startswith("test_") else KIT_FILE if "kit" in file.parts else FILE
    if lines > limit:
        yield f"{file}: {lines} lines (limit {limit})"
    if file.stem in FORBIDDEN and file not in ALLOWED:
        yield f"{file}: the name {file.stem} says nothing"


def of_blocks(file: Path, tree: ast.Module) -> Iterator[str]:
    """Yield every function and class over its limit; a desk's declaration has a limit of its own."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        length = (node.end_lineno or 0) - node.lineno + 1
        limit = FUNCTION if not isinstance(node, ast.ClassDef) else DESK if _is_desk(node) else CLASS
        if length > limit:
            yield f"{file}:{node.lineno}: {node.name} has {length} lines (limit {limit})"


def _is_desk(node: ast.ClassDef) -> bool:
    return any(keyword.arg == "record" for keyword in node.keywords)


def of_duty(folder: Path) -> Iterator[str]:
    """Yield what is missing in an app's own words about its duty."""
    file = folder / "__init__.py"
    text = file.read_text(encoding="utf-8")
    if len((ast.get_docstring(ast.parse(text)) or "").split()) < 8:
        yield f"{file}: say the app's duty in a paragraph: its law, its nouns, what it is not"
    if text.count("\n") > DUTY:
        yield f"{file}: {text.count(chr(10))} lines (limit {DUTY})"


def main() -> int:
    """Print every breach; return 1 if there is any."""
    problems: list[str] = []
    kit = 0
    for file in sorted(Path("anlan").rglob("*.py")):
        if "migrations" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        problems += [*of_file(file, text), *of_blocks(file, ast.parse(text))]
        if file.parts[1] == "kit" and not {"tests", "testing"} & set(file.parts):
            kit += sum(1 for line in text.splitlines() if line.strip())
    for folder in sorted(Path("anlan/apps").glob("*/")):
        if (folder / "__init__.py").exists():
            problems += of_duty(folder)
    if kit > KIT:
        problems.append(f"anlan/kit: {kit} lines (budget {KIT})")
    print("\n".join(problems) or f"sizes hold; the kit has {kit} lines of {KIT}")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
