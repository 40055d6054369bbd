"""What is asked of one call, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How a call ended. Only a key that was offered says that somebody understood; whatever picks up may be a machine."""

    UNDERSTOOD = "understood"  # one of the offered keys was pressed
    NO_KEY = "no key"  # picked up and spoken to, no key: a voice mail, or somebody who did not understand
    HUNG_UP = "hung up"  # picked up and hung up before a key
    EARLY_MEDIA = "early media"  # something spoke to us (183) and nobody picked up
    NO_ANSWER = "no answer"
    BUSY = "busy"
    DECLINED = "declined"
    NO_NUMBER = "no number"  # there is no such number: not tried again
    TRUNK = "trunk"  # the exchange refused or did not answer: nothing is said of the one called


@dataclass(frozen=True)
class Trunk:
    """Where calls go out: `sip:user:password@host:port?from=…&lines=100&ring=30`."""

    host: str
    port: int = 5060
    user: str = "anlan"
    password: str = ""
    #: The number that is shown; the account's own unless given.
    shown: str = ""
    #: How many calls at once.
    lines: int = 100
    #: So many seconds it rings, and a key is waited for after each saying.
    ring: float = 30.0
    wait: float = 8.0
    #: How often it is said where no key comes.
    times: int = 2


@dataclass(frozen=True)
class Dialled:
    """One call to make: a number, the sound (WAV), the keys that say "understood"."""

    number: str
    sound: bytes
    keys: str = "1"


@dataclass(frozen=True)
class Told:
    """What became of one call."""

    end: End
    key: str = ""
    #: The peer's own words: status and reason.
    said: str = ""
    #: Seconds until it was picked up, and how long it lasted then.
    rang: float = 0.0
    lasted: float = 0.0
