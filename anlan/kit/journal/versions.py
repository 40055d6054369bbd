"""A row as it was: its versions, read backwards from the present through what the journal says changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from anlan.kit.journal.chain import entries_for
from anlan.kit.journal.writing import masked, snapshot
from anlan.kit.models import JournalEntry

MOST = 500


@dataclass(frozen=True)
class Version:
    """A row's columns as one entry of the journal left them; geometry by its digest, masked fields masked."""

    entry: JournalEntry
    values: dict[str, Any]

    @property
    def at(self) -> datetime:
        """Return since when it was so."""
        return self.entry.at


def versions_of(row: models.Model) -> list[Version]:
    """Return a row's versions, newest first, from at most the last 500 changes; one query. Columns changed in bulk stay as they are."""
    columns = {f.attname for f in row._meta.concrete_fields}
    now = {name: value for name, (value, _same) in masked(row, {k: [v, v] for k, v in snapshot(row).items()}).items()}
    found = []
    for entry, changed in _changes(entries_for(row).filter(refused=False)[:MOST], columns):
        found.append(Version(entry, dict(now)))
        now |= {name: before for name, (before, _after) in changed.items()}
    return found


def _changes(entries: Iterable[JournalEntry], columns: set[str]) -> Iterable[tuple[JournalEntry, dict[str, Any]]]:
    for entry in entries:
        changed = {
            name: pair for name, pair in entry.diff.items() if name in columns and isinstance(pair, list) and len(pair) == 2
        }
        if changed:
            yield entry, changed


def as_it_was(row: models.Model, at: datetime) -> Version | None:
    """Return a row as it was at an instant; None if it was not there yet, or the journal reaches less far back."""
    return next((version for version in versions_of(row) if version.at <= at), None)
