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
    """A row's columns as one entry of the journal left them; shapes as `lib.outlines` keeps them, masked fields masked."""

    entry: JournalEntry
    values: dict[str, Any]

    @property
    def at(self) -> datetime:
        """Return since when it was so."""
        return self.entry.at


def versions_of(row: models.Model) -> list[Version]:
    """Return a row's versions, newest first, from at most the last 500 changes; one query. Columns changed in bulk stay as they are."""
    columns = {f.attname for f in row._meta.concrete_fields}
    now = _kept(row)
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


def parts_of(row: models.Model, relation: str, found: list[Version], version: Version | None) -> list[dict[str, Any]]:
    """Return the columns of the rows that hung on a row in one of its versions (`found`, newest first); one query, and one for the present."""
    if version is None:
        return []
    link: Any = row._meta.get_field(relation)
    newer = [v.entry.seq for v in found if v.entry.seq > version.entry.seq]
    there = {str(part.pk): _kept(part) for part in getattr(row, link.get_accessor_name()).all()}
    came_or_went = {"record": link.related_model._meta.label_lower, f"diff__{link.field.attname}__contains": [row.pk]}
    for entry in JournalEntry.objects.filter(**came_or_went, refused=False, seq__gte=min(newer)) if newer else ():
        if entry.diff[link.field.attname][0] is None:
            there.pop(entry.record_id, None)
        else:
            there[entry.record_id] = {name: pair[0] for name, pair in entry.diff.items() if isinstance(pair, list) and pair}
    return list(there.values())


def _kept(row: models.Model) -> dict[str, Any]:
    return {name: value for name, (value, _same) in masked(row, {k: [v, v] for k, v in snapshot(row).items()}).items()}
