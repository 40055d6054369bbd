"""Devices played against real listeners: what a file of observations holds is sent as its protocol would, and each confirmation waited for."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from anlan.apps.telemetry.intake.decoding import from_csv
from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.kit.refusals import Refusal
from anlan.lib import mqtt
from anlan.lib.frames import Reader

#: A device waits so long for a confirmation before it says that none came.
PATIENCE = 15.0


@dataclass(frozen=True)
class Played:
    """What came of it: reports sent, answered, and rows that the protocol has no words for."""

    sent: int
    answered: int
    left_out: int


def rows_of(folder: Path, addresses: dict[str, str]) -> Iterator[tuple[str, str, datetime, float]]:
    """Yield the observations of a scenario's folder by time: the address of the station, quantity, instant, value."""
    table = from_csv((folder / "observations.csv").read_bytes())
    columns = zip(table.stations, table.quantities, table.times, table.values, strict=True)
    for station, quantity, at, value in sorted(columns, key=lambda row: str(row[2])):
        yield addresses.get(station, station), quantity, datetime.fromisoformat(str(at)), float(value)


def play(
    protocol: str, rows: Iterator[tuple[str, str, datetime, float]], where: tuple[str, int], pause: float, shift: timedelta
) -> Played:
    """Send each row as one report on one connection; raises Refusal where the protocol cannot be played or nobody listens."""
    stream = CONNECTORS.get(protocol).stream if protocol in CONNECTORS else None
    if stream is None or stream.report is None:
        raise Refusal(f"{protocol}: no protocol that can be played 不能模拟的协议")
    sent = answered = left_out = 0
    try:
        with socket.create_connection(where, timeout=PATIENCE) as line:
            reader = Reader(stream.find, skip=stream.skip)
            for station, quantity, at, value in rows:
                frame = stream.report(station, quantity, at + shift, value, sent + 1)
                if not frame:
                    left_out += 1
                    continue
                line.sendall(frame)
                sent += 1
                answered += _answered(line, reader.feed)
                time.sleep(pause)
    except OSError as error:
        raise Refusal(f"{where[0]}:{where[1]}: {error}. 监听端口未开放（ANLAN_LISTEN）") from None
    return Played(sent, answered, left_out)


def play_topics(
    protocol: str, rows: Iterator[tuple[str, str, datetime, float]], url: str, pause: float, shift: timedelta
) -> Played:
    """Publish each row as its station at a broker, and wait for what is told of it; one that is told nothing sends the same again."""
    topics = CONNECTORS.get(protocol).topics if protocol in CONNECTORS else None
    to = mqtt.broker(url)
    if topics is None or to is None:
        raise Refusal(f"{protocol}: no broker to play it at 没有可用的消息代理（MQTT_URL）")
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    ready = threading.Event()
    client = mqtt.client(to)
    client.on_message = lambda _client, _data, message: told.put(json.loads(message.payload)["id"])
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda c, *_: c.subscribe(topics.tells.format(key="+"), qos=1)
    mqtt.start(client, to)
    sent = answered = 0
    run = uuid4().hex[:8]
    try:
        if not ready.wait(PATIENCE):
            raise Refusal(f"{to.peer}: 消息代理无应答 the broker does not answer")
        for station, quantity, at, value in rows:
            sent += 1
            topic, number = topics.comes.replace("+", station), f"{run}-{sent}"
            content = topics.report(number, station, quantity, at + shift, value)
            answered += any(_published(client, topic, content, number, told) for _again in range(2))
            time.sleep(pause)
    finally:
        client.disconnect()
        client.loop_stop()
    return Played(sent, answered, 0)


def _published(client: Any, topic: str, content: bytes, number: str, told: queue.SimpleQueue[str]) -> bool:
    """Publish one message and return whether its receipt comes in time."""
    client.publish(topic, content, qos=1)
    until = time.monotonic() + PATIENCE
    while (left := until - time.monotonic()) > 0:
        try:
            if told.get(timeout=left) == number:
                return True
        except queue.Empty:
            break
    return False


def _answered(line: socket.socket, feed: Callable[[bytes], list[object]]) -> bool:
    """Return whether a whole, right answer comes in time."""
    while True:
        try:
            data = line.recv(4096)
        except TimeoutError:
            return False
        if not data:
            return False
        if any(getattr(frame, "valid", False) for frame in feed(data)):
            return True
