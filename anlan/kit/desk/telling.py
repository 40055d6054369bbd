"""Journal entries told in words: what was done, by whom, and which fields changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.apps import apps
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.details import as_text, line, noun
from anlan.kit.desk.text import NOT_THERE, in_words
from anlan.kit.events import EVENTS
from anlan.kit.models import JournalEntry
from anlan.kit.names import kind_of, named
from anlan.kit.records import readable
from anlan.lib.once import once

LONGEST = 120  # letters that a page shows of one value
#: What the address of an export says beside its filter.
NO_FILTER = frozenset({"format", "page", "cursor", "column", "view", "sort"})
#: What a deed notes beside the rows it touches, where the key itself is not the word for it; an app adds its own in its `desk.py`.
NOTED: dict[str, Any] = {
    "rows": gettext_lazy("Rows"),
    "done": gettext_lazy("Done"),
    "refused": gettext_lazy("Refused"),
    "chosen": gettext_lazy("Chosen records"),
    "job": gettext_lazy("Background job"),
    "query": gettext_lazy("Filter"),
    "digest": gettext_lazy("Hash"),
    "paper": gettext_lazy("Paper"),
}


@dataclass(frozen=True)
class Change:
    """One field of a change; `before` is empty where the row was new."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ReadableEntry:
    """An entry for a reader."""

    entry: JournalEntry
    action: str
    actor: SafeString | str
    changes: list[Change]

    @property
    def sheet(self) -> str:
        """Return the address of the sheet that the decision was taken by, "" where there was none."""
        about: Any = model_of(self.entry.record) if "sheet" in self.entry.diff else None
        return f"{about(pk=self.entry.record_id).desk_url()}decided/{self.entry.seq}/" if about else ""


def readable_entry(entry: JournalEntry) -> ReadableEntry:
    """Tell an entry in the reader's language."""
    model = model_of(entry.record)
    changes: list[Change] = []
    for key, value in _diff(entry):
        pair = isinstance(value, list) and len(value) == 2 and (bool(entry.record) or key == "rows")
        changes += [_change(model, key, value)] if pair else _noted(entry.action, key, value)
    return ReadableEntry(
        entry, action_label(entry.action), named("actor", entry.actor), [c for c in changes if c.before != c.after]
    )


def _diff(entry: JournalEntry) -> Iterable[tuple[str, Any]]:
    """Return what an entry changed; that it was a reading its action says already, and a decision's sheet has a page."""
    return [] if entry.diff == {"read": [None, True]} else [pair for pair in entry.diff.items() if pair[0] != "sheet"]


def _noted(action: str, key: str, value: Any) -> list[Change]:
    """Tell a fact that a deed noted beside the rows it touched."""
    if key == "asked" and isinstance(value, dict):
        return list(_request_details(str(value.get("action", "")), value))
    if key == "query":
        return [Change(str(NOTED[key]), "", _filter(action, str(value)))]
    return [Change(str(NOTED.get(key, _titled(key))), "", _shown(None, key, value))]


def _request_details(verb: str, details: dict[str, Any]) -> Iterable[Change]:
    """Tell what a second person was asked to confirm: the verb, the record that it is about, and each detail."""
    yield Change(_("Asked for"), "", action_label(verb))
    about = noun(verb)
    for key, value in details.items():
        if key == about:
            model = ACTIONS[verb].spec.record
            yield Change(record_label(model), "", linked(apps.get_model(model), value))
        elif key != "action" and value not in ("", None, []):
            detail = line(verb, key, value)
            yield Change(str(detail["label"]), "", as_text(detail))


def _filter(action: str, query: str) -> str:
    """Say by which filter a list was narrowed before it was taken out."""
    app, _dot, verb = action.partition(".")
    model = model_of(f"{app}.{verb.partition('_')[2]}")
    words = []
    for key, value in (pair for pair in parse_qsl(query) if pair[0] not in NO_FILTER):
        field = _column(model, key)
        label = _("Search") if key == "q" else str(field.verbose_name) if field is not None else _titled(key)
        words.append(f"{label}: {_chosen(field, value) or in_words(value, kind_of(key), field)}")
    return " · ".join(words) or _("none: the whole list")


def action_label(name: str) -> str:
    """Return what an action is called: its own label, or that of the generic verb; the name where there is none."""
    generic = {
        "read": _("Read"),
        "create": _("New"),
        "change": _("Edit"),
        "import": _("Import"),
        "export": _("Export"),
        "request": _("Ask for confirmation"),
        "bulk": _("On several records"),
        "load": _("Load from the pack"),
    }
    verb = ACTIONS.get(name)
    label = str(verb.spec.label) if verb and verb.spec.label else ""
    return label or generic.get(name.rpartition(".")[2].partition("_")[0], name)


def _chosen(field: Any, value: str) -> str:
    """Return what a filter chose where it is another record, as far as the reader sees it, or where it is yes or no."""
    if isinstance(field, models.BooleanField):
        return str(in_words(value.lower() == "true"))
    if field is None or not field.is_relation or not value.isdecimal():
        return ""
    return str(field.related_model.objects.filter(pk=value).first() or "")


def event_label(name: str) -> str:
    """Return what an event is called; the name where the program has no such event any more."""
    kind = EVENTS.get(name)
    return str(kind.label) if kind and kind.label else name


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
    field = _column(model, key)
    label = str(field.verbose_name) if field is not None else str(NOTED.get(key, _titled(key)))
    before, after = (_shown(field, key, value) for value in pair)
    return Change(label[:1].upper() + label[1:], "" if before == NOT_THERE else before, after)


def _column(model: type[models.Model] | None, key: str) -> Any:
    return next((f for f in model._meta.concrete_fields if key in (f.attname, f.name)), None) if model else None


def _titled(key: str) -> str:
    return _(key.replace("_", " ").capitalize())


def _shown(field: Any, key: str, value: Any) -> str:
    if key == "action" and isinstance(value, str):
        return action_label(value)
    if getattr(field, "is_relation", False) and value is not None:
        return linked(field.related_model, value)
    words = str(in_words(value, kind_of(key), field))
    return words if len(words) <= LONGEST or isinstance(words, SafeString) else f"{words[:LONGEST]}…"


@once
def linked(model: Any, key: Any) -> str:
    """Return what a row is called that a value links to, where the viewer may view it; else its number."""
    return str(readable(model).filter(pk=key).first() or f"#{key}")
