"""Reading the journal: a record's entries, the chain of causes, and the proof that nothing was altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, models, transaction

from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES
from anlan.lib import hash_chain
from anlan.lib.hash_chain import COVERED, GENESIS, Verdict
from anlan.lib.signed_heads import Head

ENTRIES = f"SELECT {', '.join(COVERED)}, diff::text, hash FROM kit_journalentry WHERE seq > %s ORDER BY seq LIMIT %s"  # noqa: S608  constants
BLOCK = 5000


def verify(world: World = "live", heads: Sequence[Head] = ()) -> Verdict:
    """Recompute every link of a world's chain, hold it against signed heads, and name the first entry that does not hold."""
    with entered(Scope.everything("system:verify", world)):
        return hash_chain.verify(_entries(world), heads, getattr(settings, "ANLAN_JOURNAL_HASH", "sha256"))


def tip(world: World) -> tuple[int, str]:
    """Return how many entries a world's journal has, and the hash of its last."""
    with entered(Scope.everything("system:verify", world)), connections[ALIASES[world]].cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM kit_journalentry ORDER BY seq DESC LIMIT 1")
        return cursor.fetchone() or (0, GENESIS)


def _entries(world: World) -> Iterator[dict[str, Any]]:
    """Read a journal in blocks, the change as the text that its hash covers."""
    last, names = -1, (*COVERED, "diff", "hash")
    while True:
        with transaction.atomic(using=ALIASES[world]), connections[ALIASES[world]].cursor() as cursor:
            cursor.execute(ENTRIES, [last, BLOCK])
            rows: list[Any] = cursor.fetchall()
        for row in rows:
            yield dict(zip(names, row, strict=True))
        if len(rows) < BLOCK:
            return
        last = rows[-1][names.index("seq")]


def entries_for(row: models.Model) -> models.QuerySet[JournalEntry]:
    """Return the entries about one row, newest first, within the scope in force."""
    found: models.QuerySet[JournalEntry] = JournalEntry.objects.filter(record=row._meta.label_lower, record_id=str(row.pk))
    return found


def acted_lately(row: models.Model, action: str, actor: str, since: datetime) -> bool:
    """Return whether somebody did something to a row after an instant, as far as the scope in force sees."""
    return entries_for(row).filter(action=action, actor=actor, at__gt=since).exists()


def listed_lately(record: str, action: str, actor: str, since: datetime) -> bool:
    """Return whether somebody read a list of records after an instant."""
    return bool(JournalEntry.objects.filter(record=record, record_id="", action=action, actor=actor, at__gt=since).exists())


def why(entry: JournalEntry) -> list[dict[str, Any]]:
    """Follow an entry's causes back to the first: [{entry, event}, …], nearest first. Two queries per step."""
    chain: list[dict[str, Any]] = []
    cause = entry.cause
    while cause.startswith("event:") and len(chain) < 50:
        event = OutboxEvent.objects.filter(pk=int(cause.removeprefix("event:"))).first()
        origin = JournalEntry.objects.filter(seq=event.entry).first() if event and event.entry else None
        if event is None:
            break
        chain.append({"event": event, "entry": origin})
        cause = origin.cause if origin else ""
    return chain
