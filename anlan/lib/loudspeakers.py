"""Village loudspeakers and sirens over MQTT: what is said to them, what they answer, and the line that carries broadcasts.

| topic | who | what |
|---|---|---|
| `anlan/speakers/<key>/say` | Anlan | an order: id, text, audio, volume, repeat, siren, silent, level, areas, outline, expires |
| `anlan/audio/<sha256>` | Anlan, retained while it is valid | the spoken text as WAV, once for all that say it |
| `anlan/speakers/<key>/told` | device | id and state: taken (with the level and ground it took), played, failed |

An order keeps its id at every attempt: a device plays an id once and answers a repeat as it answered before. Orders lapse at the
broker and at the device when they are over.
"""

from __future__ import annotations

import hashlib
import json
import queue
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import shapely
from shapely.geometry import shape

from anlan.lib import mqtt
from anlan.lib.lines import Fate, Health, Load, Notice, coded
from anlan.lib.spoken import spoken

SAY, TOLD, AUDIO = "anlan/speakers/{key}/say", "anlan/speakers/{key}/told", "anlan/audio/{digest}"
#: So many orders may be under way; the broker answers one within so many seconds, or it is given again.
MOST, ANSWER = 500, 15.0
#: An outline is the same when what two differ by is less than this share of it: devices round coordinates.
SAME_SHARE = 0.01
#: From this level (orange) a siren sounds first, for so many seconds; how often a text is said, and how loud (percent).
GRAVE, SIREN, REPEATS, LOUD, USUAL = 3, 10, 3, 100, 70
#: Loudspeakers that nobody has hung up (`anlan simulate speakers`), and where alone they are told.
SYNTHETIC, HERE = "sim-", frozenset({"127.0.0.1", "localhost", "::1"})
#: Orders whose ground is remembered to be compared with what a device took.
REMEMBERED = 20_000


@dataclass(frozen=True)
class Order:
    """What one loudspeaker is to do."""

    id: str
    text: str
    level: int = 0
    areas: tuple[str, ...] = ()
    outline: Mapping[str, Any] | None = None
    expires: str = ""
    volume: int = USUAL
    repeat: int = 1
    siren: int = 0
    silent: bool = False
    audio: str = ""

    def packed(self) -> bytes:
        """Return it as it goes out."""
        return json.dumps({**self.__dict__, "areas": list(self.areas)}, ensure_ascii=False).encode()


def order_of(load: Load, number: str) -> Order:
    """Return the order for one copy of a broadcast; a test of itself is silent."""
    about = load.about
    level, silent = int(about.get("level", 0)), about.get("kind") == "selftest"
    return Order(
        number,
        spoken(load.text),
        level,
        tuple(about.get("areas", ())),
        about.get("outline"),
        str(about.get("expires", "")),
        volume=0 if silent else LOUD if load.urgent else USUAL,
        repeat=1 if silent or not load.urgent else REPEATS,
        siren=SIREN if level >= GRAVE and not silent else 0,
        silent=silent,
    )


def differs(order: Order, told: Mapping[str, Any]) -> str:
    """Return in what a device took something else than it was told, "" for nothing."""
    if told.get("level") != order.level:
        return coded("took.level", took=str(told.get("level")), told=order.level)
    took = told.get("areas")
    if not isinstance(took, list) or sorted(map(str, took)) != sorted(order.areas):
        return coded("took.areas", took=_listed(took), told=_listed(order.areas))
    outline = told.get("outline")
    if (outline is None) != (order.outline is None):
        return coded("took.no_outline" if outline is None else "took.strange_outline")
    return _outlines_differ(order.outline, outline) if order.outline is not None else ""


def _listed(areas: Any) -> str:
    return ", ".join(map(str, areas)) if isinstance(areas, list | tuple) else str(areas)


def _outlines_differ(sent: Mapping[str, Any], took: Any) -> str:
    try:
        one, other = shapely.make_valid(shape(sent)), shapely.make_valid(shape(took))
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.ShapelyError):
        return coded("took.unreadable_outline")
    between = one.symmetric_difference(other).area
    return "" if between <= SAME_SHARE * one.area else coded("took.outline", share=round(100 * between / one.area))


def identity(key: Any) -> str:
    """Return the id of a copy, the same at every attempt."""
    day = getattr(key, "day", None)
    return f"{day:%Y%m%d}-{key.broadcast}-{key.subscriber}" if day is not None else str(key)


@dataclass
class Pending:
    """An order that the broker has not confirmed yet."""

    load: Load
    number: str
    info: Any
    since: float = field(default_factory=time.monotonic)


class SpeakerLine:
    """Carries orders to the loudspeakers of one broker. `speak` makes the sound of a text (WAV); without it devices read themselves."""

    def __init__(self, broker: mqtt.Broker, speak: Callable[[str], bytes] | None = None) -> None:
        self.broker, self.peer, self.speak = broker, f"loudspeaker:{broker.peer}", speak
        self.back: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        self.pending: list[Pending] = []
        self.refused: list[Fate] = []
        self.known: OrderedDict[str, tuple[str, Order, Any]] = OrderedDict()
        self.wrong: set[str] = set()
        self.sounds: OrderedDict[str, str] = OrderedDict()
        self.connections, self.open, self.ended, self.error = 0, False, False, ""
        self.done: deque[float] = deque(maxlen=2000)
        self.client = mqtt.client(broker)
        self.client.on_connect, self.client.on_disconnect = self._greeted, self._lost
        self.client.on_connect_fail = self._unanswered
        self.client.on_message = self._comes
        mqtt.start(self.client, broker)

    # What the carrier calls, in its own thread.

    def room(self) -> int:
        """Return how many more orders it takes: none while the broker is away."""
        return max(MOST - len(self.pending), 0) if self.open and not self.ended else 0

    def give(self, loads: Sequence[Load]) -> None:
        """Publish an order for each."""
        for load in loads:
            number = identity(load.key)
            if load.address.startswith(SYNTHETIC) and self.broker.host not in HERE:
                self.refused.append(Fate(load.key, "failed", error=coded("speaker.synthetic")))
                continue
            order = order_of(load, number)
            left = _left(order.expires)
            if not order.silent:
                order = Order(**{**order.__dict__, "audio": self._sound(order.text, left)})
            self.known[number] = (load.address, order, load.key)
            while len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
            said = mqtt.expiring(left)
            topic = SAY.format(key=load.address)
            self.pending.append(Pending(load, number, self.client.publish(topic, order.packed(), qos=1, properties=said)))

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        """Return what the broker has confirmed and what devices have told."""
        notices: list[Notice] = []
        end = time.monotonic() + wait
        while not (fates := self._settled()) and not notices and (left := end - time.monotonic()) > 0:
            try:
                notices.append(self.back.get(timeout=min(left, 0.02)))
            except queue.Empty:
                continue
        while len(notices) < 2000:
            try:
                notices.append(self.back.get_nowait())
            except queue.Empty:
                break
        return fates, notices

    def health(self) -> Health:
        """Return how it stands."""
        state = "closed" if self.ended else "open" if self.open else "connecting"
        now = time.monotonic()
        lately = sum(1 for at in list(self.done) if now - at < 10)
        again = max(self.connections - 1, 0)
        return Health(state, int(self.open), len(self.pending), lately / 10, 0, again, self.error)

    def close(self) -> None:
        """Hang up; what the broker has not confirmed comes back untouched: a device plays an id once."""
        self.ended = True
        self.client.disconnect()
        self.client.loop_stop()

    def _settled(self) -> list[Fate]:
        fates, still, now = self.refused, [], time.monotonic()
        self.refused = []
        for one in self.pending:
            if mqtt.confirmed(one.info):
                self.done.append(now)
                fates.append(Fate(one.load.key, "sent", (one.number,)))
            elif self.ended:
                fates.append(Fate(one.load.key, "untouched"))
            elif now - one.since > ANSWER:
                fates.append(Fate(one.load.key, "again", error=coded("broker_silent")))
            else:
                still.append(one)
        self.pending = still
        return fates

    def _sound(self, text: str, left: float) -> str:
        """Publish the sound of a text once, and return its topic; "" where no voice can say it: devices read the text themselves."""
        if self.speak is None:
            return ""
        if text not in self.sounds:
            try:
                sound = self.speak(text)
            except (OSError, ValueError) as error:
                self.error = str(error)[:300]
                return ""
            topic = AUDIO.format(digest=hashlib.sha256(sound).hexdigest())
            self.client.publish(topic, sound, qos=1, retain=True, properties=mqtt.expiring(left))
            self.sounds[text] = topic
            while len(self.sounds) > 50:
                self.sounds.popitem(last=False)
        return self.sounds[text]

    # What the client calls, in its thread.

    def _greeted(self, client: Any, _data: Any, _flags: Any, reason: Any, _said: Any) -> None:
        if reason.is_failure:
            self.error = str(reason)[:300]
            return
        self.connections, self.open, self.error = self.connections + 1, True, ""
        client.subscribe(TOLD.format(key="+"), qos=1)

    def _lost(self, _client: Any, _data: Any, _flags: Any, reason: Any, _said: Any) -> None:
        self.open, self.error = False, str(reason)[:300]

    def _unanswered(self, *_: Any) -> None:
        self.open, self.error = False, coded("broker_silent")

    def _comes(self, _client: Any, _data: Any, message: Any) -> None:
        key = message.topic.split("/")[2]
        try:
            told = json.loads(message.payload)
            number, state = str(told["id"]), told["state"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self.error = coded("speaker.unreadable", key=key)
            return
        if (notice := self._notice(key, number, state, told)) is not None:
            self.back.put(notice)

    def _notice(self, key: str, number: str, state: str, told: Mapping[str, Any]) -> Notice | None:
        """Return what an answer says: played, failed, or that another level or ground was taken; None for a plain "taken"."""
        address, order, held = self.known.get(number, ("", None, None))
        if order is not None and address != key:
            self.error = coded("speaker.answers_for", key=key, other=address)
            return None
        said = str(told.get("said", ""))[:200]
        if state == "taken":
            wrong = differs(order, told) if order is not None else ""
            if wrong:
                self.wrong.add(number)
                return Notice(number, False, wrong, differs=True, key=held)
            return None
        if number in self.wrong:
            return None  # it played what it took, which was something else
        if state == "played":
            return Notice(number, True, said)
        return (
            Notice(number, False, coded("speaker.said", said=said) if said else coded("not_said")) if state == "failed" else None
        )


def _left(expires: str) -> float:
    """Return for how many seconds an order is good."""
    try:
        return max((datetime.fromisoformat(expires) - datetime.now(UTC)).total_seconds(), 1.0)
    except (ValueError, TypeError):
        return 3600.0
