"""The ways in which the public may be told: which can send now, and why another cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anlan.apps.messages import queries, rules
from anlan.apps.messages.choices import LOUDSPEAKER
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


def broadcast_channels() -> dict[str, Any]:
    """Return the channels by which a broadcast goes, by code with their names: to the public, and to the loudspeakers of the villages."""
    return {code: CHANNELS.get(code).name for code in (*rules.PUBLIC_CHANNELS, LOUDSPEAKER) if code in CHANNELS}
