"""Timed work of people: forget old sign-in attempts."""

from __future__ import annotations

from anlan.apps.people import lockout
from anlan.kit.jobs import job
from anlan.kit.scope import current


@job(every="1 day", name="people.forget_attempts")
def forget_attempts() -> None:
    """Forget them once, for the live world: identity is in one database only."""
    if current().world == "live":
        lockout.forget()
