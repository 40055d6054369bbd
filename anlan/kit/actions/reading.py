"""Readings that must be answered for: journalled once per person in a while, since an open page reads its row again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models

from anlan.kit import journal
from anlan.kit.records import area_of
from anlan.kit.scope import Scope, entered

if TYPE_CHECKING:
    from anlan.kit.actions.deed import Deed

#: A person's further readings of a row within this time are the same reading.
READ_AGAIN_AFTER = timedelta(minutes=10)


def of_row(deed: Deed, row: models.Model, seen: dict[str, Any] | None) -> list[journal.Note]:
    """Return the note that a row was read, and what of it; none where the person has read it a moment ago."""
    with entered(Scope.everything(deed.actor, deed.scope.world)):
        if journal.acted_lately(row, deed.spec.name, deed.actor, deed.now - READ_AGAIN_AFTER):
            return []
    about = (row._meta.label_lower, str(row.pk), area_of(row) or "")
    return [journal.Note(deed.spec.name, *about, {"read": [None, True], **(seen or {})}, read=True)]


def of_list(deed: Deed, model: type[models.Model], query: str) -> list[journal.Note]:
    """Return the note that a list was read, with its filter; none where the person has read it a moment ago."""
    label = model._meta.label_lower
    with entered(Scope.everything(deed.actor, deed.scope.world)):
        if journal.listed_lately(label, deed.spec.name, deed.actor, deed.now - READ_AGAIN_AFTER):
            return []
    area = min(deed.scope.areas, key=len, default="")
    return [journal.Note(deed.spec.name, label, "", area, {"read": [None, True], "query": query}, read=True)]
