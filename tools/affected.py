"""Print the tests that an app can break: its own, those of whatever imports it, and those that walk every app.

.venv/bin/pytest -n 2 $(.venv/bin/python tools/affected.py supplies)
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
#: They find the apps by folder or registry, so that no import shows it.
ALWAYS = ("tests/architecture", "tests/contracts", "tests/test_api.py", "tests/test_jurisdiction.py")


def affected(app: str) -> list[str]:
    """Return the paths of the tests; SystemExit if there is no such app."""
    if not (ROOT / "anlan" / "apps" / app / "__init__.py").exists():
        raise SystemExit(f"There is no app {app}")
    graph = grimp.build_graph("anlan", "tests", cache_dir=None)
    module = f"anlan.apps.{app}"
    reached = graph.find_downstream_modules(module, as_package=True)
    files = {f"{name.replace('.', '/')}.py" for name in reached if name.rpartition(".")[2].startswith("test_")}
    files = {file for file in files if not file.startswith((f"anlan/apps/{app}/", *ALWAYS))}
    return [f"anlan/apps/{app}", *(path for path in ALWAYS if (ROOT / path).exists()), *sorted(files)]


if __name__ == "__main__":
    print(" ".join(affected(sys.argv[1])))
