"""The journal: an append-only, hash-chained record of every change, with who, where, why and because of what."""

from anlan.kit.journal.chain import acted_lately, entries_for, listed_lately, tip, verify, why
from anlan.kit.journal.versions import Version, as_it_was, parts_of, versions_of
from anlan.kit.journal.writing import MASK, Note, append, masked, snapshot
from anlan.lib.facts import plain
from anlan.lib.hash_chain import Verdict

__all__ = [
    "MASK",
    "Note",
    "Verdict",
    "Version",
    "acted_lately",
    "append",
    "as_it_was",
    "entries_for",
    "listed_lately",
    "masked",
    "parts_of",
    "plain",
    "snapshot",
    "tip",
    "verify",
    "versions_of",
    "why",
]
