"""Reading the journal: a record's entries, the chain of causes, and the proof that nothing was altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop

from anlan.kit.journal.writing import GENESIS, digest
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES


@dataclass(frozen=True)
class Verdict:
    """The outcome of a verification: how many entries, and the first broken one if any, with what is wrong in English, to translate."""

    entries: int
    broken: int | None = None
    problem: str = ""

    @property
    def verified(self) -> bool:
        """Return whether the whole chain holds."""
        return self.broken is None


def verify(world: World = "live") -> Verdict:
    """Recompute every link of a world's chain and name the first entry that does not hold (gap, changed, unlinked)."""
    last, seq, count = GENESIS, 0, 0
    with entered(Scope.everything("system:verify", world)):
        for entry in unscoped(JournalEntry, ALIASES[world]).order_by("seq").iterator(chunk_size=2000):
            if entry.seq != seq + 1:
                return Verdict(count, seq + 1, gettext_noop("it is missing"))
            if entry.prev_hash != last:
                return Verdict(count, entry.seq, gettext_noop("it is not linked to the entry before it"))
            if digest(entry) != entry.hash:
                return Verdict(count, entry.seq, gettext_noop("it was altered after it was written"))
            last, seq, count = entry.hash, entry.seq, count + 1
    return Verdict(count)


def entries_for(row: models.Model) -> models.QuerySet[JournalEntry]:
    """Return the entries about one row, newest first, within the scope in force."""
    found: models.QuerySet[JournalEntry] = JournalEntry.objects.filter(record=row._meta.label_lower, record_id=str(row.pk))
    return found


def acted_lately(row: models.Model, action: str, actor: str, since: datetime) -> bool:
    """Return whether somebody did something to a row after an instant, as far as the scope in force sees."""
    return entries_for(row).filter(action=action, actor=actor, at__gt=since).exists()


def why(entry: JournalEntry) -> list[dict[str, Any]]:
    """Follow an entry's causes back to the first: [{entry, event}, …], nearest first. Two queries a step."""
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
