"""A chain of entries by hash: what each hash covers, and the proof that none was altered, taken out or put in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from anlan.lib.signed_heads import Head

GENESIS = "0" * 64
#: What a hash covers, in its order; the entry's change follows as the database writes it.
COVERED = (
    "form", "prev_hash", "seq", "at", "world", "actor", "post", "area", "action", "record", "record_id", "reason", "cause", "refused",
    "txid",
)  # fmt: skip
#: What the hash of the first form covers, beside the change.
COVERED_AT_FIRST = ("prev_hash", "seq", "at", "world", "actor", "post", "area", "action", "record", "record_id", "reason")


def gettext_noop(text: str) -> str:
    """Mark a text for translation: whoever shows a verdict translates it."""
    return text


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


def verify(entries: Iterable[Mapping[str, Any]], heads: Sequence[Head] = (), algorithm: str = "sha256") -> Verdict:
    """Recompute every link, hold the chain against signed heads, and name the first entry that does not hold.

    `algorithm` is that of the entries of the first form, which do not say theirs.
    """
    pinned: dict[int, list[Head]] = {}
    for head in heads:
        pinned.setdefault(head.count, []).append(head)
    last, seq = GENESIS, 0
    for entry in entries:
        if entry["seq"] != seq + 1:
            return Verdict(seq, seq + 1, gettext_noop("it is missing"))
        if entry["prev_hash"] != last:
            return Verdict(seq, entry["seq"], gettext_noop("it is not linked to the entry before it"))
        if digest(entry, algorithm) != entry["hash"]:
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


def digest(entry: Mapping[str, Any], algorithm: str = "sha256") -> str:
    """Return the hash that an entry must have, by its own form; "" for a form that there is not."""
    form = entry["form"]
    if form not in {"", "sha256", "sm3"}:
        return ""
    text = _covered(entry) if form else _covered_at_first(entry)
    return hashlib.new(form or algorithm, text.encode()).hexdigest()


def _covered(entry: Mapping[str, Any]) -> str:
    """Return what the hash covers: the same as the owner's kit_journal_text, to the letter."""
    at = entry["at"].astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return str(json.dumps([at if name == "at" else entry[name] for name in COVERED], ensure_ascii=False) + entry["diff"])


def _covered_at_first(entry: Mapping[str, Any]) -> str:
    """Return what the hash covers in the form of entries that the application itself once hashed."""
    known = {**entry, "at": entry["at"].astimezone(UTC).isoformat()}
    body = [*(known[name] for name in COVERED_AT_FIRST), json.loads(entry["diff"]), entry["cause"], entry["refused"]]
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
