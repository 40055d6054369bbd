"""What the program proves of its own keeping: the journal's head signed and kept outside, its chain whole, stored files unaltered."""

from __future__ import annotations

from typing import Any

import httpx
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock, journal
from anlan.kit.files import altered_files
from anlan.kit.proofs import Failed, proof
from anlan.site import journal_heads as heads


@proof("journal_head", label=_("Signed head of the journal"), every="1 hour")
def sign_head() -> dict[str, Any]:
    """Sign how long the journal is and the hash of its last entry, and keep that outside."""
    count, last = journal.tip("live")
    head = heads.sign(heads.Head("live", count, last, clock.real_now().isoformat(timespec="seconds")))
    try:
        heads.keep(head)
    except (OSError, httpx.HTTPError) as error:
        raise Failed(
            gettext("The head could not be kept outside (%(place)s): %(error)s") % {"place": heads.place(), "error": error}
        ) from None
    return {"entries": count, "kept": heads.place()}


@proof("journal_chain", label=_("Chain of the journal"), every="1 day")
def verify_journal() -> dict[str, Any]:
    """Verify the whole chain against the heads that can be read here."""
    try:
        known = heads.read(heads.kept(), "live")
    except heads.Unbelievable as error:
        raise Failed(gettext("The kept heads cannot be believed: %(error)s") % {"error": error}) from None
    verdict = journal.verify("live", known)
    if not verdict.verified:
        raise Failed(in_words(verdict), entries=verdict.entries, entry=verdict.broken)
    return {"entries": verdict.entries, "heads": len(known)}


@proof("stored_files", label=_("Stored files"), every="1 day")
def verify_files() -> dict[str, Any]:
    """Hash every stored file again."""
    count, bad = altered_files()
    if bad:
        words = gettext("%(count)d stored files are missing or were altered on disk: %(names)s")
        raise Failed(words % {"count": len(bad), "names": ", ".join(bad[:5])}, files=count, altered=len(bad))
    return {"files": count}


def in_words(verdict: journal.Verdict) -> str:
    """Say a verdict in the language in force."""
    if verdict.verified:
        return gettext("%(count)d entries, the chain holds") % {"count": verdict.entries}
    problem = gettext(verdict.problem) % verdict.facts
    return gettext("entry %(entry)d does not hold: %(problem)s") % {"entry": verdict.broken, "problem": problem}
