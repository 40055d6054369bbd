"""Load a city pack: each app's loader in order, each in actions, skipped when the pack has not changed."""

from __future__ import annotations

import hashlib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from anlan.apps.exercises.reset import EXERCISE, reset_exercise
from anlan.kit.clock import real_now
from anlan.kit.desk import packed
from anlan.kit.models import JournalEntry, WorldClock
from anlan.kit.reference import PACK
from anlan.kit.scope import Scope, entered
from anlan.site.config import ROOT
from anlan.site.startup import ready


def fingerprint(pack: Path) -> str:
    """Return the hash of every file of a pack, and of what the apps give to its roles."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "anlan").glob("**/roles.toml")):
        digest.update(file.read_bytes())
    for file in sorted(p for p in pack.rglob("*") if p.is_file() and "scenarios" not in p.parts):
        digest.update(file.relative_to(pack).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def loaders() -> list[Any]:
    """Return the apps' pack modules and the reader of the desks' own tables, in their order."""
    found = [import_module(f"{app}.pack") for app in settings.DOMAIN_APPS if find_spec(f"{app}.pack")]
    return sorted([*found, packed], key=lambda module: module.ORDER)


def _is_in() -> bool:
    """Return whether the database has been written to at all; a mark of the state folder may be about one that is no more."""
    with entered(Scope.everything(PACK)):
        return JournalEntry.objects.exists()


def load_pack(pack: Path, *, again: bool = False) -> bool:
    """Load a pack with a progress bar, and give the exercise world its first copy of it; returns False when it is in already and unchanged."""
    ready()
    mark = (
        settings.CONFIG.var
        / "loaded"
        / hashlib.sha256(f"{pack.resolve()}{settings.DATABASES['default']['NAME']}".encode()).hexdigest()[:16]
    )
    print_ = fingerprint(pack)
    if not again and mark.exists() and mark.read_text() == print_ and _is_in():
        return False
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    again_over = mark.exists()
    written: dict[str, int] = {}
    with Progress(*columns, transient=True) as progress, entered(Scope.everything(PACK)):
        steps = loaders()
        bar = progress.add_task("", total=len(steps))
        for module in steps:
            name, before = module.__name__.split(".")[2], JournalEntry.objects.count()
            progress.update(bar, description=f"Loading {name}")
            module.load(pack)
            written[name] = JournalEntry.objects.count() - before
            progress.advance(bar)
    if again_over:
        told = " · ".join(f"{name} {count}" for name, count in written.items() if count)
        progress.console.print(f"城市包有变化，已更新 the pack had changed and was taken over; journal entries 日志: {told or 0}")
    worlds = {settings.DATABASES[alias]["NAME"] for alias in ("default", EXERCISE)}
    if len(worlds) == 2 and not WorldClock.objects.using(EXERCISE).exists():
        reset_exercise(real_now(), speed=1.0)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(print_)
    return True
