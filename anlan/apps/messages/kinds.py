"""The plug-in contract that messages owns: a channel takes an envelope and says what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from anlan.apps.people.api import ContactKind
from anlan.kit.names import names_of
from anlan.lib.lines import Fate, Health, Load, Notice, coded
from anlan.lib.registry import Registry


class ChannelFailure(Exception):
    """A send that did not work, as a fault (`coded`) or the peer's own words; `permanent` ones are not tried again.

    `alone`: it failed at this address alone (busy, nobody picked up), so the receiver behind it is not left alone for it.
    """

    def __init__(self, message: str, *, permanent: bool = False, alone: bool = False) -> None:
        super().__init__(message)
        self.permanent, self.alone = permanent, alone


@dataclass(frozen=True)
class Fault:
    """What may go wrong at a channel: the code under which it is kept (`coded`), and its words with the values filled in."""

    code: str
    words: Any


class Answer(str):
    """What `send` returns where somebody answered at once: what they said, in words."""


class Taken(str):
    """What `send` returns where the peer tells later what became of it: "sent", with the line that hears it and the number of each part."""

    peer: str
    numbers: tuple[str, ...]

    def __new__(cls, peer: str, numbers: Sequence[str]) -> Taken:
        """Return the word with its numbers."""
        made = super().__new__(cls, "sent")
        made.peer, made.numbers = peer, tuple(numbers)
        return made


@dataclass(frozen=True)
class Envelope:
    """One message for one address. `key` is the same at every attempt, so that a receiver can drop repeats.

    `spoken` is what a voice says of it, "" where it cannot be said; `choices` what a listener may press: key and what it means.
    """

    key: str
    address: str
    subject: str
    body: str
    spoken: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Line(Protocol):
    """A connection that carries many at once; one thread calls it. Whatever it cannot do it says in a `Fate`, it never raises."""

    peer: str

    def room(self) -> int:
        """Return how many more loads it takes now."""

    def give(self, loads: Sequence[Load]) -> None:
        """Take loads to send."""

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        """Return what has come back, waiting at most so long for the first."""

    def health(self) -> Health:
        """Return how it stands."""

    def close(self) -> None:
        """Hang up; what is still held comes back as untouched or doubtful by one more `hear`."""


@dataclass(frozen=True)
class Channel:
    """A way out of the house. `send` returns "sent", "delivered" or an `Answer`, and raises ChannelFailure.

    `host` names the receiver behind an address ("" where one server of ours carries all): each has a queue and a circuit breaker
    of its own, and its sends run in a thread without a database. Without it a message is sent at once by the job itself.
    A receiver is sent to one at a time, or so many `together`; a send that takes longer than `patience` seconds has failed.
    `ready` says whether the deployment has what it needs to send at all: a gateway, a key, a trunk.
    """

    code: str
    name: Any
    receipt: str
    send: Callable[[Envelope], str]
    host: Callable[[str], str] | None = None
    #: Opens a line that carries broadcasts; None where it is not configured. Without it copies are sent one by one.
    line: Callable[[], Line | None] | None = None
    together: Callable[[], int] = lambda: 1
    patience: float = 30.0
    ready: Callable[[], bool] = lambda: True
    #: Asks an address whether it would take a message, marked as a test that nobody sees: an `Answer`, or raises as `send`.
    #: None: what tests an address is that somebody answers.
    silent: Callable[[Envelope], str] | None = None
    #: What a listener hears of it, word for word; None where nobody listens.
    heard: Callable[[Envelope], str] | None = None


@dataclass(frozen=True)
class Voice:
    """What speaks: `speak` makes the sound (WAV) of a text. OSError where it cannot now, ValueError where it would say something else.

    Of several the one with the highest `rank` is used.
    """

    code: str
    name: Any
    speak: Callable[[str], bytes]
    rank: int = 0


@dataclass(frozen=True)
class Standing:
    """How the devices of one kind stand that the viewer may read: the silent ones by name, address and when each was last heard of."""

    total: int
    silent: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    #: What they are to take and have not, and what they say they have taken, of what is in force.
    waiting: int = 0
    taken: int = 0


@dataclass(frozen=True)
class Devices:
    """Devices that fetch or are handed what concerns them, told on the health page: screens, loudspeakers."""

    code: str
    name: Any
    #: The permission to see them, and their list.
    needs: str
    list_page: str
    standing: Callable[[], Standing]


__all__ = [
    "Answer",
    "CHANNELS",
    "DEVICES",
    "Channel",
    "ChannelFailure",
    "Devices",
    "Envelope",
    "FAULTS",
    "Fate",
    "Fault",
    "Health",
    "Line",
    "Load",
    "Notice",
    "Standing",
    "Taken",
    "VOICES",
    "Voice",
    "coded",
    "sound_of",
    "tell_faults",
    "voice",
]

CHANNELS: Registry[Channel] = Registry("channels")
FAULTS: Registry[Fault] = Registry("faults")
DEVICES: Registry[Devices] = Registry("devices")
VOICES: Registry[Voice] = Registry("voices")


def tell_faults(words: Mapping[str, Any]) -> None:
    """Register what may go wrong: the words of each code."""
    for code, said in words.items():
        FAULTS.add(Fault(code, said))


def voice() -> Voice | None:
    """Return the voice that speaks: of those installed the one with the highest rank."""
    return max(VOICES, key=lambda one: one.rank, default=None)


#: Speech is worked out two at a time, so that a hundred calls do not start a hundred voices.
_SPEAKING = threading.BoundedSemaphore(2)


@lru_cache(64)
def sound_of(text: str) -> bytes:
    """Return a text as sound (WAV); raises OSError or ValueError in words (`coded`) where no voice says it."""
    found = voice()
    if found is None:
        raise OSError(coded("voice.none"))
    with _SPEAKING:
        return found.speak(text)


@names_of("channel", "channel")
def _named() -> dict[str, tuple[Any, Any]]:
    """Name the channels, and the ways to reach somebody that no channel carries."""
    ways = {kind.value: (kind.label, kind.label) for kind in ContactKind}
    return ways | {channel.code: (channel.name, channel.name) for channel in CHANNELS}
