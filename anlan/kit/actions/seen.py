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
from anlan.lib.decisions import Sheet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: (record, key, version) that the actor saw, and the version of the decision sheet, while he acts on it.
_seen: ContextVar[tuple[str, Any, str, str]] = ContextVar("anlan_seen", default=("", None, "", ""))


class Stale(Conflict):
    """Somebody else has changed the record since the actor saw it; `since` is the last change that he knew of."""

    def __init__(self, row: models.Model, since: datetime) -> None:
        super().__init__(_("Somebody has changed this since you saw it; nothing of yours was written."))
        self.row, self.since = row, since


class Changed(Conflict):
    """What a decision rests on is not what its sheet showed; `seen` is the version that was shown."""

    def __init__(self, seen: str) -> None:
        super().__init__(
            _("What this decision rests on has changed since you saw it; nothing was written. Look again, then decide.")
        )
        self.seen = seen


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


def token(row: models.Model | None, sheet: Sheet | None) -> str:
    """Return what the actor sends back as seen: the version of a row, of a decision sheet (`.s…`), or both."""
    return (version_of(row) if row is not None else "") + (f".s{sheet.version}" if sheet is not None else "")


@contextmanager
def seeing(row: models.Model | None, version: str) -> Iterator[None]:
    """Let the block act only if `row` and the decision's sheet still are as they were seen; without a version as they are."""
    known, _mark, sheet = version.partition(".s")
    before = _seen.set((row._meta.label_lower if row else "", row.pk if row else None, known, sheet))
    try:
        yield
    finally:
        _seen.reset(before)


def compare(row: models.Model) -> None:
    """Raise Stale if a row that was just locked is not what the actor saw."""
    *about, version, _sheet = _seen.get()
    if not version or about != [row._meta.label_lower, row.pk]:
        return
    known = since(version)
    if version_of(row).partition("-")[2] != version.partition("-")[2]:
        raise Stale(row, known)


def compare_sheet(sheet: Sheet) -> None:
    """Raise Changed if the sheet of a decision is not what the actor saw."""
    *_row, shown = _seen.get()
    if shown and shown != sheet.version:
        raise Changed(shown)
