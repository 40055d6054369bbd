"""Journal entries told in words: what was done, by whom, and which fields changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.words import NOT_THERE, in_words
from anlan.kit.models import JournalEntry
from anlan.kit.names import kind_of, named

#: What a page shows of an entry before the reader asks for more, and of one value.
SHOWN, LONGEST = 6, 120


@dataclass(frozen=True)
class Change:
    """One field of a change; `before` is empty where the row was new."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """An entry for a reader."""

    entry: JournalEntry
    action: str
    actor: SafeString | str
    changes: list[Change]

    @property
    def first(self) -> list[Change]:
        """Return the changes that are shown at once."""
        return self.changes[:SHOWN]

    @property
    def rest(self) -> list[Change]:
        """Return the changes that are shown on demand."""
        return self.changes[SHOWN:]


def told(entry: JournalEntry) -> Told:
    """Tell an entry in the reader's language."""
    model = model_of(entry.record)
    changes = [_change(model, key, pair) for key, pair in _diff(entry) if isinstance(pair, list) and len(pair) == 2]
    return Told(entry, action_label(entry.action), named("actor", entry.actor), [c for c in changes if c.before != c.after])


def _diff(entry: JournalEntry) -> Iterable[tuple[str, Any]]:
    """Return what an entry changed; that it was a reading its action says already."""
    return [] if entry.diff == {"read": [None, True]} else entry.diff.items()


def action_label(name: str) -> str:
    """Return what an action is called: its own label, or that of the generic verb; the name where there is none."""
    generic = {
        "read": _("Read"),
        "create": _("New"),
        "change": _("Edit"),
        "import": _("Import"),
        "export": _("Export"),
        "request": _("Ask for confirmation"),
    }
    verb = ACTIONS.get(name)
    label = str(verb.spec.label) if verb and verb.spec.label else ""
    return label or generic.get(name.rpartition(".")[2].partition("_")[0], name)


def record_label(name: str) -> str:
    """Return what a type of record is called; the name where the program has no such record any more."""
    model = model_of(name)
    return str(model._meta.verbose_name) if model else name


def model_of(name: str) -> type[models.Model] | None:
    """Return the model that an entry names, if there still is one."""
    try:
        return apps.get_model(name) if "." in name else None
    except LookupError:
        return None


def _change(model: type[models.Model] | None, key: str, pair: list[Any]) -> Change:
    field: Any = next((f for f in model._meta.concrete_fields if f.attname == key), None) if model else None
    label = str(field.verbose_name) if field is not None else key.replace("_", " ")
    before, after = (_shown(field, key, value) for value in pair)
    return Change(label[:1].upper() + label[1:], "" if before == NOT_THERE else before, after)


def _shown(field: Any, key: str, value: Any) -> str:
    words = str(in_words(value, kind_of(key), field))
    return words if len(words) <= LONGEST or isinstance(words, SafeString) else f"{words[:LONGEST]}…"
