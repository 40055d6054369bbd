"""Check the house's size limits: file 600 lines, function 50, kit 6,000, desk declaration 60."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE, FUNCTION, KIT = 600, 50, 6000
FORBIDDEN = {"utils", "helpers", "common", "misc", "manager", "handler", "data", "services"}


def main() -> int:
    """Print every file or function over its limit and every forbidden name."""
    problems = []
    kit = 0
    for file in sorted(Path("anlan").rglob("*.py")):
        if "migrations" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        lines = text.count("\n")
        if "kit" in file.parts and "tests" not in file.parts:
            kit += lines
        if lines > FILE:
            problems.append(f"{file}: {lines} lines (limit {FILE})")
        if file.stem in FORBIDDEN:
            problems.append(f"{file}: the name {file.stem} says nothing")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION:
                problems.append(
                    f"{file}:{node.lineno}: {node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines (limit {FUNCTION})"
                )
    if kit > KIT:
        problems.append(f"anlan/kit: {kit} lines (budget {KIT})")
    print("\n".join(problems) or f"sizes hold; the kit has {kit} lines")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
