"""A line over a channel that sends one message at a time: a few threads, so that one slow receiver does not hold up all."""

from __future__ import annotations

import queue
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from anlan.apps.messages.kinds import Answer, Channel, ChannelFailure, Envelope, Fate, Health, Line, Load, Notice

THREADS, HELD = 8, 64


class OneByOne(Line):
    """Hands each load to the channel's own `send`."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.peer = channel, f"{channel.code}:"
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix=f"one-{channel.code}")
        self.back: queue.SimpleQueue[Fate] = queue.SimpleQueue()
        self.out, self.error = 0, ""

    def room(self) -> int:
        return HELD - self.out

    def give(self, loads: Sequence[Load]) -> None:
        self.out += len(loads)
        for load in loads:
            self.pool.submit(self._carry, load)

    def _carry(self, load: Load) -> None:
        day, broadcast, subscriber = load.key.day, load.key.broadcast, load.key.subscriber
        subject, _line, body = load.text.partition("\n")
        key = f"anlan-{day:%Y%m%d}-{broadcast}-{subscriber}"
        envelope = Envelope(key, load.address, subject[:200], body or subject, spoken=load.text)
        try:
            told = self.channel.send(envelope)
            self.back.put(Fate(load.key, "delivered" if isinstance(told, Answer) else told))
        except ChannelFailure as failure:
            self.back.put(Fate(load.key, "failed" if failure.permanent else "again", error=str(failure)))
        except Exception as error:  # noqa: BLE001  a plug-in may fail in any way: this copy's failure alone
            self.back.put(Fate(load.key, "again", error=f"{type(error).__name__}: {error}"))

    def hear(self, wait: float) -> tuple[list[Fate], list[Notice]]:
        found: list[Fate] = []
        end = time.monotonic() + wait
        while True:
            try:
                found.append(self.back.get(timeout=max(end - time.monotonic(), 0.0) if not found else 0.001))
            except queue.Empty:
                break
        self.out -= len(found)
        self.error = next((fate.error for fate in reversed(found) if fate.error), self.error)
        return found, []

    def health(self) -> Health:
        return Health("open", binds=1, waiting=self.out, error=self.error)

    def close(self) -> None:
        self.pool.shutdown(wait=True)
