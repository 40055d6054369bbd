"""A conflict in words: who changed the record since it was seen, when, which fields, and from what to what."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from anlan.kit.actions.seen import Stale
from anlan.kit.desk.telling import ReadableEntry, readable_entry
from anlan.kit.journal import entries_for
from anlan.kit.refusals import of_refusal

#: So many of the others' changes are shown, the newest first.
MOST = 5


def others(stale: Stale) -> list[ReadableEntry]:
    """Return what others changed of the record since, the newest first; who only read it or was refused was not faster."""
    changed = entries_for(stale.row).filter(at__gt=stale.since, refused=False).exclude(diff__has_key="read")
    return [readable_entry(entry) for entry in changed.order_by("-seq")[:MOST]]


def in_words(stale: Stale, changes: list[ReadableEntry]) -> str:
    """Say who was faster, and with what."""
    if not changes:
        return str(stale)
    last = changes[0]
    return _("%(who)s was faster: “%(verb)s” at %(at)s. Nothing of yours was written; look at what it is now.") % {
        "who": strip_tags(str(last.actor)),
        "verb": last.action,
        "at": f"{timezone.localtime(last.entry.at):%m-%d %H:%M}",
    }


def as_problem(stale: Stale, status: int) -> dict[str, Any]:
    """Return the problem details of a conflict, with the others' changes."""
    changes = others(stale)
    body = of_refusal(stale) | {"title": in_words(stale, changes), "status": status}
    return body | {
        "changes": [
            {
                "by": one.entry.actor,
                "at": one.entry.at.isoformat(),
                "action": one.entry.action,
                "fields": [{"name": c.label, "before": strip_tags(c.before), "after": strip_tags(c.after)} for c in one.changes],
            }
            for one in changes
            if one.changes
        ]
    }
