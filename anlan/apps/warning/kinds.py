"""The plug-in contracts that warning owns: a medium shows or says a warning and reads it again; ways lead it to people; a broker holds CAP for other systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from anlan.lib.registry import Registry


def goes_by(channels: Sequence[str], code: str) -> bool:
    """Return whether what is sent by some ways (none: by all that there are) goes by one."""
    return not channels or code in channels


@dataclass(frozen=True)
class Notice:
    """A warning as one language tells it: its fields, and the words that were composed for each channel ("*": any other)."""

    warning: int
    identifier: str
    language: str
    level: int
    #: The level's word in the language: 黄色, yellow.
    colour: str
    hazard: str
    places: tuple[str, ...]
    headline: str
    description: str
    instruction: str
    issuer: str
    published_at: datetime | None
    expires_at: datetime
    #: When it ends, in words: the city's time.
    until: str
    exercise: bool
    cancels: bool
    said: dict[str, str] = field(default_factory=dict)
    #: The ways by which it goes; none: by all that there are.
    channels: tuple[str, ...] = ()
    #: Of a further language: how its four levels read, and its mark of an exercise.
    colours: tuple[str, ...] = ()
    mark: str = ""

    def goes_by(self, code: str) -> bool:
        """Return whether it goes by a way, and so is shown by its medium."""
        return goes_by(self.channels, code)

    @property
    def whole_name(self) -> str:
        """Return hazard and level as the language names them: 洪水黄色预警, Yellow warning: flood."""
        if self.language == "zh":
            return f"{self.hazard}{'预警解除' if self.cancels else f'{self.colour}预警'}"
        return f"{self.hazard}: lifted" if self.cancels else f"{self.colour.capitalize()} warning: {self.hazard.lower()}"

    def said_by(self, medium: str) -> str:
        """Return the words that were composed for a medium."""
        return self.said.get(medium) or self.said.get("*", "")


#: A part of a ground: a division's code ("" for what was drawn) and its outline.
Piece = tuple[str, Any]


@dataclass(frozen=True)
class Frame:
    """The size of a device's picture, in pixels; what does not fit goes on further pictures."""

    width: int = 384
    height: int = 128


@dataclass(frozen=True)
class Rendering:
    """What a device gets: texts in order as a reader sees them (parts of a message, lines of a crawl), and its octets."""

    medium: str
    language: str
    texts: tuple[str, ...] = ()
    #: As it leaves: parts on the wire, pictures (PNG), a mail.
    octets: tuple[bytes, ...] = ()
    #: What a listener hears, word for word, where it is spoken.
    heard: str = ""
    #: In how many parts it goes on the wire, where it is cut; 0 where nothing is.
    parts: int = 0


@dataclass(frozen=True)
class Medium:
    """A way to show or say a warning. `read` reads a rendering again by machine, without the notice that it was made from.

    `wanted` names what must be in it, word for word: fields of the notice, "said" for the composed words, "until" for its end.
    """

    code: str
    name: Any
    render: Callable[[Notice, Frame], Rendering]
    read: Callable[[Rendering, Frame], str]
    wanted: tuple[str, ...]
    languages: tuple[str, ...] = ("zh", "en")
    #: It carries the composed words of any further language as well.
    further: bool = False
    #: Its octets are pictures of the frame's size.
    framed: bool = False
    #: Its words are given to a voice: what is heard is a sound.
    voiced: bool = False
    #: What its octets are, each by itself.
    content: str = "text/plain; charset=utf-8"

    def speaks(self, language: str) -> bool:
        """Return whether it shows or says a warning in a language."""
        return language in self.languages or (self.further and language not in ("zh", "en"))


@dataclass(frozen=True)
class Ways:
    """Ways that one app knows by which a warning goes to people and devices, unless its drafter leaves them out.

    `names` says what each is called, `count` how many addressees it has in a ground (the division around it, its parts), `why_not`
    what keeps it from sending now.
    """

    code: str
    names: Callable[[], Mapping[str, Any]]
    count: Callable[[str, Sequence[Piece]], Mapping[str, int]]
    why_not: Callable[[str], str] = lambda code: ""


@dataclass(frozen=True)
class Topic:
    """What stands of one warning at a broker: its CAP message while it is in force; once `over`, what ended it (b"": nothing did)."""

    identifier: str
    document: bytes
    over: bool = False


@dataclass(frozen=True)
class Broker:
    """Where other systems hear CAP. `tell` comes back when the broker has confirmed every topic, and raises OSError in words.

    It takes at most so many seconds as it is given. `peer` says where it is, without passwords; "" where none is set.
    """

    code: str
    name: Any
    peer: Callable[[], str]
    tell: Callable[[Sequence[Topic], float], None]


MEDIA: Registry[Medium] = Registry("media")
WAYS: Registry[Ways] = Registry("ways")
BROKERS: Registry[Broker] = Registry("brokers")
