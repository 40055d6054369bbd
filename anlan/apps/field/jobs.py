"""Timed work of field: forget what devices that stay away have left here."""

from __future__ import annotations

from anlan.apps.field.queries import forget_cursors
from anlan.apps.field.uploads import forget_old
from anlan.kit.jobs import job


@job(every="1 day", name="field.forget")
def forget() -> None:
    """Forget cursors and files that nobody asks for any more."""
    forget_cursors()
    forget_old()
