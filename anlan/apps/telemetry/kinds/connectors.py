"""Connectors: the ways by which readings come in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anlan.kit.refusals import Refusal
from anlan.lib.frames import Find, Frame
from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Placed:
    """Where a device was at an instant, and how fast where it says so; `line` as in a reading."""

    line: int
    station: str
    at: datetime
    lon: float
    lat: float
    kmh: float | None = None


@dataclass(frozen=True)
class Stream:
    """A byte protocol of devices that can be listened to.

    `find` finds frames in bytes, `readings` reads the rows of a good one, `answer` makes the confirmation that it asks for
    (b"": none), which is given after the commit only. `report` makes frames as a device sends them, for simulators: station,
    quantity, instant, value, serial number.
    """

    find: Find
    readings: Callable[[Frame], Sequence[Any]]
    answer: Callable[[Frame, datetime], bytes]
    #: The field of a frame that names its device.
    sender: str = "station"
    #: Bytes that may stand between frames and say nothing.
    skip: bytes = b""
    #: Whether it is listened to by datagrams (UDP) at the same port too.
    datagrams: bool = False
    report: Callable[[str, str, datetime, float, int], bytes] | None = None
    #: Where the device was, for protocols whose devices move.
    places: Callable[[Frame], Sequence[Placed]] = lambda _frame: ()


@dataclass(frozen=True)
class Poll:
    """A feed that is asked every so often: `take` takes its body in and says what came of it: "read / taken in / unreadable".

    Raises Refusal or ValueError for a body that cannot be read.
    """

    every: timedelta
    take: Callable[[bytes], str]


@dataclass(frozen=True)
class Topics:
    """What is listened to at the broker of devices (`MQTT_URL`).

    `comes`: the topic of deliveries, its last part the sender's key. `tells`: where each sender is told, after the commit, what
    became of each of its messages. `report` makes a delivery as a device sends it, for simulators: number of the message,
    station, quantity, instant, value.
    """

    comes: str
    tells: str
    report: Callable[[str, str, str, datetime, float], bytes]

    def key(self, topic: str) -> str:
        """Return the sender's key in a topic."""
        return topic.removeprefix(self.comes.removesuffix("+"))


@dataclass(frozen=True)
class Spot:
    """Where a value stands in a control system: a `node` as its protocol writes it, or a register of a device and how to read it."""

    node: str = ""
    device: int = 1
    table: str = ""
    register: int = 0
    type: str = ""
    order: str = ""


@dataclass(frozen=True)
class Told:
    """What a control system said of a spot: a value, whether it doubts it itself, or why there is none."""

    value: float | None = None
    doubted: bool = False
    fault: str = ""


#: Stays with a host, its port and path, and tells of spots by their place what they say, at once and whenever that changes.
Follow = Callable[[str, int, str, Sequence[Spot], Callable[[int, Told], None]], Awaitable[None]]


@dataclass(frozen=True)
class Asks:
    """A protocol of control systems that are asked for values by the map of their tags.

    `read` asks a host (an address that was checked), its port and path for spots and answers in their order; raises OSError,
    TimeoutError or ValueError where nothing could be asked. `faults` says of each field of a spot what is wrong with it.
    `follow` hears from one that tells changes by itself; it ends with one of these errors, never otherwise.
    """

    scheme: str
    port: int
    read: Callable[[str, int, str, Sequence[Spot]], Awaitable[Sequence[Told]]]
    faults: Callable[[Spot], Mapping[str, Any]]
    follow: Follow | None = None


@dataclass(frozen=True)
class Connector:
    """A way for readings to come in. `sample` is one recorded delivery, `decode` reads such bytes into rows.

    What has a `stream` is served at the port that the deployment names for it (`intake.listening`), what has a `poll` is asked at
    the addresses that it names or that people entered (`intake.polling`), what has `topics` is taken from its broker (`intake.subscribing`); what `asks`
    is asked for the tags of each control system that people entered (`intake.asking`).
    """

    code: str
    name: Any
    story: Any
    sample: str
    decode: Callable[[bytes], Sized]
    stream: Stream | None = None
    poll: Poll | None = None
    topics: Topics | None = None
    asks: Asks | None = None

    def faults(self) -> list[str]:
        """Return what the sample shows to be wrong, one sentence each."""
        try:
            rows = len(self.decode(self.sample.encode()))
        except Refusal as refusal:
            return [f"does not read its own sample: {refusal}"]
        return [] if rows else ["reads nothing from its own sample"]


CONNECTORS: Registry[Connector] = Registry("connectors")
#: Asked of every delivery's places: what readings follow from where devices are. Plug-ins add theirs.
WHERE: list[Callable[[Sequence[Placed]], Sequence[Any]]] = []


def polling_choices() -> list[tuple[str, Any]]:
    """Return the feeds that are polled for a form and a column."""
    return [(way.code, way.name) for way in CONNECTORS if way.poll is not None]


def asking_choices() -> list[tuple[str, Any]]:
    """Return the protocols of control systems for a form and a column."""
    return [(way.code, way.name) for way in CONNECTORS if way.asks is not None]
