"""`anlan plugins check`: read every plug-in and say what it lacks: a sentence, one registration, labels, a test, and its contract.

The contract is the app's that owns the registry: an entry with a method `faults()` says itself what is wrong with it (units,
codes, source, a sample that it cannot read).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import override

from anlan.kit.registry import Registry

FOLDER = Path(__file__).parents[1] / "plugins"
LIMIT = 120


def check() -> list[str]:
    """Return what is wrong with the plug-ins, one sentence each."""
    problems = []
    for file in sorted(FOLDER.glob("*/*.py")):
        if file.name.startswith(("_", "test_")):
            continue
        where = f"plugins/{file.parent.name}/{file.name}"
        module = import_module(f"anlan.plugins.{file.parent.name}.{file.stem}")
        if not (module.__doc__ or "").strip():
            problems.append(f"{where}: begins with no sentence that says what it is")
        if len(file.read_text(encoding="utf-8").splitlines()) > LIMIT:
            problems.append(f"{where}: longer than {LIMIT} lines")
        if not (file.parent / f"test_{file.stem}.py").exists():
            problems.append(f"{where}: has no test_{file.stem}.py beside it")
        registry = Registry.instances.get(file.parent.name)
        entry = registry.get(file.stem) if registry is not None and file.stem in registry else None
        if entry is None:
            problems.append(f"{where}: registers nothing under the code {file.stem!r} in {file.parent.name}")
            continue
        if not _is_labelled(entry):
            problems.append(f"{where}: its name is not translated into Chinese")
        problems += [f"{where}: {fault}" for fault in getattr(entry, "faults", list)()]
    return problems


def _is_labelled(entry: object) -> bool:
    with override("zh-hans"):
        chinese = str(getattr(entry, "name", ""))
    return any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
