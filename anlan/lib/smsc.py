"""A text-message centre on this machine, for demonstrations, tests and benches: it takes what SMPP clients submit and reports on it.

It can be throttled, slow, forgetful and lying, each to a share told in its mood, from a seed: the same mood does the same.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

import smpp34

from anlan.lib import sms

THROTTLED, INVALID = 0x58, 0x0B
#: Optional parameters of a text in parts: reference, how many, which (SMPP 3.4, 5.3.2.22 to 24).
REFERENCE, TOTAL, NUMBER = 0x020C, 0x020E, 0x020F


@dataclass(frozen=True)
class Mood:
    """How the centre behaves. Shares are of 1; times in seconds."""

    #: Submits a second above which it throttles; 0: never.
    rate: int = 0
    answer_after: float = 0.0
    report_after: float = 0.0
    failing: float = 0.0
    refusing: float = 0.0
    #: Reports told twice, told under a number that nobody was given, told late, and never told.
    doubled: float = 0.0
    wrong: float = 0.0
    late: float = 0.0
    late_by: float = 5.0
    silent: float = 0.0
    #: Hangs up on a client after so many submits; 0: never.
    hang_up_after: int = 0
    seed: int = 1


class Centre:
    """The centre: runs in a thread of its own."""

    def __init__(self, port: int, mood: Mood | None = None, host: str = "127.0.0.1") -> None:
        self.host, self.port, self.mood = host, port, mood or Mood()
        #: How often each number got each whole text, how many parts were taken, throttled and reported.
        self.got: Counter[tuple[str, str]] = Counter()
        self.taken = self.throttled = self.refused = self.reported = self.binds = 0
        self.keep_texts = True
        self._random = random.Random(self.mood.seed)  # noqa: S311  a simulator's dice
        self._parts: dict[tuple[str, int], dict[int, sms.Part]] = {}
        self._sessions: dict[str, Any] = {}
        self._submits: Counter[str] = Counter()
        self._due: list[tuple[float, int, str, bytes]] = []
        self._number = 0
        self._window: tuple[int, int] = (0, 0)
        self._loop = asyncio.new_event_loop()
        self._started, self._stop = threading.Event(), False
        self._thread = threading.Thread(target=self._run, daemon=True, name="smsc")

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("the centre did not start")

    def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        self._stop = True
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(self._loop)])
        self._thread.join(10)

    def answer(self, number: str, text: str) -> None:
        """Let somebody answer by a text message."""
        part = sms.split(text, 0)[0]
        asyncio.run_coroutine_threadsafe(self._deliver(0, number, part.payload, part.coding), self._loop).result(10)

    async def _deliver(self, esm_class: int, number: str, text: bytes, coding: int = 0) -> None:
        session = next((s for s in self._sessions.values() if s.can_receive), None)
        if session is not None:
            await session.deliver_sm("10690000", text, source_addr=number, esm_class=esm_class, data_coding=coding)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = smpp34.Server(self.host, self.port, system_id="anlan-smsc", inbound_capacity=10_000)
        await server.start()
        self._started.set()
        reporting = asyncio.create_task(self._report())
        try:
            while not self._stop:
                event = await server.next()
                if isinstance(event, smpp34.Esme):
                    self._sessions[event.session_id] = event
                    self.binds += 1
                elif isinstance(event, smpp34.Unbound):
                    self._sessions.pop(event.session_id, None)
                elif self.mood.answer_after:
                    self._loop.call_later(self.mood.answer_after, self._take, event)
                else:
                    self._take(event)
        finally:
            reporting.cancel()
            for session in list(self._sessions.values()):
                await _quietly(session.unbind())
            await _quietly(server.stop())

    def _take(self, event: Any) -> None:
        mood, second = self.mood, int(time.monotonic())
        self._window = (second, self._window[1] + 1 if self._window[0] == second else 1)
        if mood.rate and self._window[1] > mood.rate:
            self.throttled += 1
            event.reject(THROTTLED)
            return
        if mood.refusing and self._random.random() < mood.refusing:
            self.refused += 1
            event.reject(INVALID)
            return
        self._number += 1
        number = f"{self._number:x}"
        self._submits[event.session_id] += 1
        self.taken += 1
        self._keep(event)
        event.accept(number)
        if mood.hang_up_after and self._submits[event.session_id] == mood.hang_up_after:
            session = self._sessions.pop(event.session_id, None)
            if session is not None:
                asyncio.ensure_future(_quietly(session.unbind()))  # noqa: RUF006
        if event.registered_delivery and self._random.random() >= mood.silent:
            self._plan(number, event.destination_addr)

    def _keep(self, event: Any) -> None:
        """Put the parts of a text together and count the whole."""
        if not self.keep_texts:
            return
        place, payload = None, event.short_message
        tlvs = {tlv.tag: tlv for tlv in event.tlvs}
        if event.esm_class & 0x40:
            place, payload = sms.headed(payload)
        elif REFERENCE in tlvs:
            place = (
                tlvs[REFERENCE].as_int() or 0,
                tlvs[TOTAL].as_int() or 1,
                tlvs[NUMBER].as_int() or 1,
            )
        reference, of, number = place or (0, 1, 1)
        key = (event.destination_addr, reference)
        parts = self._parts.setdefault(key, {})
        parts[number] = sms.Part(event.data_coding, payload, number, of, reference)
        if len(parts) == of:
            self.got[event.destination_addr, sms.joined(self._parts.pop(key).values())] += 1

    def _plan(self, number: str, to: str) -> None:
        mood, dice = self.mood, self._random
        state = "UNDELIV" if dice.random() < mood.failing else "DELIVRD"
        told = f"x{number}" if dice.random() < mood.wrong else number
        after = mood.report_after + (mood.late_by if dice.random() < mood.late else 0.0)
        text = f"id:{told} sub:001 dlvrd:001 submit date:2611280000 done date:2611280000 stat:{state} err:000 text:"
        for _time in range(2 if dice.random() < mood.doubled else 1):
            heapq.heappush(self._due, (time.monotonic() + after, self._number, to, text.encode()))

    async def _report(self) -> None:
        while True:
            now = time.monotonic()
            batch: list[tuple[float, int, str, bytes]] = []
            while self._due and self._due[0][0] <= now and len(batch) < 200:
                batch.append(heapq.heappop(self._due))
            if not any(s.can_receive for s in self._sessions.values()):
                for one in batch:
                    heapq.heappush(self._due, one)
                batch = []
            if batch:
                results = await asyncio.gather(
                    *(self._deliver(0x04, to, text) for _at, _n, to, text in batch), return_exceptions=True
                )
                for one, result in zip(batch, results, strict=True):
                    if isinstance(result, Exception):
                        heapq.heappush(self._due, (now + 0.5, *one[1:]))
                    else:
                        self.reported += 1
            else:
                await asyncio.sleep(0.02)


async def _quietly(work: Any) -> None:
    try:
        await asyncio.wait_for(work, 2)
    except (smpp34.SmppError, OSError, TimeoutError, RuntimeError):
        return


def main() -> None:
    """Listen until told to stop: `python -m anlan.lib.smsc PORT [--rate N] …`, one option for each of a mood's; says at the end whom it told."""
    import argparse  # noqa: PLC0415  for the process of its own alone

    parser = argparse.ArgumentParser(description="A text-message centre on this machine")
    parser.add_argument("port", type=int)
    for one in fields(Mood):
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=type(one.default), default=one.default)
    given = vars(parser.parse_args())
    centre = Centre(given.pop("port"), Mood(**given))
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    centre.start()
    ended.wait()
    told = {"people": len({number for number, _text in centre.got}), "texts": sum(centre.got.values()), "binds": centre.binds}
    print(json.dumps(told), flush=True)  # noqa: T201  what the process is for


def listen(port: int, mood: Mood, say: Callable[[str], None], typed: Iterable[str] = ()) -> None:
    """Listen on loopback until interrupted, and say every second what changed.

    With `typed`, also each text that came; each of its lines, "number words", is sent as an answer of that number.
    """
    centre = Centre(port, mood)
    centre.keep_texts = bool(typed)
    centre.start()
    if typed:
        threading.Thread(target=_answering, args=(centre, typed, say), daemon=True).start()
    told, shown = "", 0
    try:
        while True:
            for number, text in list(centre.got)[shown:]:
                say(f"{number}: {text}")
                shown += 1
            words = f"taken {centre.taken}, reported {centre.reported}, throttled {centre.throttled}, refused {centre.refused}"
            if words != told:
                say(words)
                told = words
            time.sleep(1)
    except KeyboardInterrupt:
        centre.stop()


def _answering(centre: Centre, typed: Iterable[str], say: Callable[[str], None]) -> None:
    for line in typed:
        number, _blank, words = line.strip().partition(" ")
        if words:
            centre.answer(number, words)
            say(f"{number} answered: {words}")


if __name__ == "__main__":
    main()
