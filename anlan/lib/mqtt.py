"""MQTT 5 to a broker: its address, a client that connects again by itself, and one word to many topics.

A broker is named by an address: `mqtt://user:password@host:1883`, `mqtts://` through TLS. Its PUBACK says that the broker has a
message, not that anybody stored it: whoever must know that waits for an answer of the receiver's own.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

#: Seconds before a lost broker is tried anew, doubling up to the longest.
FIRST_WAIT, LONGEST_WAIT = 1, 30
#: A session that is to be gone on with is kept so long by the broker; of unanswered messages it sends at most so many.
SESSION_SECONDS, MOST_UNANSWERED = 7 * 24 * 3600, 1000
#: So many of ours may be unanswered at the broker.
MOST_IN_FLIGHT = 200
#: Seconds without a word after which a line is taken to be dead.
KEEPALIVE = 30
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True)
class Broker:
    """One broker as its address says."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @property
    def peer(self) -> str:
        """Return what the broker is called in what is written down."""
        return f"{self.host}:{self.port}"


def broker(url: str) -> Broker | None:
    """Read a broker's address, None for an empty one; ValueError in words for one that is none."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("a broker's address reads mqtt://user:password@host:1883, or mqtts:// for TLS")
    return Broker(
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "mqtts",
    )


def client(to: Broker, name: str = "", *, answers_itself: bool = False) -> paho.Client:
    """Make a client that is not connected yet: `start` does. `answers_itself`: what comes is confirmed by `ack` alone, when it is safe."""
    made = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv5, manual_ack=answers_itself)
    if to.user:
        made.username_pw_set(to.user, to.password)
    if to.tls:
        made.tls_set_context(ssl.create_default_context())
    made.reconnect_delay_set(FIRST_WAIT, LONGEST_WAIT)
    made.max_inflight_messages_set(MOST_IN_FLIGHT)
    return made


def start(made: paho.Client, to: Broker, *, keeps: bool = False) -> None:
    """Connect in a thread of its own, again and again while the broker is away.

    `keeps`: the broker keeps the session under the client's name, with what came meanwhile.
    """
    asked = Properties(PacketTypes.CONNECT)
    asked.ReceiveMaximum = MOST_UNANSWERED
    if keeps:
        asked.SessionExpiryInterval = SESSION_SECONDS
    made.connect_async(to.host, to.port, KEEPALIVE, clean_start=not keeps, properties=asked)
    made.loop_start()


def expiring(seconds: float) -> Properties:
    """Return the properties of a message that the broker drops when nobody took it for so long."""
    said = Properties(PacketTypes.PUBLISH)
    said.MessageExpiryInterval = max(int(seconds), 1)
    return said


def confirmed(info: Any) -> bool:
    """Return whether the broker has confirmed a message; one that waits for a lost broker is not confirmed yet."""
    try:
        return bool(info.is_published())
    except (RuntimeError, ValueError):
        return False


def tell(to: Broker, messages: Sequence[tuple[str, bytes, bool]], patience: float = 5.0) -> int:
    """Publish (topic, content, retained) on a connection of its own and wait for the broker; returns how many it has confirmed."""
    made, connected = client(to), threading.Event()

    def greeted(_client: Any, _data: Any, _flags: Any, reason: Any, _said: Any) -> None:
        if not reason.is_failure:
            connected.set()

    made.on_connect = greeted
    start(made, to)
    until = time.monotonic() + patience
    try:
        if not connected.wait(patience):
            return 0
        sent = [made.publish(topic, content, qos=1, retain=kept) for topic, content, kept in messages]
        for one in sent:
            one.wait_for_publish(max(until - time.monotonic(), 0.01))
        return sum(confirmed(one) for one in sent)
    finally:
        made.disconnect()
        made.loop_stop()
