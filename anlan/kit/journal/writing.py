"""Writing the journal: what a row looked like, what changed, and the next link of the chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import connections, models

from anlan.kit.models import JournalEntry
from anlan.kit.records import unscoped

GENESIS = "0" * 64
LOCK = 0x616E6C616E  # "anlan": one writer of the chain at a time, held to commit
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
    """Return a diff `{column: [before, after]}` as the journal may keep it: masked fields say that, not what, they hold."""
    masks = {f.attname for f in row._meta.concrete_fields if f.name in getattr(row, "journal_masks", ())}
    return {key: [value and MASK for value in pair] if key in masks else pair for key, pair in diff.items()}


def plain(value: Any) -> Any:
    """Return `value` as a JSON value that reads the same before saving and after loading."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, GEOSGeometry):
        return f"{value.geom_type} {hashlib.sha256(bytes(value.wkb)).hexdigest()[:16]}"
    if isinstance(value, (bytes, memoryview)):
        return f"bytes {hashlib.sha256(bytes(value)).hexdigest()[:16]}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def digest(entry: JournalEntry) -> str:
    """Return the hash of an entry: SHA-256 (or SM3 by setting) over its canonical JSON with the previous hash."""
    body = [
        entry.prev_hash,
        entry.seq,
        entry.at.astimezone(UTC).isoformat(),
        entry.world,
        entry.actor,
        entry.post,
        entry.area,
        entry.action,
        entry.record,
        entry.record_id,
        entry.reason,
        entry.diff,
        entry.cause,
        entry.refused,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new(getattr(settings, "ANLAN_JOURNAL_HASH", "sha256"), text.encode()).hexdigest()


def append(using: str, notes: list[Note], *, at: datetime, world: str, actor: str, post: str, reason: str, cause: str) -> int:
    """Add one entry per note to the chain, in the caller's transaction and under Scope.everything; return the first number."""
    if not notes:
        return 0
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT seq, hash FROM kit_journalentry ORDER BY seq DESC LIMIT 1")
        seq, last = cursor.fetchone() or (0, GENESIS)
    first = seq + 1
    entries = []
    for note in notes:
        seq += 1
        entry = JournalEntry(
            seq=seq,
            at=at,
            world=world,
            actor=actor,
            post=post,
            area=note.area,
            action=note.action,
            record=note.record,
            record_id=note.record_id,
            reason=reason,
            diff=note.diff,
            cause=cause,
            refused=note.refused,
            prev_hash=last,
        )
        entry.hash = last = digest(entry)
        entries.append(entry)
    unscoped(JournalEntry, using).bulk_create(entries)
    return first
