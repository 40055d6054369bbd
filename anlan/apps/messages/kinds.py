"""The plug-in contract that messages owns: a channel takes an envelope and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anlan.apps.people.api import ContactKind
from anlan.kit.names import names_of
from anlan.lib.registry import Registry


class ChannelFailure(Exception):
    """A send that did not work; `permanent` ones are not tried again."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class Envelope:
    """One message for one address. `key` is the same at every attempt, so that a receiver can drop repeats."""

    key: str
    address: str
    subject: str
    body: str


@dataclass(frozen=True)
class Channel:
    """A way out of the house. `send` returns "sent" or "delivered" and raises ChannelFailure.

    `host` names the receiver behind an address ("" where one server of ours carries all): each has a queue and a circuit breaker
    of its own, and its sends run in a thread without a database. Without it a message is sent at once by the job itself.
    """

    code: str
    name: Any
    receipt: str
    send: Callable[[Envelope], str]
    host: Callable[[str], str] | None = None


CHANNELS: Registry[Channel] = Registry("channels")


@names_of("channel", "channel")
def _named() -> dict[str, tuple[Any, Any]]:
    """Name the channels, and the ways to reach somebody that no channel carries."""
    ways = {kind.value: (kind.label, kind.label) for kind in ContactKind}
    return ways | {channel.code: (channel.name, channel.name) for channel in CHANNELS}
