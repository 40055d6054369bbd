"""The ways in which the public may be told: which can send now, and why another cannot."""

from __future__ import annotations

from dataclasses import dataclass

from anlan.apps.messages import queries, rules
from anlan.apps.messages.kinds import CHANNELS


@dataclass(frozen=True)
class Way:
    """A way in which the public may be told: whether it can send now, else why not, in words."""

    code: str
    name: str
    why_not: str = ""


def public_ways() -> list[Way]:
    """Return the ways in which the public may be told, each with what keeps it from sending now."""
    return [Way(code, str(CHANNELS.get(code).name), queries.why_not(code)) for code in rules.PUBLIC_CHANNELS if code in CHANNELS]
