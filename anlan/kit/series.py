"""Number series without gaps: the series stays locked until the deed ends, and a refused deed gives its number back."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction

from anlan.kit.actions import Deed
from anlan.kit.models import NumberSeries


def next_number(deed: Deed, code: str) -> int:
    """Return the next number of a series, the first is 1; whoever comes second waits for the first to end."""
    rows = NumberSeries.objects.using(deed.using).filter(code=code)
    if not rows.exists():
        with suppress(IntegrityError), transaction.atomic(using=deed.using):  # another deed may open it meanwhile
            deed.create(NumberSeries, code=code)
    held = deed.lock(NumberSeries, rows.get())
    held.last += 1
    return held.last
