"""What a line that carries many messages takes and gives back: loads, their fates, what its peer says of its own accord, how it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: No value of a fault is longer, so that the whole of it fits where it is kept.
LONGEST_VALUE = 120


def coded(code: str, /, **values: Any) -> str:
    """Return a fault as it is kept: `#code {"name": value}`. Whoever shows it says it in the reader's language."""
    kept = {name: value if isinstance(value, int | float) else str(value)[:LONGEST_VALUE] for name, value in values.items()}
    return f"#{code} {json.dumps(kept, ensure_ascii=False)}" if kept else f"#{code}"


def decoded(fault: str) -> tuple[str, dict[str, Any]]:
    """Return a fault's code and values; "" and nothing for a text that is no such fault."""
    if not fault.startswith("#"):
        return "", {}
    code, _blank, values = fault[1:].partition(" ")
    try:
        return code, json.loads(values) if values else {}
    except ValueError:  # cut short where it was kept
        return code, {}


@dataclass(frozen=True)
class Load:
    """One addressee's copy of a broadcast for a line; `key` comes back with what became of it.

    `about` says of the broadcast what more a channel may need: kind, level, areas, outline (GeoJSON), expires.
    """

    key: Any
    address: str
    text: str
    urgent: bool = False
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Fate:
    """What became of a load. `state`: "sent", "delivered", "failed", "again" (after `wait` seconds) or "untouched" (given back).

    `accepted` are the numbers under which the peer will report each part, in order. `doubtful`: the line was lost before the
    answer, so a second attempt may arrive twice.
    """

    key: Any
    state: str
    accepted: tuple[str, ...] = ()
    parts: int = 1
    error: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Notice:
    """What a peer says of its own accord: that the part of a number arrived or did not; or, with `sender`, what somebody answered.

    `differs`: the peer took another level or ground than it was told, for the copy `key`; `text` says in what.
    """

    peer_id: str
    delivered: bool = False
    text: str = ""
    sender: str = ""
    differs: bool = False
    key: Any = None


@dataclass(frozen=True)
class Health:
    """How a line stands, for the page of channels."""

    state: str
    binds: int = 0
    waiting: int = 0
    per_second: float = 0.0
    throttled: int = 0
    reconnected: int = 0
    error: str = ""
