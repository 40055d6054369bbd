"""Reading the journal: a record's entries, the chain of causes, and the proof that nothing was altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connections, models, transaction
from django.utils.translation import gettext_noop

from anlan.kit.journal.heads import Head
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.scope import Scope, World, entered
from anlan.kit.worlds import ALIASES

GENESIS = "0" * 64
#: What a hash covers, in its order; the entry's change follows as the database writes it.
TOLD = (
    "form", "prev_hash", "seq", "at", "world", "actor", "post", "area", "action", "record", "record_id", "reason", "cause", "refused",
    "txid",
)  # fmt: skip
ENTRIES = f"SELECT {', '.join(TOLD)}, diff::text, hash FROM kit_journalentry WHERE seq > %s ORDER BY seq LIMIT %s"  # noqa: S608  constants
BLOCK = 5000


@dataclass(frozen=True)
class Verdict:
    """The outcome of a verification: how many entries, and the first broken one if any.

    `problem` says what is wrong in English, to translate, with `facts` for its placeholders.
    """

    entries: int
    broken: int | None = None
    problem: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def verified(self) -> bool:
        """Return whether the whole chain holds."""
        return self.broken is None


def verify(world: World = "live", heads: Sequence[Head] = ()) -> Verdict:
    """Recompute every link of a world's chain, hold it against signed heads, and name the first entry that does not hold."""
    pinned: dict[int, list[Head]] = {}
    for head in heads:
        pinned.setdefault(head.count, []).append(head)
    last, seq = GENESIS, 0
    with entered(Scope.everything("system:verify", world)):
        for entry in _entries(world):
            if entry["seq"] != seq + 1:
                return Verdict(seq, seq + 1, gettext_noop("it is missing"))
            if entry["prev_hash"] != last:
                return Verdict(seq, entry["seq"], gettext_noop("it is not linked to the entry before it"))
            if _digest(entry) != entry["hash"]:
                return Verdict(seq, entry["seq"], gettext_noop("it was altered after it was written"))
            last, seq = entry["hash"], entry["seq"]
            for head in pinned.get(seq, ()):
                if head.hash != last:
                    problem = gettext_noop(
                        "the chain was computed anew: the head signed at %(at)s tells another hash for it, so this entry or one before it was rewritten"
                    )
                    return Verdict(seq, seq, problem, {"at": head.at})
    newest = max(heads, key=lambda head: head.count, default=None)
    if newest is not None and newest.count > seq:
        problem = (
            gettext_noop("the end was cut off: the head signed at %(at)s counts %(count)d entries")
            if seq
            else gettext_noop("the journal was emptied: the head signed at %(at)s counts %(count)d entries")
        )
        return Verdict(seq, seq + 1, problem, {"at": newest.at, "count": newest.count})
    return Verdict(seq)


def tip(world: World) -> tuple[int, str]:
    """Return how many entries a world's journal has, and the hash of its last."""
    with entered(Scope.everything("system:verify", world)), connections[ALIASES[world]].cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM kit_journalentry ORDER BY seq DESC LIMIT 1")
        return cursor.fetchone() or (0, GENESIS)


def _entries(world: World) -> Iterator[dict[str, Any]]:
    """Read a journal in blocks, the change as the text that its hash covers."""
    last, names = -1, (*TOLD, "diff", "hash")
    while True:
        with transaction.atomic(using=ALIASES[world]), connections[ALIASES[world]].cursor() as cursor:
            cursor.execute(ENTRIES, [last, BLOCK])
            rows: list[Any] = cursor.fetchall()
        for row in rows:
            yield dict(zip(names, row, strict=True))
        if len(rows) < BLOCK:
            return
        last = rows[-1][names.index("seq")]


def _digest(entry: dict[str, Any]) -> str:
    """Return the hash that an entry must have, by its own form."""
    form = entry["form"]
    if form not in {"", "sha256", "sm3"}:
        return ""
    text = _text(entry) if form else _first_text(entry)
    return hashlib.new(form or getattr(settings, "ANLAN_JOURNAL_HASH", "sha256"), text.encode()).hexdigest()


def _text(entry: dict[str, Any]) -> str:
    """Return what the hash covers: the same as the owner's kit_journal_text, to the letter."""
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return json.dumps([at if name == "at" else entry[name] for name in TOLD], ensure_ascii=False) + entry["diff"]


def _first_text(entry: dict[str, Any]) -> str:
    """Return what the hash covers in the form of entries that the application itself once hashed."""
    first: Iterable[str] = ("prev_hash", "seq", "at", "world", "actor", "post", "area", "action", "record", "record_id", "reason")
    known = entry | {"at": entry["at"].astimezone(UTC).isoformat()}
    body = [*(known[name] for name in first), json.loads(entry["diff"]), entry["cause"], entry["refused"]]
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
