"""Who may pass which door: what each app declares of its addresses (`tests/doors.py`), found by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.urls import URLResolver, get_resolver

from anlan.kit.desk import DESKS

DESK_PAGES = ("list", "new", "import", "template", "export", "page", "edit", "verb", "map", "tile", "history", "decided")


@dataclass
class Doors:
    """What somebody has decided on addresses: QUIET (no object in it), CLOSED (one thing of Qingcheng's), DECIDED (why it is open).

    REPORTED names those of CLOSED that a reporter of Qingcheng's may pass as well.
    """

    quiet: dict[str, str] = field(default_factory=dict)
    closed: dict[str, Callable[[], str]] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        """Return every address that somebody has decided on."""
        return {*self.quiet, *self.closed, *self.decided}


def declared(*more: str) -> Doors:
    """Collect what every app declares in its `tests/doors.py`, and what the modules `more` do."""
    found = Doors()
    own = [f"{config.name}.tests.doors" for config in apps.get_app_configs() if config.name.startswith("anlan.apps.")]
    for name in (*more, *own):
        if find_spec(name.rpartition(".")[0]) is None or find_spec(name) is None:
            continue
        module = import_module(name)
        found.quiet |= getattr(module, "QUIET", {})
        found.closed |= getattr(module, "CLOSED", {})
        found.decided |= getattr(module, "DECIDED", {})
        found.reported |= getattr(module, "REPORTED", set())
    return found


def addresses(resolver: Any = None, space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name with its namespaces, route) of every address of the house."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner, route + str(pattern.pattern))
        else:
            yield f"{space}{pattern.name or ''}", route + str(pattern.pattern)


def made_by_desks() -> set[str]:
    """Return the names of the addresses that every desk has; all of them are swept."""
    found = set()
    for desk in DESKS.values():
        found |= {desk.name(page) for page in (*DESK_PAGES, "bulk")} | {desk.name("life")}  # a life's picture holds no rows
        verbs = [verb.spec.last for verb in (*desk.actions, *desk.begins)]
        verbs += [f"bulk-{name}" for name in verbs]  # each row asks as its own verb does (the desk's inherited tests)
        found |= {
            f"desk:api:{desk.app()}-{desk.slug}-{part}"
            for part in ("list", "detail", "import-rows", "export-rows", "as-of", *verbs)
        }
    return found


def jurisdiction_of(row: Any) -> str:
    """Return the division that a row belongs to, "" for none."""
    found = row
    for part in getattr(type(row), "jurisdiction_field", "area").split("__"):
        found = getattr(found, part, "")
    return str(found or "")


def of_qingcheng(model: Any) -> Any:
    """Return some row of Qingcheng's."""
    return next(row for row in model.objects.all() if jurisdiction_of(row).startswith("441802"))
