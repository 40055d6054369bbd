"""The journal: an append-only, hash-chained record of every change, with who, where, why and because of what."""

from anlan.kit.journal.chain import Verdict, acted_lately, entries_for, listed_lately, tip, verify, why
from anlan.kit.journal.writing import MASK, Note, append, masked, plain, snapshot

__all__ = [
    "MASK",
    "Note",
    "Verdict",
    "acted_lately",
    "append",
    "entries_for",
    "listed_lately",
    "masked",
    "plain",
    "snapshot",
    "tip",
    "verify",
    "why",
]
