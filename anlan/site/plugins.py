"""`anlan plugins check`: read every plug-in and say what it lacks: a sentence, one registration, labels, a test, and its contract.

The contract is the app's that owns the registry: an entry with a method `faults()` says itself what is wrong with it (units,
codes, source, a sample that it cannot read).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.utils.translation import override

from anlan.lib.registry import Registry

FOLDER = Path(__file__).parents[1] / "plugins"
LIMIT = 120


def examined() -> Iterator[tuple[str, str, object | None, list[str]]]:
    """Yield each plug-in's kind and code, its entry (None where it registers nothing), and what it lacks, one sentence each."""
    for file in sorted(FOLDER.glob("*/*.py")):
        if file.name.startswith(("_", "test_")):
            continue
        folder, code, faults = file.parent, file.stem, []
        module = import_module(f"anlan.plugins.{folder.name}.{code}")
        if not (module.__doc__ or "").strip():
            faults.append("begins with no sentence that says what it is")
        if len(file.read_text(encoding="utf-8").splitlines()) > LIMIT:
            faults.append(f"longer than {LIMIT} lines")
        if not (folder / f"test_{code}.py").exists():
            faults.append(f"has no test_{code}.py beside it")
        if (folder / "samples").is_dir() and not any((folder / "samples").glob(f"{code}.*")):
            faults.append(f"has no sample, samples/{code}.recorded.* or .synthetic.*")
        registry = Registry.instances.get(folder.name)
        entry = registry.get(code) if registry is not None and code in registry else None
        if entry is None:
            faults.append(f"registers nothing under the code {code!r} in {folder.name}")
        else:
            unlabelled = [] if _is_labelled(entry) else ["its name is not translated into Chinese"]
            faults += unlabelled + getattr(entry, "faults", list)()
        yield folder.name, code, entry, faults


def check() -> list[str]:
    """Return what is wrong with the plug-ins, one sentence each."""
    return [f"plugins/{kind}/{code}.py: {fault}" for kind, code, _entry, faults in examined() for fault in faults]


def _is_labelled(entry: object) -> bool:
    with override("zh-hans"):
        chinese = str(getattr(entry, "name", ""))
    return any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
