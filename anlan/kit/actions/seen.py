"""What an actor saw of a record before acting on it, and the conflict when somebody else has changed the record since.

A version is the instant of the last change and a digest of what the row holds. Only the digest is compared; the instant finds
the others' changes in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from anlan.kit import journal
from anlan.kit.refusals import Conflict, Malformed, Refusal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: (record, key, version) that the actor saw, while he acts on it.
_seen: ContextVar[tuple[str, Any, str] | None] = ContextVar("anlan_seen", default=None)


class Stale(Conflict):
    """Somebody else has changed the record since the actor saw it; `since` is the last change that he knew of."""

    def __init__(self, row: models.Model, since: datetime) -> None:
        super().__init__(_("Somebody has changed this since you saw it; nothing of yours was written."))
        self.row, self.since = row, since


class Unseen(Refusal):
    """The step goes on from what the record is, and the actor does not say what he saw."""

    status = 428

    def __init__(self) -> None:
        super().__init__(_("Say which state you saw: this step goes on from it. Open the record, then ask again."))


def version_of(row: models.Model) -> str:
    """Return the version of a row as it stands."""
    if row.get_deferred_fields():
        row = type(row)._base_manager.get(pk=row.pk)
    content = json.dumps(journal.snapshot(row), sort_keys=True)
    changed = getattr(row, "changed_at", None) or EPOCH  # a ledger's entry has none: it never changes
    return f"{(changed - EPOCH) // timedelta(microseconds=1):x}-{salted_hmac('anlan.version', content).hexdigest()[:20]}"


def since(version: str) -> datetime:
    """Return the instant that a version speaks of; Malformed for what is none."""
    instant, dash, _digest = version.partition("-")
    try:
        if not dash or len(instant) > 16:
            raise ValueError(version)
        return EPOCH + timedelta(microseconds=int(instant, 16))
    except (ValueError, OverflowError):
        raise Malformed(_("This is no version of a record.")) from None


@contextmanager
def seeing(row: models.Model, version: str) -> Iterator[None]:
    """Let the block act on `row` only if it still is as it was seen; without a version as it is."""
    token = _seen.set((row._meta.label_lower, row.pk, version) if version else None)
    try:
        yield
    finally:
        _seen.reset(token)


def compare(row: models.Model) -> None:
    """Raise Stale if a row that was just locked is not what the actor saw."""
    expected = _seen.get()
    if expected is None or expected[:2] != (row._meta.label_lower, row.pk):
        return
    known = since(expected[2])
    if version_of(row).partition("-")[2] != expected[2].partition("-")[2]:
        raise Stale(row, known)
