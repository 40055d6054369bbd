"""Reference data of a city's pack, loaded again: what the pack changed is changed here, what people changed here stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

from anlan.kit.actions import Deed
from anlan.kit.models import JournalEntry

#: Who loads packs, in the journal.
PACK = "system:pack"
M = TypeVar("M", bound=models.Model)


def take_over(deed: Deed, pairs: Iterable[tuple[M, M]], *names: str) -> int:
    """Give each row that is here the values of the pack's where they differ; returns how many rows changed.

    A row that somebody changed by hand is theirs: the journal tells, and the pack leaves it alone.
    """
    differing = [(here, fresh) for here, fresh in pairs if any(getattr(here, name) != _read(fresh, name) for name in names)]
    if not differing:
        return 0
    model: type[M] = type(differing[0][0])
    theirs = edited_by_hand(model, [here.pk for here, _fresh in differing])
    changed = 0
    for here, fresh in differing:
        if str(here.pk) in theirs:
            continue
        held = deed.lock(model, here.pk)
        for name in names:
            setattr(held, name, _read(fresh, name))
        changed += 1
    return changed


def take_in(deed: Deed, model: type[M], rows: Iterable[M], key: tuple[str, ...], *names: str) -> list[M]:
    """Add the pack's rows whose `key` is not here yet and take the values of the others over; returns the new ones."""
    given = [(tuple(_read(row, name) for name in key), row) for row in rows]
    known = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    take_over(deed, [(known[code], row) for code, row in given if code in known], *names)
    return deed.create_many(model, [row for code, row in given if code not in known])


def _read(fresh: models.Model, name: str) -> Any:
    """Return a value of the pack's as the database would give it: a table of text holds numbers as text."""
    field: Any = fresh._meta.get_field(name)
    return field.to_python(getattr(fresh, name))


def edited_by_hand(model: type[models.Model], pks: Iterable[Any]) -> set[str]:
    """Return which of these rows somebody other than a pack has made or changed; reading a row changes nothing."""
    entries = JournalEntry.objects.filter(record=model._meta.label_lower, record_id__in=[str(pk) for pk in pks])
    return set(entries.exclude(actor=PACK).exclude(diff__has_key="read").values_list("record_id", flat=True))
