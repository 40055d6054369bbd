"""Connectors: the ways by which readings come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.kit.refusals import Refusal
from anlan.lib.frames import Find, Frame
from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Stream:
    """A byte protocol of devices that can be listened to.

    `find` finds frames in bytes, `readings` reads the rows of a good one, `answer` makes the confirmation that it asks for
    (b"": none), which is given after the commit only.
    """

    find: Find
    readings: Callable[[Frame], Sequence[Any]]
    answer: Callable[[Frame, datetime], bytes]


@dataclass(frozen=True)
class Connector:
    """A way for readings to come in. `sample` is one recorded delivery, `decode` reads such bytes into rows.

    What has a `stream` is served at the port that the deployment names for it (`intake.listening`).
    """

    code: str
    name: Any
    story: Any
    sample: str
    decode: Callable[[bytes], Sized]
    stream: Stream | None = None

    def faults(self) -> list[str]:
        """Return what the sample shows to be wrong, one sentence each."""
        try:
            rows = len(self.decode(self.sample.encode()))
        except Refusal as refusal:
            return [f"does not read its own sample: {refusal}"]
        return [] if rows else ["reads nothing from its own sample"]


CONNECTORS: Registry[Connector] = Registry("connectors")
