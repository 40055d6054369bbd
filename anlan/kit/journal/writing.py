"""Writing the journal: what a row looked like, what changed, and the next link of the chain."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models

from anlan.kit.scope import Scope
from anlan.kit.worlds import ALIASES
from anlan.lib.facts import plain
from anlan.lib.outlines import at_length

APPEND = "SELECT kit_journal_append(%s, %s, %s, %s, %s, %s, %s::jsonb, %s)"
MASK = "•"


@dataclass
class Note:
    """What one deed will say of one row."""

    action: str
    record: str = ""
    record_id: str = ""
    area: str = ""
    diff: dict[str, Any] = field(default_factory=dict)
    refused: bool = False
    #: Nothing changed: no open page is told of it.
    read: bool = False


def snapshot(row: models.Model) -> dict[str, Any]:
    """Return the row's own columns as JSON values, geometry as a digest; unmasked, so that it can be compared."""
    return {
        f.attname: plain(getattr(row, f.attname))
        for f in row._meta.concrete_fields
        if f.attname not in {"id", "created_at", "changed_at"} and f.attname in row.__dict__
    }


def masked(row: models.Model, diff: dict[str, Any]) -> dict[str, Any]:
    """Return a diff `{column: [before, after]}` as the journal keeps it: a masked field says that, not what, it holds; a shape how it lay."""
    masks = {*getattr(row, "journal_masks", ()), *getattr(row, "journal_hides", ())}  # columns, no foreign key among them
    return {
        key: [value and MASK if key in masks else at_length(value) for value in pair] if isinstance(pair, list) else pair
        for key, pair in diff.items()
    }


def append(notes: list[Note], scope: Scope, *, at: datetime, reason: str = "") -> int:
    """Add one entry per note to the chain of the scope's world, as its actor's, in the caller's transaction; return the first number.

    The owner's function takes the chain's lock (one writer at a time, held to commit), numbers, links and hashes.
    """
    if not notes:
        return 0
    told = json.dumps([_as_json(note) for note in notes], cls=DjangoJSONEncoder, ensure_ascii=False)
    with connections[ALIASES[scope.world]].cursor() as cursor:
        cursor.execute(APPEND, [at, scope.world, scope.actor, scope.post, reason, scope.cause, told, settings.ANLAN_JOURNAL_HASH])
        return int(cursor.fetchone()[0])


def _as_json(note: Note) -> dict[str, Any]:
    return {name: getattr(note, name) for name in ("area", "action", "record", "record_id", "diff", "refused")}
