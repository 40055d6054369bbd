"""What screens do when a warning comes into force or is over."""

from __future__ import annotations

from anlan.apps.screens import actions
from anlan.apps.warning import api as warning
from anlan.apps.warning.events import WarningCancelled, WarningExpired, WarningPublished
from anlan.kit.events import on


@on(WarningPublished)
def order_showing(event: WarningPublished) -> None:
    """Note on which screens a warning is to be shown, and that what it replaces is over there."""
    replaced = warning.ground_told(event.warning).replaces
    if replaced is not None:
        actions.end(warning_id=replaced)
    actions.order(warning_id=event.warning)


@on(WarningCancelled)
def end_cancelled(event: WarningCancelled) -> None:
    """Note that a lifted warning is over on its screens."""
    actions.end(warning_id=event.warning)


@on(WarningExpired)
def end_expired(event: WarningExpired) -> None:
    """Note that a warning that ran out is over on its screens."""
    actions.end(warning_id=event.warning)
